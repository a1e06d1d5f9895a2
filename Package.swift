// swift-tools-version: 6.3
import PackageDescription

/// Warnings are errors; `LANEWAY_RELAXED=1` turns that off for packagers whose compiler is newer.
let relaxed = Context.environment["LANEWAY_RELAXED"] != nil

/// `make fuzz` names libFuzzer here: our own code then tells it which branches an input takes.
let fuzzer = Context.environment["LANEWAY_FUZZER"]
let watched: [SwiftSetting] =
    fuzzer == nil
    ? []
    : [
        .define("FUZZING"),
        .unsafeFlags([
            "-enable-testing", "-sanitize=address",
            "-sanitize-coverage=edge,indirect-calls,trace-cmp,inline-8bit-counters,pc-table",
        ]),
    ]

let common: [SwiftSetting] =
    watched + [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
    + (relaxed
        ? []
        : [.treatAllWarnings(as: .error), .treatWarning("DeprecatedDeclaration", as: .warning)])

/// For every target but the four that bridge C.
let safe: [SwiftSetting] = common + [.strictMemorySafety()]

extension Target.Dependency {
    static let nioCore: Self = .product(name: "NIOCore", package: "swift-nio")
    static let nioPosix: Self = .product(name: "NIOPosix", package: "swift-nio")
    static let nioHTTP1: Self = .product(name: "NIOHTTP1", package: "swift-nio")
    static let nioEmbedded: Self = .product(name: "NIOEmbedded", package: "swift-nio")
    static let deque: Self = .product(name: "DequeModule", package: "swift-collections")
    static let logging: Self = .product(name: "Logging", package: "swift-log")
    static let asyncHTTPClient: Self = .product(
        name: "AsyncHTTPClient", package: "async-http-client")
    static let argumentParser: Self = .product(
        name: "ArgumentParser", package: "swift-argument-parser")
    static let yams: Self = .product(name: "Yams", package: "Yams")
    static let grdb: Self = .product(name: "GRDB", package: "GRDB.swift")
    static let unixSignals: Self = .product(
        name: "UnixSignals", package: "swift-service-lifecycle")
    static let histogram: Self = .product(name: "Histogram", package: "hdrhistogram-swift")
}

let package = Package(
    name: "laneway",
    products: [
        .executable(name: "laneway", targets: ["laneway"]),
        .library(name: "LanewayClient", targets: ["Client", "Messages"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CProtobufC", pkgConfig: "libprotobuf-c",
            providers: [.apt(["libprotobuf-c-dev"])]),
        .systemLibrary(
            name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .target(name: "CMessages", dependencies: ["CProtobufC"]),
        .target(name: "Messages", dependencies: ["CMessages"], swiftSettings: common),
        // rapidjson and valijson are headers; rapidjson-dev, libvalijson-dev and libre2-dev.
        // It is optimized in debug builds too: there it would be thirty times as slow, and it is what
        // tests of streams spend their time in.
        .target(
            name: "CRapidJSON", cxxSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
        .target(name: "Decoding", dependencies: ["CRapidJSON"], swiftSettings: common),
        .target(
            name: "CValijson", dependencies: ["CRapidJSON"],
            linkerSettings: [.linkedLibrary("re2"), .linkedLibrary("m")]),
        .target(name: "Schemas", dependencies: ["CValijson"], swiftSettings: common),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "Packing", dependencies: ["CZlib", .nioCore], swiftSettings: common),
        .target(name: "Clocks", swiftSettings: safe),
        .target(
            name: "Wire", dependencies: ["CNghttp2", .nioCore, .deque], swiftSettings: common),
        .target(
            name: "RPC", dependencies: ["Wire", "Messages", "Clocks", "Packing", .nioCore, .deque],
            swiftSettings: safe),
        .target(name: "Lanes", dependencies: ["Clocks", .logging], swiftSettings: safe),
        .target(
            name: "Models", dependencies: ["Lanes", "Clocks", .deque, .logging],
            swiftSettings: safe),
        .target(
            name: "Providers",
            dependencies: [
                "Models", "Clocks", "Packing", "Decoding", .asyncHTTPClient, .nioCore, .nioHTTP1,
                .nioPosix, .logging,
            ],
            swiftSettings: safe),
        .target(
            name: "Ledger", dependencies: ["Models", "Lanes", .grdb, .logging],
            swiftSettings: safe),
        .target(
            name: "Telemetry",
            dependencies: [
                "Models", "Lanes", "Messages", "Clocks", .asyncHTTPClient, .deque, .nioCore,
                .nioHTTP1, .logging,
            ], swiftSettings: safe),
        .target(
            name: "Transport",
            dependencies: ["RPC", "Clocks", .nioCore, .nioPosix, .logging],
            swiftSettings: safe),
        .target(
            name: "Daemon",
            dependencies: [
                "Messages", "RPC", "Lanes", "Models", "Providers", "Ledger", "Telemetry", "Schemas",
                "Transport", "Clocks", .asyncHTTPClient, .yams, .logging, .nioCore, .nioPosix,
                .unixSignals,
            ],
            swiftSettings: safe),
        .target(
            name: "Client",
            dependencies: ["RPC", "Messages", "Transport", "Clocks", .nioCore, .nioPosix],
            swiftSettings: safe),
        .target(name: "LaneViews", dependencies: ["Messages"], swiftSettings: safe),
        .target(name: "Load", dependencies: ["LaneViews", .histogram], swiftSettings: safe),
        .executableTarget(
            name: "laneway",
            dependencies: [
                "Daemon", "Client", "LaneViews", "Load", "Ledger", "Messages", .argumentParser,
                .unixSignals,
            ], swiftSettings: safe),

        .executableTarget(
            name: "LaneBench", dependencies: ["Lanes", "Clocks"], path: "Benchmarks/LaneBench",
            swiftSettings: safe),
        .executableTarget(
            name: "RuntimeEcho", dependencies: ["TestHost", "RPC", "Messages"],
            path: "Benchmarks/RuntimeEcho", swiftSettings: safe),
        .executableTarget(
            name: "HTTPRelay",
            dependencies: ["Providers", .asyncHTTPClient, .nioCore, .nioHTTP1, .nioPosix],
            path: "Benchmarks/HTTPRelay", swiftSettings: safe),

        // What only tests use: an upstream that follows a script, frames written by hand, and
        // servers on our runtime for stock clients to call: one with all four kinds of streaming,
        // and the one that gRPC's interoperability tests are about.
        .target(
            name: "UpstreamScript", dependencies: [.nioCore, .nioPosix],
            path: "Tests/UpstreamScript", swiftSettings: safe),
        .target(name: "HandFrames", path: "Tests/HandFrames", swiftSettings: safe),
        // Random numbers that can be had again.
        .target(name: "Seeded", path: "Tests/Seeded", swiftSettings: safe),
        // How slow everything is where the tests run.
        .target(name: "Patience", path: "Tests/Patience", swiftSettings: safe),
        .target(
            name: "TestHost",
            dependencies: ["Transport", "RPC", "Clocks", .nioCore, .nioPosix, .logging],
            path: "Tests/TestHost", swiftSettings: safe),
        .executableTarget(
            name: "TestServer", dependencies: ["TestHost", "RPC", "Messages"],
            path: "Tests/TestServer", swiftSettings: safe),
        .executableTarget(
            name: "InteropServer", dependencies: ["TestHost", "RPC", "Messages"],
            path: "Tests/InteropServer", swiftSettings: safe),
        // What Google's conformance runner speaks to; it sees protobuf-c as Messages does.
        .executableTarget(
            name: "ConformanceTestee", dependencies: ["Messages", "CMessages"],
            path: "Tests/ConformanceTestee", swiftSettings: common),

        // What everything that reads bytes from outside is fed with: by libFuzzer in `make fuzz`,
        // else from files.
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "Wire", "RPC", "Messages", "Packing", "Providers", "Models", "Daemon", "Clocks",
                "HandFrames", .nioCore, .nioEmbedded, .nioHTTP1,
            ], path: "Tests/Fuzz", exclude: ["Regressions"], swiftSettings: common,
            linkerSettings: fuzzer.map {
                [
                    .unsafeFlags(["-Xlinker", "--whole-archive", "-Xlinker", $0]),
                    .unsafeFlags(["-Xlinker", "--no-whole-archive", "-lstdc++"]),
                ]
            } ?? []),

        // Tries what the schemas' C++ does where there is no memory: for that it has an operator new
        // of its own.
        .executableTarget(
            name: "SchemaMemory", dependencies: ["CValijson"], path: "Tests/SchemaMemory"),

        .testTarget(name: "TidyTests", swiftSettings: safe),
        .testTarget(
            name: "MessagesTests", dependencies: ["Messages", "CMessages", "Patience"],
            swiftSettings: safe),
        .testTarget(
            name: "SchemasTests", dependencies: ["Schemas", "Patience", "Seeded"],
            swiftSettings: safe),
        .testTarget(
            name: "DecodingTests", dependencies: ["Decoding", "Seeded"], swiftSettings: safe),
        .testTarget(
            name: "PackingTests", dependencies: ["Packing", .nioCore], swiftSettings: safe),
        .testTarget(
            name: "LaneViewsTests", dependencies: ["LaneViews", "Messages"], swiftSettings: safe),
        .testTarget(name: "LoadTests", dependencies: ["Load"], swiftSettings: safe),
        .testTarget(name: "ClocksTests", dependencies: ["Clocks", "Seeded"], swiftSettings: safe),
        .testTarget(
            name: "WireTests", dependencies: ["Wire", "HandFrames", .nioCore],
            swiftSettings: safe),
        .testTarget(
            name: "RPCTests",
            dependencies: [
                "RPC", "Wire", "Messages", "Clocks", "HandFrames", .nioCore, .nioEmbedded,
            ], swiftSettings: safe),
        .testTarget(
            name: "LanesTests", dependencies: ["Lanes", "Clocks", "Patience", "Seeded", .logging],
            swiftSettings: safe),
        .testTarget(
            name: "ModelsTests",
            dependencies: ["Models", "Lanes", "Clocks", "Patience", "Seeded", .logging],
            swiftSettings: safe),
        .testTarget(
            name: "ProvidersTests",
            dependencies: [
                "Providers", "Models", "Lanes", "Clocks", "Patience", "UpstreamScript",
                .asyncHTTPClient, .nioCore, .nioEmbedded, .nioPosix, .nioHTTP1, .logging,
            ], swiftSettings: safe),
        .testTarget(
            name: "TelemetryTests",
            dependencies: [
                "Telemetry", "Models", "Lanes", "LaneViews", "Messages", "Clocks", "Patience",
                "Seeded", "UpstreamScript", .asyncHTTPClient, .nioCore, .nioPosix, .logging,
            ], swiftSettings: safe),
        .testTarget(
            name: "LedgerTests",
            dependencies: ["Ledger", "Models", "Lanes", "Patience", .grdb, .logging],
            swiftSettings: safe),
        .testTarget(
            name: "TransportTests",
            dependencies: [
                "Transport", "RPC", "Messages", "Clocks", "Wire", "HandFrames", "Patience",
                .nioCore, .nioEmbedded, .nioPosix, .logging,
            ], swiftSettings: safe),
        .testTarget(name: "ClientTests", dependencies: ["Client"], swiftSettings: safe),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "Daemon", "Messages", "RPC", "Lanes", "Models", "Providers", "Telemetry",
                "Transport", "Clocks", "Patience",
            ], swiftSettings: safe),
    ],
    cxxLanguageStandard: .cxx17
)
