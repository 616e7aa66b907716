import JSON5
import Support

/// One resolving: gathers what each source gives and all that is wrong with it.
struct Resolver {
    private typealias Given = (value: SettingValue, origin: Origin)

    private let sources: ConfigurationSources
    private var problems: [ConfigurationProblem]
    private var warnings: [String] = []

    init(_ sources: ConfigurationSources, _ problems: [ConfigurationProblem] = []) {
        self.sources = sources
        self.problems = problems
    }

    mutating func resolve(
        _ readSecretFile: (String) throws(FileFailure) -> String
    ) throws(ConfigurationError) -> Resolution {
        let file = readFile()
        let environment = readEnvironment()
        let flags = readFlags()
        var given = file.merging(environment) { $1 }.merging(flags) { $1 }
        addUpstream(to: &given)
        addCollector(to: &given)

        var settings = Settings(
            data: sources.directory("XDG_STATE_HOME", inHome: ".local/state").map { $0 + "/refrain" } ?? "",
            model: sources.directory("XDG_CACHE_HOME", inHome: ".cache")
                .map { $0 + "/refrain/models/all-MiniLM-L6-v2" } ?? "")
        let builtInPrices = settings.prices
        for setting in Setting.all {
            if let value = given[setting.key]?.value { setting.write(&settings, value) }
        }
        if given["socket"] == nil { settings.socket = Settings.socket(in: settings.data) }
        settings.prices.merge(builtInPrices) { own, _ in own }
        readTokens(readSecretFile, given["tokens_file"]?.origin, &settings)
        readUpstreamKeys(readSecretFile, given["upstreams"]?.origin, &settings)
        let keyOrigin = readKey(readSecretFile, given["upstream_key_file"]?.origin, &settings)
        check(settings, given)
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        let values = Setting.all.map { setting in
            EffectiveValue(
                key: setting.key, text: setting.read(settings).text, origin: given[setting.key]?.origin ?? .builtIn)
        }
        return Resolution(settings: settings, values: values, keyOrigin: keyOrigin, warnings: warnings)
    }

    // MARK: Sources

    private mutating func readFlags() -> [String: Given] {
        var given: [String: Given] = [:]
        for (name, text) in sources.flags.sorted(by: { $0.key < $1.key }) {
            guard let setting = Setting.all.first(where: { $0.flag == name }) else {
                problems.append(ConfigurationProblem("--" + name, "is no setting"))
                continue
            }
            given[setting.key] = read(setting, text, .flag(name))
        }
        return given
    }

    private mutating func readEnvironment() -> [String: Given] {
        let names = Setting.all.map(\.environmentVariable)
        for name in sources.environment.keys.sorted() where name.hasPrefix("REFRAIN_") && !names.contains(name) {
            // Others may use the prefix, so only what looks mistyped is worth a word.
            guard let near = closest(to: name, among: names) else { continue }
            warnings.append("\(name) is no setting; did you mean \(near)?")
        }
        var given: [String: Given] = [:]
        for setting in Setting.all {
            guard let text = sources.variable(setting.environmentVariable) else { continue }
            given[setting.key] = read(setting, text, .environment(setting.environmentVariable))
        }
        return given
    }

    private mutating func read(_ setting: Setting, _ text: String, _ origin: Origin) -> Given? {
        do throws(Mismatches) {
            return (try setting.value(text: text, home: sources.home), origin)
        } catch {
            problems += error.list.map {
                ConfigurationProblem(origin.description, key: $0.path.isEmpty ? nil : $0.path, $0.reason)
            }
            return nil
        }
    }

    private mutating func readFile() -> [String: Given] {
        guard let file = sources.file else { return [:] }
        do throws(JSON5Error) {
            let root = try JSON5Parser.parse(file.text)
            guard case .object(let members) = root.value else {
                throw JSON5Error(line: root.line, reason: "must be an object, not \(root.shown)")
            }
            var given: [String: Given] = [:]
            var lines: [String: Int] = [:]
            read(members, group: nil, file.path, &given, &lines)
            return given
        } catch {
            problems.append(ConfigurationProblem("\(file.path):\(error.line)", error.reason))
            return [:]
        }
    }

    /// - Parameter lines: where each key was seen.
    private mutating func read(
        _ members: [JSON5Member], group: String?, _ path: String, _ given: inout [String: Given],
        _ lines: inout [String: Int]
    ) {
        for member in members {
            let key = (group.map { $0 + "." } ?? "") + member.name
            let place = "\(path):\(member.line)"
            if let first = lines.updateValue(member.line, forKey: key) {
                problems.append(ConfigurationProblem(place, key: key, "stands twice, first on line \(first)"))
            } else if let setting = Setting.byKey[key] {
                do throws(Mismatches) {
                    let value = try setting.value(node: member.node, home: sources.home)
                    given[key] = (value, .file(path, line: member.line))
                } catch {
                    problems += error.list.map {
                        ConfigurationProblem(
                            "\(path):\($0.line)", key: key + ($0.path.isEmpty ? "" : "." + $0.path), $0.reason)
                    }
                }
            } else if group == nil, Setting.groups.contains(key) {
                if case .object(let inner) = member.node.value {
                    read(inner, group: key, path, &given, &lines)
                } else {
                    problems.append(
                        ConfigurationProblem(place, key: key, "must be an object, not \(member.node.shown)"))
                }
            } else {
                let near = closest(to: key, among: Setting.all.map(\.key) + Setting.groups)
                problems.append(
                    ConfigurationProblem(
                        place, key: key, "unknown setting" + (near.map { "; did you mean \($0)?" } ?? "")))
            }
        }
    }

    // MARK: What depends on several

