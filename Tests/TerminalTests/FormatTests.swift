import Support
import Testing

@testable import Terminal

struct FormatTests {
    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-1_000, "-1,000"), (-999, "-999"),
        (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func count(number: Int, expected: String) { #expect(Format.count(number) == expected) }

    @Test(arguments: [
        (0.0, 2, "0.00"), (1.005, 1, "1.0"), (0.05, 1, "0.1"), (-0.04, 1, "0.0"), (-1.25, 1, "-1.3"),
        (1234.5, 0, "1,235"),
        (9.999, 2, "10.00"), (0.007, 3, "0.007"), (.infinity, 1, "∞"), (-.infinity, 1, "-∞"), (.nan, 1, "–"),
        (1e300, 2, "1e+300"),
    ])
    func fixed(number: Double, decimals: Int, expected: String) {
        #expect(Format.fixed(number, decimals: decimals) == expected)
    }

    @Test(arguments: [
        (0, "0 B"), (1_023, "1,023 B"), (1_024, "1.0 KiB"), (1_536, "1.5 KiB"), (1_048_575, "1.0 MiB"),
        (90_868_376, "86.7 MiB"),
        (Int.max, "8.0 EiB"),
    ])
    func bytes(number: Int, expected: String) { #expect(Format.bytes(number) == expected) }

    @Test(arguments: [
        (0.0, "0.00 ms"), (0.418, "0.42 ms"), (9.994, "9.99 ms"), (9.996, "10.0 ms"), (99.96, "100 ms"),
        (850, "850 ms"),
        (999.6, "1.00 s"), (1_250, "1.25 s"), (9_996, "10.0 s"), (59_949, "59.9 s"), (59_960, "1 min"),
        (200_000, "3 min 20 s"),
        (3_599_700, "1 h"), (7_500_000, "2 h 5 min"), (273_600_000, "3 d 4 h"), (-1_250, "-1.25 s"), (.nan, "–"),
        (1e300, "–"),
    ])
    func duration(milliseconds: Double, expected: String) {
        #expect(Format.duration(milliseconds: milliseconds) == expected)
    }

    @Test(
        arguments: [
            (0, "$0"), (25, "$0.000000025"), (123_000, "$0.000123"), (123_456, "$0.000123"), (123_999, "$0.000124"),
            (9_996_000, "$0.01"), (10_000_000, "$0.01"), (12_345_678, "$0.0123"), (500_000_000, "$0.50"),
            (999_600_000, "$1.00"),
            (1_234_000_000, "$1.23"), (999_994_000_000, "$999.99"), (999_995_000_000, "$1,000"),
            (1_234_500_000_000, "$1,235"),
            (-1_234_000_000, "-$1.23"), (Int64.max, "$9,223,372,037"),
        ] as [(Int64, String)])
    func dollars(nanodollars: Int64, expected: String) {
        #expect(Format.dollars(Money(nanodollars: nanodollars)) == expected)
    }

    @Test(arguments: [
        (0.0, "0%"), (0.00001, "<0.01%"), (0.0002, "0.02%"), (0.00996, "1.0%"), (0.1234, "12.3%"), (0.9994, "99.9%"),
        (0.99999, ">99.9%"), (1.0, "100%"), (1.5, "150.0%"), (-0.05, "-5.0%"), (.nan, "–"),
    ])
    func percent(share: Double, expected: String) { #expect(Format.percent(share) == expected) }

    @Test func percentOfNothing() {
        #expect(Format.percent(0, of: 0) == "–")
        #expect(Format.percent(1, of: 8) == "12.5%")
    }

    @Test(arguments: [
        ("a\nb\tc", "a\nb\tc"), ("a\r\nb", "a\nb"), ("a\rb", "a\\u{d}b"), ("\u{1B}]0;x\u{7}", "\\u{1b}]0;x\\u{7}"),
        ("", ""),
        ("\n\n", "\n\n"), ("日本\u{202E}x", "日本\\u{202e}x"),
    ])
    func printable(text: String, expected: String) { #expect(Log.printable(text) == expected) }
}
