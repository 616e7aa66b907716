import Support
import Testing

@testable import Configuration

struct ResolverTests {
    private func problems(
        flags: [String: String] = [:], environment: [String: String] = [:], file: String? = nil,
        home: String? = "/home/u",
        keyFile: Result<String, FileFailure> = .success("key")
    ) -> [String] {
        do throws(ConfigurationError) {
            _ = try resolve(
                flags: flags, environment: environment, file: file.map { .init(path: "r.json5", text: $0) }, home: home,
                keyFile: keyFile)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test(arguments: [
        ("{\nflor: 0.5}", ["r.json5:2: flor: unknown setting; did you mean floor?"]),
        ("{frobnicate: 1}", ["r.json5:1: frobnicate: unknown setting"]),
        (
            "{mini: {timeout_second: 1}}",
            ["r.json5:1: mini.timeout_second: unknown setting; did you mean mini.timeout_seconds?"]
        ),
        ("{mini_models: 'a'}", ["r.json5:1: mini_models: unknown setting; did you mean mini.models?"]),
        ("{mni: {}}", ["r.json5:1: mni: unknown setting; did you mean mini?"]),
        ("{mini: 'gpt'}", ["r.json5:1: mini: must be an object, not \"gpt\""]),
        (
            "{floor: 0.5,\nfloor: 0.6,\n\n'floor': 0.7}",
            [
                "r.json5:2: floor: stands twice, first on line 1", "r.json5:4: floor: stands twice, first on line 2",
            ]
        ),
        ("{mini: {models: 'a',\nmodels: 'b'}}", ["r.json5:2: mini.models: stands twice, first on line 1"]),
        ("{mini: {},\nmini: {}}", ["r.json5:2: mini: stands twice, first on line 1"]),
        ("{mini: {models: 'a'},\n'mini.models': 'b'}", ["r.json5:2: mini.models: stands twice, first on line 1"]),
        ("{floor: '0.5'}", ["r.json5:1: floor: must be a number from 0 to 1, not \"0.5\""]),
        ("{floor: 1.5}", ["r.json5:1: floor: must be a number from 0 to 1, not 1.5"]),
        ("{floor: NaN}", ["r.json5:1: floor: must be a number from 0 to 1, not NaN"]),
        ("{threads: 1.5}", ["r.json5:1: threads: must be a whole number from 0 to 1024, not 1.5"]),
        ("{threads: Infinity}", ["r.json5:1: threads: must be a whole number from 0 to 1024, not Infinity"]),
        ("{threads: 1e300}", ["r.json5:1: threads: must be a whole number from 0 to 1024, not 1e300"]),
        ("{allow_remote: 1}", ["r.json5:1: allow_remote: must be true or false, not 1"]),
        ("{data: ''}", ["r.json5:1: data: must be a path, not \"\""]),
        ("{data: null}", ["r.json5:1: data: must be a path, not null"]),
        (
            "{durability: 'ful'}",
            ["r.json5:1: durability: must be one of normal, full, not \"ful\"; did you mean full?"]
        ),
        ("{log_level: 'x'}", ["r.json5:1: log_level: must be one of debug, info, warning, error, not \"x\""]),
        (
            "{upstream: 'api.openai.com'}",
            [
                "r.json5:1: upstream: must be a URL as in https://host/v1, without user, query or fragment, not \"api.openai.com\""
            ]
        ),
        ("{full: {models: []}}", ["r.json5:1: full.models: must be a list of names, not an empty one"]),
        ("{full: {models: ['a',\n2]}}", ["r.json5:2: full.models: must be a list of names, not of 2"]),
        ("{full: {models: 'a,,b'}}", ["r.json5:1: full.models: must be a list of names, not \"\""]),
        (
            "{listen: '8474'}",
            [
                "r.json5:1: listen: must be a list of host:port as in 127.0.0.1:8474 or [::1]:8474, or none, not \"8474\""
            ]
        ),
        (
            "{ttl_seconds: '5w'}",
            [
                "r.json5:1: ttl_seconds: must be seconds from 1 to 3153600000, or a duration as in 90s, 15m, 12h, 30d, not \"5w\""
            ]
        ),
        (
            "{ttl_seconds: 0}",
            [
                "r.json5:1: ttl_seconds: must be seconds from 1 to 3153600000, or a duration as in 90s, 15m, 12h, 30d, not 0"
            ]
        ),
        ("{prices: 5}", ["r.json5:1: prices: must be an object of model names with their prices, not 5"]),
        (
            "{prices: {m: {\ninput: -1,\noutptu: 2,\nas_of: '2026-13-01'},\nn: 1, m: {}}}",
            [
                "r.json5:2: prices.m.input: must be a number from 0 to 1000000, not -1",
                "r.json5:3: prices.m.outptu: unknown; did you mean output?",
                "r.json5:4: prices.m.as_of: must be a date as in \"2026-11-24\", not \"2026-13-01\"",
                "r.json5:1: prices.m.output: is missing",
                "r.json5:5: prices.n: must be an object with input, output and as_of, not 1",
                "r.json5:5: prices.m: stands twice",
            ]
        ),
        (
            "{prices: {m: {input: 1, input: 2, output: '3', as_of: 20261124}}}",
            [
                "r.json5:1: prices.m.input: stands twice",
                "r.json5:1: prices.m.output: must be a number from 0 to 1000000, not \"3\"",
                "r.json5:1: prices.m.as_of: must be a date as in \"2026-11-24\", not 20261124",
            ]
        ),
        (
            "{upstreams: [5, {models: [], url: 'x', kye_file: 1},\n{models: ['a', 2], url: 'http://h/v1', url: 1}]}",
            [
                "r.json5:1: upstreams.0: must be an object with models and url, not 5",
                "r.json5:1: upstreams.1.models: must not be an array",
                "r.json5:1: upstreams.1.url: must be a URL as in https://host/v1, without user, query or fragment, not \"x\"",
                "r.json5:1: upstreams.1.kye_file: unknown; did you mean key_file?",
                "r.json5:2: upstreams.2.models: must be names or patterns as in \"mistral-*\"",
                "r.json5:2: upstreams.2.url: stands twice",
            ]
        ),
        ("{upstreams: [{url: 'http://h/v1'}]}", ["r.json5:1: upstreams.0.models: is missing"]),
        (
            "{pass_authorization: true,\nupstreams: [{models: ['a'], url: 'http://h/v1'}]}",
            [
                "r.json5:1: pass_authorization: cannot be with upstreams: a client's key is that of one server, and no other is to see it"
            ]
        ),
        (
            "{upstreams: [{models: ['a'], url: 'http://127.0.0.1:8474/v1'}]}",
            ["r.json5:1: upstreams: is this service's own address, 127.0.0.1:8474: it would ask itself"]
        ),
        (
            "{allow_remote: true}",
            [
                "r.json5:1: allow_remote: needs tokens_file or pass_authorization: without them whoever reaches the port reads every answer"
            ]
        ),
        ("{allow_remote: true, pass_authorization: true}", []),
        (
            "{embedder: {kind: 'remote'}}",
            ["embedder.url: needs a value where embedder.kind is remote and there is no upstream"]
        ),
        (
            "{upstream: 'http://localhost:8474/v1'}",
            [
                "r.json5:1: upstream: is this service's own address, 127.0.0.1:8474: it would ask itself"
            ]
        ),
        ("{\nlisten: }", ["r.json5:2: no value begins with '}'"]),
        ("[]", ["r.json5:1: must be an object, not an array"]),
        ("", ["r.json5:1: the text ends where a value should stand"]),
        ("{}", []),
    ])
    func fileErrors(text: String, expected: [String]) {
        #expect(problems(file: text) == expected)
    }

    @Test(arguments: [
        (["REFRAIN_FLOOR": "high"], ["REFRAIN_FLOOR: must be a number from 0 to 1, not \"high\""]),
        (["REFRAIN_ALLOW_REMOTE": "yes"], ["REFRAIN_ALLOW_REMOTE: must be true or false, not \"yes\""]),
        (["REFRAIN_DATA": "unset"], []),
        (["REFRAIN_PRICES": "{m:"], ["REFRAIN_PRICES: the text ends where a value should stand"]),
        (
            ["REFRAIN_PRICES": "{m: {}}"],
            [
                "REFRAIN_PRICES: m.input: is missing", "REFRAIN_PRICES: m.output: is missing",
                "REFRAIN_PRICES: m.as_of: is missing",
            ]
        ),
        (
            ["OPENAI_BASE_URL": "x"],
            [
                "OPENAI_BASE_URL: must be a URL as in https://host/v1, without user, query or fragment, not \"x\""
            ]
        ),
        (["OPENAI_API_KEY": "sk with space"], ["OPENAI_API_KEY: holds no key, or characters a key cannot have"]),
        (
            ["OPENAI_BASE_URL": "http://127.0.0.1:8474/v1"],
            [
                "OPENAI_BASE_URL: is this service's own address, 127.0.0.1:8474: it would ask itself"
            ]
        ),
    ])
    func environmentErrors(environment: [String: String], expected: [String]) {
        #expect(problems(environment: environment) == expected)
    }

    @Test func flagErrors() {
        #expect(problems(flags: ["floor": "2"]) == ["--floor: must be a number from 0 to 1, not 2"])
        #expect(problems(flags: ["flor": "2"]) == ["--flor: is no setting"])
    }

    @Test func allErrorsTogether() {
        let all = problems(
            flags: ["threads": "-1"], environment: ["REFRAIN_FLOOR": "x"],
            file: "{\nfloor: 'y',\nmini: {model: 'a',\ntimeout_seconds: 0}}")
        #expect(
            all == [
                "r.json5:2: floor: must be a number from 0 to 1, not \"y\"",
                "r.json5:3: mini.model: unknown setting; did you mean mini.models?",
                "r.json5:4: mini.timeout_seconds: must be seconds from 1 to 3600, or a duration as in 90s, 15m, 12h, 30d, not 0",
                "REFRAIN_FLOOR: must be a number from 0 to 1, not \"x\"",
                "--threads: must be a whole number from 0 to 1024, not -1",
            ])
        let error = ConfigurationError(problems: [.init("a:1", key: "b", "c"), .init("--d", "e")])
        #expect(error.description == "the configuration has 2 errors: a:1: b: c; --d: e")
        #expect(
            ConfigurationError(problems: [.init("--d", "e")]).description == "the configuration has an error: --d: e")
    }