    /// OPENAI_BASE_URL is set for other programs as well, so the file comes before it.
    private mutating func addUpstream(to given: inout [String: Given]) {
        guard given["upstream"] == nil, let setting = Setting.byKey["upstream"] else { return }
        if let url = sources.variable("OPENAI_BASE_URL") {
            given["upstream"] = read(setting, url, .environment("OPENAI_BASE_URL"))
        } else if sources.variable("OPENAI_API_KEY") != nil {
            given["upstream"] = (.text("https://api.openai.com/v1"), .implied(by: "OPENAI_API_KEY"))
        }
    }

    /// The variable by which OpenTelemetry's own programs are told.
    private mutating func addCollector(to given: inout [String: Given]) {
        guard given["traces_endpoint"] == nil, let setting = Setting.byKey["traces_endpoint"],
            let url = sources.variable("OTEL_EXPORTER_OTLP_ENDPOINT")
        else { return }
        given["traces_endpoint"] = read(setting, url, .environment("OTEL_EXPORTER_OTLP_ENDPOINT"))
    }

    private mutating func readTokens(
        _ readFile: (String) throws(FileFailure) -> String, _ origin: Origin?, _ settings: inout Settings
    ) {
        guard let path = settings.access.tokensFile else { return }
        do throws(FileFailure) {
            settings.access.tokens = try TokensFile.parse(try readFile(path))
        } catch {
            report("tokens_file", origin, "\(path): \(error.reason)")
        }
    }

    private mutating func readUpstreamKeys(
        _ readFile: (String) throws(FileFailure) -> String, _ origin: Origin?, _ settings: inout Settings
    ) {
        for (index, upstream) in settings.upstreams.enumerated() {
            guard let path = upstream.keyFile else { continue }
            do throws(FileFailure) {
                settings.upstreams[index].key = try key(in: path, readFile)
            } catch {
                report("upstreams", origin, "\(path): \(error.reason)")
            }
        }
    }

    private func key(
        in path: String, _ readFile: (String) throws(FileFailure) -> String
    ) throws(FileFailure) -> APIKey {
        guard let key = APIKey(try readFile(path)) else { throw FileFailure(reason: "holds no key") }
        return key
    }

    /// A key file is set for this service alone, so it comes before OPENAI_API_KEY.
    private mutating func readKey(
        _ readKeyFile: (String) throws(FileFailure) -> String, _ origin: Origin?, _ settings: inout Settings
    ) -> Origin? {
        if let path = settings.upstream.keyFile, let origin {
            do throws(FileFailure) {
                settings.upstream.key = try key(in: path, readKeyFile)
            } catch {
                report("upstream_key_file", origin, "\(path): \(error.reason)")
            }
            return origin
        }
        guard let text = sources.variable("OPENAI_API_KEY") else { return nil }
        settings.upstream.key = APIKey(text)
        if settings.upstream.key == nil {
            problems.append(ConfigurationProblem("OPENAI_API_KEY", "holds no key, or characters a key cannot have"))
        }
        return .environment("OPENAI_API_KEY")
    }

    /// What is wrong with a value that came from there.
    private mutating func report(_ key: String, _ origin: Origin?, _ reason: String) {
        let origin = origin ?? .builtIn
        let problem =
            switch origin {
            case .flag, .environment: ConfigurationProblem(origin.description, reason)
            case .file: ConfigurationProblem(origin.description, key: key, reason)
            case .builtIn, .implied: ConfigurationProblem(key, reason)
            }
        problems.append(problem)
    }

    private mutating func check(_ settings: Settings, _ given: [String: Given]) {
        if settings.access.tokensFile != nil, settings.access.passesAuthorization {
            report(
                "pass_authorization", given["pass_authorization"]?.origin,
                "cannot be with tokens_file: a client's Authorization is its key for the upstream, or its token here")
        }
        if !settings.upstreams.isEmpty, settings.access.passesAuthorization {
            report(
                "pass_authorization", given["pass_authorization"]?.origin,
                "cannot be with upstreams: a client's key is that of one server, and no other is to see it")
        }
        if settings.allowRemote, settings.access.tokensFile == nil, !settings.access.passesAuthorization {
            report(
                "allow_remote", given["allow_remote"]?.origin,
                "needs tokens_file or pass_authorization: without them whoever reaches the port reads every answer")
        }
        if !settings.experiments.isEmpty, !settings.ledger.isEnabled {
            report("experiments", given["experiments"]?.origin, "needs the ledger, and ledger.enabled is false")
        }
        for experiment in settings.experiments {
            for variant in experiment.variants
            where settings.with(variant).deciding.errorTarget > settings.deciding.errorTarget {
                report(
                    "experiments", given["experiments"]?.origin,
                    "\(experiment.name).\(variant.name): error_target is above the service's own, "
                        + "\(settings.deciding.errorTarget), which no experiment breaks")
            }
        }
        if settings.data.isEmpty { report("data", nil, "needs a value, for HOME is not set") }
        if settings.embedder.kind == .local, settings.embedder.modelDirectory.isEmpty {
            report("model", nil, "needs a value, for HOME is not set")
        }
        if settings.embedder.kind == .remote, settings.embedder.url == nil, settings.upstream.url == nil {
            report("embedder.url", nil, "needs a value where embedder.kind is remote and there is no upstream")
        }
        let urls = settings.upstreams.map { ("upstreams", $0.url) } + [("upstream", settings.upstream.url ?? "")]
        for (key, url) in urls {
            guard let upstream = Endpoint(url: url),
                let own = settings.listen.first(where: { Endpoint($0)?.answers(upstream) ?? false })
            else { continue }
            report(key, given[key]?.origin, "is this service's own address, \(own): it would ask itself")
        }
    }
}
