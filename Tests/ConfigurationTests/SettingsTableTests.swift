import JSON5
import Support
import Testing

@testable import Configuration

/// A value of each kind that is no setting's default, as a flag and as the file spell it.
struct Sample: Sendable {
    let text: String
    let json5: String
    let value: SettingValue

    init(_ kind: Setting.Kind, not defaultText: String) {
        switch kind {
        case .text: self.init("high", "'high'", .text("high"))
        case .path: self.init("/sample/path", "'/sample/path'", .text("/sample/path"))
        case .url: self.init("http://sample:1/v1/", "'http://sample:1/v1'", .text("http://sample:1/v1"))
        case .postgres:
            let url = "postgresql://me@sample:1/db?sslmode=require"
            self.init(url, "'\(url)'", .text(url))
        case .choice(let words):
            let word = words.first { $0 != defaultText }!
            self.init(word, "'\(word)'", .text(word))
        case .integer(let range): self.init("\(range.upperBound)", "\(range.upperBound)", .integer(range.upperBound))
        case .number(let range):
            let number = range.upperBound * 0.7
            self.init("\(number)", "\(number)", .number(number))
        case .boolean:
            let flag = defaultText != "true"
            self.init("\(flag)", "\(flag)", .boolean(flag))
        case .names: self.init("a, b", "['a', 'b']", .list(["a", "b"]))
        case .addresses: self.init("[::1]:1,h:2", "['[::1]:1', 'h:2']", .list(["[::1]:1", "h:2"]))
        case .duration: self.init("15m", "900", .integer(900))
        case .upstreams:
            let text = "[{models: ['a-*', 'b'], url: 'http://sample:1/v1/'}]"
            let upstream = Settings.ModelUpstream(models: ["a-*", "b"], url: "http://sample:1/v1")
            self.init(text, text, .upstreams([upstream]))
        case .experiments:
            let text =
                "{trial: {sticky: 'label:ticket', holdout: 0.1, variants: {a: {weight: 2, miss_plan: 'route'}, b: {}}}}"
            var experiment = Settings.Experiment(name: "trial", sticky: .label("ticket"), holdout: 0.1)
            experiment.variants = [
                .init(name: "a", weight: 2, overrides: ["miss_plan": .text("route")]), .init(name: "b"),
            ]
            self.init(text, text, .experiments([experiment]))
        case .prices:
            let text = "{m: {input: 1.5, output: 2, as_of: '2026-01-31'}}"
            let price = Price(
                input: .init(nanodollars: 1_500_000_000), cachedInput: .init(nanodollars: 1_500_000_000),
                output: .init(nanodollars: 2_000_000_000), asOf: "2026-01-31")
            let builtIn = Settings(data: "", model: "").prices
            self.init(text, text, .prices(builtIn.merging(["m": price]) { $1 }))
        }
    }

    private init(_ text: String, _ json5: String, _ value: SettingValue) {
        self.text = text
        self.json5 = json5
        self.value = value
    }
}

extension Setting {
    var sample: Sample { Sample(kind, not: defaultText) }

    /// A file with this setting on line 2.
    func file(_ json5: String) -> ConfigurationSources.File {
        let member = "\(name): \(json5)"
        return .init(path: "f.json5", text: "{\n" + (group.map { "\($0): {\(member)}" } ?? member) + "}")
    }
}

func resolve(
    flags: [String: String] = [:], environment: [String: String] = [:], file: ConfigurationSources.File? = nil,
    home: String? = "/home/u", keyFile: Result<String, FileFailure> = .success("key")
) throws(ConfigurationError) -> Resolution {
    var environment = environment
    environment["HOME"] = home
    let sources = ConfigurationSources(flags: flags, environment: environment, file: file)
    return try Configuration.resolve(sources) { _ in keyFile }
}

/// Every setting from every source; a new row of the table is covered without a new test.
struct SettingsTableTests {
    private static let keys = Setting.all.map(\.key)

    private func origin(_ resolution: Resolution, _ key: String) -> String? {
        resolution.values.first { $0.key == key }?.origin.description
    }

