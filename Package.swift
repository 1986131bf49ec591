// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
    // Fold and append change class fields millions of times a second; the debug build, which runs all tests, keeps the check.
    .unsafeFlags(
        ["-enforce-exclusivity=unchecked", "-cross-module-optimization"], .when(configuration: .release)),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// A room and its tests. A room imports only those above it.
func room(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> [Target] {
    [.target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)]
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> [Target] {
    [
        .testTarget(
            name: "\(name)Tests", dependencies: dependencies, resources: resources, swiftSettings: strict)
    ]
}

let package = Package(
    name: "grandlivre",
    products: [.executable(name: "grandlivre", targets: ["grandlivre"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    ],
    targets: [
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .systemLibrary(name: "CMemory"),
        .systemLibrary(name: "CXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    ]
        + room("Bytes", ["CMemory"])
        + room("LMDB", ["CLMDB", "Bytes"])
        + room("Transparency", ["Bytes", crypto])
        + room("EventLog", ["Bytes", "LMDB", "Transparency"])
        + room("Index", ["Bytes", "LMDB", crypto])
        + room("Accounting", [])
        + room("Events", ["Bytes", protobuf])
        + room("Commerce", ["Bytes", "Index", "Accounting", "Events", crypto])
        + room(
            "Ledger",
            [
                "Bytes", "LMDB", "Transparency", "EventLog", "Index", "Accounting", "Events", "Commerce", crypto,
                cryptoExtras,
            ])
        + room(
            "Interchange",
            ["Bytes", "CZlib", "Transparency", "EventLog", "Accounting", "Events", "Commerce", "Ledger"],
            // What an audit pack brings stands in the program itself.
            resources: ["verify.py", "LISEZMOI.txt", "README.txt"].map { .embedInCode("AuditPack/\($0)") })
        + room(
            "Reconciliation",
            ["CXML2", "Bytes", "Accounting", "Events", "Commerce", "EventLog", "Ledger", crypto])
        + room(
            "Simulation",
            ["Bytes", "EventLog", "Accounting", "Events", "Commerce", "Ledger", "Reconciliation"])
        + [
            .executableTarget(
                name: "schema-readers", dependencies: [protobuf], path: "Scripts/SchemaReaders", swiftSettings: strict),
            .executableTarget(
                name: "Benchmarks",
                dependencies: [
                    "Bytes", "EventLog", "Accounting", "Events", "Commerce", "Ledger", "Interchange", "Reconciliation",
                    "Simulation",
                ],
                path: "Benchmarks", exclude: ["kernel", "peers"],
                swiftSettings: strict),
            // Writes and verifies ledgers that Tests/Faults breaks.
            .executableTarget(
                name: "fault-writer",
                dependencies: [
                    "Bytes", "LMDB", "Transparency", "EventLog", "Accounting", "Events", "Commerce", "Ledger",
                ],
                path: "Tests/Faults/FaultWriter", swiftSettings: strict),
            .executableTarget(
                name: "grandlivre",
                dependencies: [
                    "Bytes", "LMDB", "Transparency", "EventLog", "Index", "Accounting", "Events", "Commerce", "Ledger",
                    "Interchange", "Reconciliation", "Simulation",
                    arguments,
                ],
                swiftSettings: strict),
        ]
        // What the tests of several rooms tell: events of a small cooperative.
        + [
            .target(
                name: "Fixtures", dependencies: ["Bytes", "Index", "Accounting", "Events", "Commerce", protobuf],
                path: "Tests/Fixtures", swiftSettings: strict)
        ]
        + tests("LMDB", ["Bytes", "LMDB"])
        + tests("Transparency", ["Bytes", "Transparency"])
        + tests("EventLog", ["Bytes", "LMDB", "Transparency", "EventLog"])
        + tests("Index", ["Bytes", "LMDB", "Index"])
        + tests("Accounting", ["Accounting"])
        + tests("Commerce", ["Fixtures", "Bytes", "Index", "Accounting", "Events", "Commerce", protobuf])
        + tests(
            "Ledger",
            [
                "Fixtures", "Bytes", "LMDB", "EventLog", "Transparency", "Index", "Accounting", "Events", "Commerce",
                "Ledger",
                crypto, protobuf,
            ])
        + tests(
            "Simulation",
            [
                "Fixtures", "Bytes", "Transparency", "EventLog", "Accounting", "Events", "Commerce", "Ledger",
                "Reconciliation", "Simulation",
            ])
        + tests("GrandLivre", ["grandlivre"], resources: [.copy("Fixtures")])
        + tests(
            "Interchange",
            ["Interchange", "Bytes", "CZlib", "Accounting", "Events", "Commerce", "EventLog", "Ledger", protobuf])
        + tests(
            "Reconciliation",
            ["Fixtures", "Bytes", "Accounting", "Events", "Commerce", "EventLog", "Ledger", "Reconciliation", protobuf])
        + tests("Events", ["Bytes", "Events", protobuf], resources: [.copy("Golden")])
)