    @Test func withoutAHome() throws {
        #expect(
            problems(home: nil) == [
                "data: needs a value, for HOME is not set", "model: needs a value, for HOME is not set",
            ])
        #expect(problems(flags: ["data": "/d", "model": "/m"], home: nil) == [])
        #expect(
            problems(flags: ["data": "/d", "model": "~/m"], home: nil) == [
                "--model: \"~/m\" needs HOME, which is not set", "model: needs a value, for HOME is not set",
            ])
        let settings = try resolve(
            environment: ["XDG_STATE_HOME": "/s", "XDG_CACHE_HOME": "/c"], home: nil
        ).settings
        #expect(
            settings.data == "/s/refrain" && settings.embedder.modelDirectory == "/c/refrain/models/all-MiniLM-L6-v2")
        // The specification has relative directories ignored.
        #expect(try resolve(environment: ["XDG_STATE_HOME": "s"]).settings.data == "/home/u/.local/state/refrain")
    }

    @Test func pathsFollowTheData() throws {
        #expect(try resolve(flags: ["data": "/d"]).settings.socket == "/d/refrain.sock")
        #expect(try resolve(flags: ["data": "/d/"]).settings.socket == "/d/refrain.sock")
        #expect(try resolve(flags: ["data": "~/d", "socket": "/s"]).settings.socket == "/s")
        #expect(try resolve(flags: ["data": "~/d"]).settings.data == "/home/u/d")
        #expect(try resolve(flags: ["data": "~d"]).settings.data == "~d")
    }

    @Test(
        arguments: [
            ([:], [:], nil, nil, "default"),
            (["OPENAI_API_KEY": "k"], [:], nil, "https://api.openai.com/v1", "default, OPENAI_API_KEY is set"),
            (["OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://b/v1/"], [:], nil, "http://b/v1", "OPENAI_BASE_URL"),
            (["OPENAI_BASE_URL": "http://b/v1"], [:], "{upstream: 'http://f/v1'}", "http://f/v1", "r.json5:1"),
            (
                ["OPENAI_BASE_URL": "http://b/v1", "REFRAIN_UPSTREAM": "http://r/v1"], [:], "{upstream: 'http://f/v1'}",
                "http://r/v1", "REFRAIN_UPSTREAM"
            ),
            (["REFRAIN_UPSTREAM": "http://r/v1"], ["upstream": "http://g/v1"], nil, "http://g/v1", "--upstream"),
            (["OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://b/v1"], ["upstream": "unset"], nil, nil, "--upstream"),
            (["OPENAI_API_KEY": "k"], [:], "{upstream: null}", nil, "r.json5:1"),
        ] as [([String: String], [String: String], String?, String?, String)])
    func upstreamPrecedence(
        environment: [String: String], flags: [String: String], file: String?, url: String?, origin: String
    ) throws {
        let resolution = try resolve(
            flags: flags, environment: environment, file: file.map { .init(path: "r.json5", text: $0) })
        #expect(resolution.settings.upstream.url == url)
        #expect(resolution.values.first { $0.key == "upstream" }?.origin.description == origin)
    }

    @Test func keyPrecedence() throws {
        #expect(try resolve().settings.upstream.key == nil)
        #expect(try resolve().keyOrigin == nil)
        let fromEnvironment = try resolve(environment: ["OPENAI_API_KEY": " sk-1\n"])
        #expect(fromEnvironment.settings.upstream.key?.value == "sk-1")
        #expect(fromEnvironment.keyOrigin == .environment("OPENAI_API_KEY"))
        let fromFile = try resolve(
            flags: ["upstream-key-file": "/k"], environment: ["OPENAI_API_KEY": "sk-1"], keyFile: .success("sk-2\n"))
        #expect(fromFile.settings.upstream.key?.value == "sk-2")
        #expect(fromFile.keyOrigin == .flag("upstream-key-file"))
    }

    @Test func keyFileErrors() {
        let failure = Result<String, FileFailure>.failure(FileFailure(reason: "broken"))
        let upstreams = "{\nupstreams: [{models: ['a'], url: 'http://h/v1', key_file: '/k'}]}"
        #expect(problems(file: upstreams, keyFile: failure) == ["r.json5:2: upstreams: /k: broken"])
        #expect(
            problems(file: "{\nupstream_key_file: '/k'}", keyFile: failure) == [
                "r.json5:2: upstream_key_file: /k: broken"
            ])
        #expect(
            problems(environment: ["REFRAIN_UPSTREAM_KEY_FILE": "/k"], keyFile: .success("\n")) == [
                "REFRAIN_UPSTREAM_KEY_FILE: /k: holds no key"
            ])
    }

    @Test func theKeyIsNeverShown() throws {
        let resolution = try resolve(environment: ["OPENAI_API_KEY": "sk-hidden"])
        var dumped = ""
        dump(resolution, to: &dumped)
        let own = try resolve(
            flags: ["upstreams": "[{models: ['a'], url: 'http://h/v1', key_file: '/k'}]"],
            keyFile: .success("sk-hidden"))
        #expect(own.settings.upstreams.first?.key?.value == "sk-hidden")
        dump(own, to: &dumped)
        dumped += own.values.map(\.text).joined()
        #expect(!"\(resolution) \(String(reflecting: resolution)) \(dumped)".contains("sk-hidden"))
        #expect(!problems(environment: ["OPENAI_API_KEY": "sk hidden"]).joined().contains("hidden"))
    }

    @Test func warnsOfMistypedVariables() throws {
        let resolution = try resolve(environment: [
            "REFRAIN_MINI_MODEL": "a", "REFRAIN_PORT_8474_TCP_ADDR": "10.0.0.1", "REFRAINFLOOR": "1",
        ])
        #expect(resolution.warnings == ["REFRAIN_MINI_MODEL is no setting; did you mean REFRAIN_MINI_MODELS?"])
    }

    @Test func pricesAddToTheBuiltInOnes() throws {
        let prices = try resolve(
            environment: [
                "REFRAIN_PRICES":
                    "{'gpt-5-mini': {input: 0.1234567891, output: 0, cached_input: .5, as_of: '2027-01-01'}}"
            ]
        ).settings.prices
        #expect(prices.keys.sorted() == ["gpt-5-mini", "gpt-5.2", "gpt-6.1-terra"])
        #expect(prices["gpt-5-mini"]?.input == Money(nanodollars: 123_456_789))
        #expect(prices["gpt-5-mini"]?.cachedInput == Money(nanodollars: 500_000_000))
        #expect(prices["gpt-5.2"]?.output == Money(nanodollars: 14_000_000_000))
    }

    @Test(
        arguments: [("90s", 90), ("15m", 900), ("12h", 43_200), ("30d", 2_592_000), ("60", 60), ("unset", nil)]
            as [(String, Int?)])
    func durations(text: String, seconds: Int?) throws {
        #expect(try resolve(flags: ["ttl-seconds": text]).settings.deciding.ttlSeconds == seconds)
    }

    @Test(arguments: ["s", "-5s", "5 s", "1.5h", "9999999999999999999d", "99999999999999d", "", "d"])
    func noDurations(text: String) {
        #expect(throws: ConfigurationError.self) { try resolve(flags: ["ttl-seconds": text]) }
    }

    @Test func listenNone() throws {
        #expect(try resolve(flags: ["listen": "none"]).settings.listen == [])
        #expect(try resolve(flags: ["listen": "none"]).values.first { $0.key == "listen" }?.text == "none")
        #expect(try resolve(flags: ["listen": "none", "upstream": "http://localhost:8474/v1"]).settings.listen == [])
    }
}