    @Test(arguments: keys) func everySourceInItsTurn(key: String) throws {
        let setting = try #require(Setting.byKey[key])
        let sample = setting.sample
        // A remote embedder needs a URL, and remote clients have to say who they are.
        let needed =
            ["embedder.kind": ["embedder-url": "http://e/v1"], "allow_remote": ["pass-authorization": "true"]][key]
            ?? [:]
        let secret = Result<String, FileFailure>.success(
            key == "tokens_file" ? String(repeating: "0a", count: 32) + " a" : "k")
        let resolved = try resolve()
        #expect(origin(resolved, key) == "default")
        #expect(setting.read(resolved.settings) != sample.value)

        let fromFile = try resolve(flags: needed, file: setting.file(sample.json5), keyFile: secret)
        #expect(setting.read(fromFile.settings) == sample.value)
        #expect(origin(fromFile, key) == "f.json5:2")

        let variables = [setting.environmentVariable: sample.text]
        let fromEnvironment = try resolve(flags: needed, environment: variables, keyFile: secret)
        #expect(setting.read(fromEnvironment.settings) == sample.value)
        #expect(origin(fromEnvironment, key) == setting.environmentVariable)

        let flags = needed.merging([setting.flag: sample.text]) { $1 }
        let fromFlag = try resolve(flags: flags, keyFile: secret)
        #expect(setting.read(fromFlag.settings) == sample.value)
        #expect(origin(fromFlag, key) == "--" + setting.flag)

        let all = try resolve(flags: flags, environment: variables, file: setting.file(sample.json5), keyFile: secret)
        #expect(origin(all, key) == "--" + setting.flag)
        let without = try resolve(
            flags: needed, environment: variables, file: setting.file(sample.json5), keyFile: secret)
        #expect(origin(without, key) == setting.environmentVariable)
        let empty = try resolve(environment: [setting.environmentVariable: ""])
        #expect(origin(empty, key) == "default")
    }

    @Test(arguments: keys) func aWrongValueIsRefusedEverywhere(key: String) throws {
        let setting = try #require(Setting.byKey[key])
        // A tab fits no kind of value.
        let error = #expect(throws: ConfigurationError.self) {
            try resolve(
                flags: [setting.flag: "\t"], environment: [setting.environmentVariable: "\t"],
                file: setting.file(setting.kind == .upstreams ? "{}" : "[{}]"))
        }
        #expect(
            error?.problems.map(\.place) == ["f.json5:2", setting.environmentVariable, "--" + setting.flag])
        #expect(error?.problems.map(\.key) == [key, nil, nil])
    }

    @Test(arguments: keys) func unsetsOnlyWhatMayBe(key: String) throws {
        let setting = try #require(Setting.byKey[key])
        // An upstream would come from the variable; unset means unset.
        let environment = ["OPENAI_API_KEY": "k"]
        if setting.isOptional {
            let byFlag = try resolve(flags: [setting.flag: "unset"], environment: environment)
            let byFile = try resolve(environment: environment, file: setting.file("null"))
            #expect(setting.read(byFlag.settings) == .unset && setting.read(byFile.settings) == .unset)
        } else {
            #expect(throws: ConfigurationError.self) { try resolve(file: setting.file("null")) }
        }
    }

    @Test(arguments: keys) func theTextOfAValueGivesItAgain(key: String) throws {
        let setting = try #require(Setting.byKey[key])
        for value in [setting.sample.value, setting.read(try resolve().settings)] {
            #expect(try setting.value(text: value.text, home: nil) == value)
            #expect(try setting.value(node: JSON5Parser.parse(value.json5), home: nil) == value)
        }
    }

    @Test func spellings() {
        let setting = Setting.byKey["mini.reasoning_effort"]
        #expect(setting?.flag == "mini-reasoning-effort")
        #expect(setting?.environmentVariable == "REFRAIN_MINI_REASONING_EFFORT")
        #expect(Set(Setting.all.map(\.flag)).count == Setting.all.count)
        #expect(Set(Setting.all.map(\.environmentVariable)).count == Setting.all.count)
        #expect(
            Setting.groups == [
                "mini", "full", "embedder", "capacity", "personal_data", "rules", "ledger", "decision_log",
            ])
    }

    @Test func defaults() throws {
        let settings = try resolve().settings
        #expect(settings.listen == ["127.0.0.1:8474"] && !settings.allowRemote)
        #expect(settings.data == "/home/u/.local/state/refrain")
        #expect(settings.socket == "/home/u/.local/state/refrain/refrain.sock")
        #expect(settings.embedder.modelDirectory == "/home/u/.cache/refrain/models/all-MiniLM-L6-v2")
        #expect(settings.mini.models == ["gpt-5-mini", "gpt-6.1-terra"] && settings.full.models == ["gpt-5.2"])
        #expect(settings.deciding == .init(floor: 0.6, errorTarget: 0.01, ttlSeconds: nil))
        #expect(settings.upstream == .init())
    }

    @Test func defaultTextsForTheHelp() {
        let texts = Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.key, $0.defaultText) })
        #expect(
            texts["floor"] == "0.6" && texts["mini.models"] == "gpt-5-mini,gpt-6.1-terra"
                && texts["ttl_seconds"] == "unset")
        #expect(texts["data"] == "~/.local/state/refrain" && texts["socket"] == "refrain.sock in the data directory")
        #expect(texts["listen"] == "127.0.0.1:8474" && texts["log_level"] == "info" && texts["allow_remote"] == "false")
    }
}
