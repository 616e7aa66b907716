package import Support

/// From flags, environment and file to settings.
package enum Configuration {
    /// The settings that the sources give: flags before REFRAIN_ variables, before the file, before the defaults.
    ///
    /// - Parameter readKeyFile: the text of the file that holds the API key.
    /// - Throws: everything that is wrong, together.
    package static func resolve(
        _ sources: ConfigurationSources, readKeyFile: (_ path: String) -> Result<String, FileFailure>
    ) throws(ConfigurationError) -> Resolution {
        var resolver = Resolver(sources)
        return try resolver.resolve { path throws(FileFailure) in try readKeyFile(path).get() }
    }

    /// As `resolve`, with the files read: that of the flag `config`, of REFRAIN_CONFIG, or the first standard
    /// one that is there.
    ///
    /// - Parameter text: stands for the text of the file that is there.
    package static func load(
        flags: [String: String], environment: [String: String], withFile text: String? = nil
    ) throws(ConfigurationError) -> Resolution {
        var sources = ConfigurationSources(flags: flags, environment: environment)
        sources.flags["config"] = nil
        sources.environment["REFRAIN_CONFIG"] = nil
        var problems: [ConfigurationProblem] = []
        let named = flags["config"] ?? ConfigurationSources(environment: environment).variable("REFRAIN_CONFIG")
        for path in named.map({ [$0] }) ?? standardFiles(sources) where sources.file == nil && problems.isEmpty {
            do throws(FileFailure) {
                let read = try TextFile.read(path, bytesMax: Limits.configurationBytesMax)
                sources.file = ConfigurationSources.File(path: path, text: text ?? read)
            } catch {
                if named != nil || !error.isMissing { problems.append(ConfigurationProblem(path, error.reason)) }
            }
        }
        var resolver = Resolver(sources, problems)
        return try resolver.resolve { path throws(FileFailure) in
            try TextFile.read(path, bytesMax: Limits.secretFileBytesMax, isPrivate: true)
        }
    }

    /// The files that are read where none is named, up to the first that is there: the user's, then the machine's (XDG
    /// Base Directory Specification).
    private static func standardFiles(_ sources: ConfigurationSources) -> [String] {
        let shared = (sources.variable("XDG_CONFIG_DIRS") ?? "/etc/xdg").split(separator: ":").map(String.init)
        let directories = [sources.directory("XDG_CONFIG_HOME", inHome: ".config")].compactMap(\.self) + shared
        return directories.filter { $0.hasPrefix("/") }.map { $0 + "/refrain/refrain.json5" }
    }

    /// The user's own file, there or not; nil without a home.
    package static func ownFile(environment: [String: String]) -> String? {
        ConfigurationSources(environment: environment).directory("XDG_CONFIG_HOME", inHome: ".config")
            .map { $0 + "/refrain/refrain.json5" }
    }
}
