/// The page at `/`: plain files, made part of the program, that ask nobody but the server they came from.
package enum Dashboard {
    package struct File: Sendable {
        /// Where it is served.
        package let path: String
        package let contentType: String
        package let bytes: [UInt8]
    }

    /// Nothing from elsewhere, no script in the markup, and no text that becomes markup (Trusted Types).
    package static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

    package static let files: [File] = [
        File(path: "/", contentType: "text/html; charset=utf-8", bytes: PackageResources.index_html),
        File(path: "/page/style.css", contentType: "text/css; charset=utf-8", bytes: PackageResources.style_css),
        File(path: "/page/icon.svg", contentType: "image/svg+xml", bytes: PackageResources.icon_svg),
        module("answers", PackageResources.answers_js), module("api", PackageResources.api_js),
        module("chart", PackageResources.chart_js), module("dom", PackageResources.dom_js),
        module("entries", PackageResources.entries_js), module("entry", PackageResources.entry_js),
        module("experiments", PackageResources.experiments_js),
        module("format", PackageResources.format_js), module("main", PackageResources.main_js),
        module("overview", PackageResources.overview_js), module("question", PackageResources.question_js),
        module("receipt", PackageResources.receipt_js), module("stages", PackageResources.stages_js),
        module("tables", PackageResources.tables_js),
    ]

    private static func module(_ name: String, _ bytes: [UInt8]) -> File {
        File(path: "/page/\(name).js", contentType: "text/javascript; charset=utf-8", bytes: bytes)
    }
}
