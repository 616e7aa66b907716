// swift-tools-version: 6.2
import PackageDescription

// One set of rules for every Swift target: see CONTRIBUTING.md.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = [], alwaysOptimized: Bool = false) -> Target {
    // Rooms that compute are optimized in debug builds too: their tests would take minutes otherwise.
    let optimized: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]
    return .target(
        name: name, dependencies: dependencies, swiftSettings: alwaysOptimized ? strict + optimized : strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ room: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: room + "Tests", dependencies: [.target(name: room)] + dependencies, swiftSettings: strict)
}

let package = Package(
    name: "refrain",
    products: [
        .executable(name: "refrain", targets: ["refrain"]),
        .library(name: "RefrainClient", targets: ["RefrainClient"]),
    ],
    targets: [
        // C libraries of the system: a module map and a header of shims each.
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3"),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl"),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas"),
        .systemLibrary(name: "CMicroHTTPD", pkgConfig: "libmicrohttpd"),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto"),
        .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash"),
        .systemLibrary(name: "CUTF8Proc"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
        .systemLibrary(name: "CLinux"),

        // Kernels in C, for what each processor offers is chosen at run time there; optimized in debug builds too.
        .target(name: "CGemm", cSettings: [.unsafeFlags(["-O3"])]),
        .target(name: "CSieve", cSettings: [.unsafeFlags(["-O3"])]),

        // libpq, loaded at run time by the store that needs it.
        .target(name: "CPostgres"),

        // Rooms, from the ground up. A room sees only what it names here.
        room("JSON"),
        room("Support", ["CCrypto", "CXXHash"]),
        room("JSON5", ["Support"]),
        room("HTTP"),
        room("HTTPClient", ["HTTP", "Support", "CCurl"]),
        room("Tracing", ["Support", "JSON"]),
        room("Questions", ["CUTF8Proc"]),
        room("Embedding", ["Support", "JSON", "HTTP", "CGemm", "COpenBLAS"], alwaysOptimized: true),
        room("Search", ["Support", "COpenBLAS", "CSieve", "CLinux"], alwaysOptimized: true),
        room("Store", ["Support", "CSQLite", "CPostgres", "CLinux"]),
        room("Models", ["Support", "JSON", "HTTP", "HTTPClient"]),
        room("Ledger", ["Support", "JSON", "Store"]),
        room("Experiments", ["Support", "Store", "Ledger"]),
        room("Cache", ["Support", "JSON", "Questions", "Embedding", "Search", "Store", "Models"]),
        .target(
            name: "Plans", dependencies: ["Support", "JSON", "JSON5", "Models"], resources: [.embedInCode("BuiltIn")],
            swiftSettings: strict),
        .target(name: "Dashboard", resources: [.embedInCode("Page")], swiftSettings: strict),
        room("Records", ["Support", "JSON"]),
        room(
            "Evaluation",
            [
                "Support", "JSON", "HTTP", "Embedding", "Store", "Models", "Cache", "Records", "COpenBLAS", "CZlib",
            ], alwaysOptimized: true),
        room(
            "API",
            [
                "Support", "JSON", "HTTP", "Questions", "Embedding", "Store", "Ledger", "Experiments", "Models",
                "Cache",
                "Plans", "Tracing", "Dashboard", "Evaluation",
            ]),
        room("Server", ["Support", "HTTP", "CMicroHTTPD", "CLinux"]),
        room("Configuration", ["Support", "JSON5"]),
        room("Terminal", ["Support"]),
        // For other programs: asks the daemon over its Unix socket, and needs none of the rooms.
        room("RefrainClient"),
        // Plays the model API for tests, the demo and benchmarks; no part of the service.
        room("StandIn", ["Support", "JSON", "HTTP"]),

        .executableTarget(
            name: "refrain",
            dependencies: [
                "Support", "JSON", "HTTP", "HTTPClient", "Embedding", "Search", "Store", "Ledger", "Experiments",
                "Models", "Cache",
                "API", "Server", "Configuration", "Terminal", "Records", "Evaluation", "Plans", "Tracing",
            ], resources: [.embedInCode("Embedded")], swiftSettings: strict),
        program("refrain-standin", ["Support", "StandIn"]),
        // Refrain's side of benchmarks/search.py.
        .executableTarget(
            name: "bench-search", dependencies: ["Search", "Embedding", "COpenBLAS"], path: "benchmarks/search",
            swiftSettings: strict),
        // Refrain's side of benchmarks/embedding.py.
        .executableTarget(
            name: "bench-embedding", dependencies: ["Embedding", "JSON"], path: "benchmarks/embedding",
            swiftSettings: strict),

        // Refrain's side of benchmarks/ledger.py.
        .executableTarget(
            name: "bench-ledger", dependencies: ["Ledger", "Store", "Support", "SimulatedWeek"],
            path: "benchmarks/ledger", swiftSettings: strict),

        .target(
            name: "SimulatedWeek", dependencies: ["Ledger", "Store", "Support"], path: "Tests/SimulatedWeek",
            swiftSettings: strict),
        .target(name: "TestServer", path: "Tests/TestServer", swiftSettings: strict),
        .systemLibrary(name: "CTestProcess", path: "Tests/CTestProcess"),
        .target(
            name: "TestProcess", dependencies: ["CTestProcess", "Support"], path: "Tests/TestProcess",
            swiftSettings: strict),
        .target(
            name: "TestPostgres", dependencies: ["TestProcess"], path: "Tests/TestPostgres", swiftSettings: strict),
        .target(
            name: "TestEmbedder", dependencies: ["Embedding"], path: "Tests/TestEmbedder", swiftSettings: strict),
        tests("JSON", ["Support"]),
        tests("Support"),
        tests("HTTPClient", ["HTTP", "Support", "TestServer"]),
        tests("HTTP"),
        tests("Questions", ["Support"]),
        tests("Embedding", ["Support", "JSON", "HTTP", "CGemm"]),
        tests("Search", ["Support", "CSieve"]),
        tests("Store", ["Support", "TestProcess", "TestPostgres"]),
        tests("Ledger", ["Support", "JSON", "Store", "CSQLite", "SimulatedWeek"]),
        tests("Tracing", ["Support", "JSON"]),
        tests("Experiments", ["Support", "JSON", "Store", "Ledger"]),
        tests("Models", ["JSON", "HTTP", "HTTPClient", "Support", "TestServer"]),
        tests(
            "Cache",
            ["Questions", "Embedding", "Search", "Store", "Models", "Support", "JSON", "TestEmbedder", "TestPostgres"]),
        tests(
            "API",
            [
                "JSON", "HTTP", "HTTPClient", "Support", "Questions", "Embedding", "Store", "Ledger", "Experiments",
                "Models", "Cache", "Plans", "TestEmbedder",
            ]),
        tests("Dashboard"),
        tests("Plans", ["Support", "JSON", "JSON5", "Models"]),
        tests("Server", ["HTTP", "Support", "TestProcess"]),
        tests("JSON5"),
        tests("Configuration", ["Support", "JSON5"]),
        tests("Terminal", ["Support", "TestProcess"]),
        tests("Records", ["JSON"]),
        tests("Evaluation", ["Support", "JSON", "Embedding", "Models", "Cache", "Store"]),
        tests("StandIn", ["Support", "JSON", "HTTP", "TestProcess"]),
        .testTarget(name: "TidyTests", swiftSettings: strict),
        .testTarget(
            // Runs the programs, which are therefore to be built first.
            name: "EndToEndTests",
            dependencies: [
                "JSON", "HTTP", "HTTPClient", "Support", "TestProcess", "TestPostgres", "TestServer", "RefrainClient",
                "refrain", "refrain-standin",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "StreamingTests",
            dependencies: [
                "API", "JSON", "HTTP", "HTTPClient", "StandIn", "TestServer", "TestProcess", "refrain",
            ], swiftSettings: strict),
    ]
)

// Fuzzing wants every room instrumented, so it has a build of its own: see checks/fuzz.py.
if Context.environment["REFRAIN_FUZZ"] != nil {
    let instrumented: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer"])]
    for target in package.targets where target.type == .regular && target.swiftSettings != nil {
        target.swiftSettings! += instrumented
    }
    package.targets.append(
        .executableTarget(
            name: "refrain-fuzz",
            dependencies: [
                "API", "Embedding", "HTTP", "JSON", "JSON5", "Models", "Plans", "Questions", "Records", "Server",
            ],
            path: "fuzz", exclude: ["corpus"],
            swiftSettings: strict + instrumented + [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]))
}
