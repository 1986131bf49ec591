// swift-tools-version: 6.2
import PackageDescription

// A package of its own: libFuzzer brings its main, and its coverage goes into every target (`swift build --sanitize=fuzzer`).
// `Sources` are links to the project's own, so that `package` declarations are seen.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "grandlivre-fuzz",
    targets: [
        .systemLibrary(name: "CMemory"),
        .systemLibrary(name: "CXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .target(name: "Bytes", dependencies: ["CMemory"], swiftSettings: strict),
        .target(name: "Accounting", swiftSettings: strict),
        // Only what the readers need of it: texts in both languages.
        .target(name: "Commerce", sources: ["Text.swift"], swiftSettings: strict),
        .target(
            name: "Reconciliation", dependencies: ["CXML2", "Bytes", "Accounting", "Commerce"],
            exclude: ["Ledger", "Payouts", "Slips"],
            swiftSettings: strict),
        .executableTarget(
            name: "payment-fuzzer", dependencies: ["Reconciliation", "Commerce"],
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]),
        .executableTarget(
            name: "statement-fuzzer", dependencies: ["Reconciliation", "Commerce"],
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]),
    ]
)
