/// A unit of measure or a currency.
///
/// `pound` is both a weight and a currency: the word does not tell which.
enum Unit: Sendable {
    case km, mile, meter, cm, mm, inch, foot, yard, acre, hectare, kg, gram, milligram, pound, ounce, ton, liter
    case milliliter, gallon, celsius, fahrenheit, kelvin, mph, kmh, millisecond, second, minute, hour, day, week
    case month, year, decade, century, bit, byte, kb, mb, gb, tb, mbps, gbps, khz, mhz, ghz, watt, kilowatt, kwh
    case volt, dollar, euro, rupee, yen, percent, calorie, am, pm, cent

    /// The units in a text, each as it was first written.
    static func all(in words: [Word]) -> [Unit: String] {
        var found: [Unit: String] = [:]
        for (index, word) in words.enumerated() where word.form.traits.contains(.mayMeasure) {
            if word.hasDigit {
                for unit in attached(to: word.lowered) where found[unit] == nil { found[unit] = word.written }
            } else if let unit = unit(words, at: index), found[unit] == nil {
                found[unit] = word.written
            }
        }
        return found
    }

    private static func unit(_ words: [Word], at index: Int) -> Unit? {
        let word = words[index]
        if let unit = word.facts?.unit { return unit }
        guard index > 0, let unit = word.facts?.unitAfterNumber else { return nil }
        // `second` is a time in `a second`, too.
        if word.lowered == "second", beforeSecond.contains(words[index - 1].lowered) { return unit }
        return words[index - 1].hasDigit || words[index - 1].facts?.number != nil ? unit : nil
    }

    private static let beforeSecond = ["a", "per", "each", "every", "one", "split"]

    /// The units before and after the digits of one word: `$5`, `5kg`, `64-bit`.
    private static func attached(to word: String) -> [Unit] {
        let scalars = Substring(word).unicodeScalars
        guard let start = scalars.firstIndex(where: \.isASCIIDigit), let end = scalars.lastIndex(where: \.isASCIIDigit)
        else { return [] }
        let prefix = scalars[..<start]
        let suffix = scalars[scalars.index(after: end)...].drop { $0 == "-" }
        return [prefix, suffix].compactMap { part in
            if part.isEmpty { return nil }
            let facts = Lexicon.entry(String(Substring(part)))?.facts
            return facts?.unit ?? facts?.unitAfterNumber
        }
    }

    /// Words that are units wherever they stand.
    static let anywhere: [String: Unit] = {
        // An abbreviation has no plural, but `kms` and `lbs` are written.
        let plurals = singular.map { ($0.key + "s", $0.value) }
        return singular.merging(plurals) { unit, _ in unit }
    }()

    private static let singular: [String: Unit] = [
        "km": .km, "kilometer": .km, "kilometre": .km, "mile": .mile, "meter": .meter, "metre": .meter, "cm": .cm,
        "centimeter": .cm, "centimetre": .cm, "mm": .mm, "millimeter": .mm, "millimetre": .mm, "inch": .inch,
        "inches": .inch, "foot": .foot, "feet": .foot, "yard": .yard, "acre": .acre, "hectare": .hectare, "kg": .kg,
        "kilogram": .kg, "kilo": .kg, "gram": .gram, "milligram": .milligram, "lb": .pound, "pound": .pound,
        "ounce": .ounce, "oz": .ounce, "ton": .ton, "tonne": .ton, "liter": .liter, "litre": .liter, "ml": .milliliter,
        "milliliter": .milliliter, "millilitre": .milliliter, "gallon": .gallon, "celsius": .celsius,
        "fahrenheit": .fahrenheit, "kelvin": .kelvin, "mph": .mph, "kmh": .kmh, "km/h": .kmh, "kph": .kmh,
        "millisecond": .millisecond, "seconds": .second, "minute": .minute, "hour": .hour, "hr": .hour, "day": .day,
        "week": .week, "month": .month, "year": .year, "decade": .decade, "century": .century, "centuries": .century,
        "byte": .byte, "kb": .kb, "kilobyte": .kb, "mb": .mb, "megabyte": .mb, "gb": .gb, "gigabyte": .gb, "tb": .tb,
        "terabyte": .tb, "mbps": .mbps, "gbps": .gbps, "khz": .khz, "mhz": .mhz, "ghz": .ghz, "watt": .watt,
        "kilowatt": .kilowatt, "kw": .kilowatt, "kwh": .kwh, "volt": .volt, "dollar": .dollar, "usd": .dollar,
        "euro": .euro, "eur": .euro, "gbp": .pound, "rupee": .rupee, "inr": .rupee, "rs": .rupee, "yen": .yen,
        "percent": .percent, "percentage": .percent, "calorie": .calorie, "$": .dollar, "€": .euro, "£": .pound,
        "¥": .yen, "₹": .rupee, "%": .percent,
    ]

    /// Abbreviations and words that are units only after a number.
    static let afterNumber: [String: Unit] = [
        "second": .second, "m": .meter, "g": .gram, "mg": .milligram, "l": .liter, "ft": .foot, "in": .inch,
        "yd": .yard, "h": .hour, "min": .minute, "mins": .minute, "s": .second, "sec": .second, "secs": .second,
        "ms": .millisecond, "d": .day, "yr": .year, "yrs": .year, "w": .watt, "v": .volt, "bit": .bit, "bits": .bit,
        "c": .celsius, "f": .fahrenheit, "°c": .celsius, "°f": .fahrenheit, "am": .am, "a.m": .am, "pm": .pm,
        "p.m": .pm, "cent": .cent, "cents": .cent,
    ]
}
