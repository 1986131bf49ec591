import Foundation

// Benchmarks [ingest|fold|query|matching|simulated|import|allocations|all] and the options of `Arguments`. It reports, and gates on counts; it judges nothing by the clock.

let arguments = Arguments(Array(CommandLine.arguments.dropFirst()))
let folder =
    FileManager.default.temporaryDirectory.path + "/grandlivre-benchmark-\(ProcessInfo.processInfo.processIdentifier)"
defer { try? FileManager.default.removeItem(atPath: folder) }
let report = Report()

switch arguments.command {
case "workload":
    guard let path = arguments.operands.first else { fatalError("usage: Benchmarks workload FILE [--events N]") }
    let file = try WorkloadFile.write(path, events: arguments.events)
    print("before=\(file.before) events=\(file.events) entry_bytes=\(file.entryBytes)")
case "reader":
    guard let directory = arguments.operands.first else { fatalError("usage: Benchmarks reader LEDGER") }
    try Query.read(directory)
case "writer":
    guard let directory = arguments.operands.first,
        let limit = arguments.operands.dropFirst().first.flatMap(Double.init)
    else { fatalError("usage: Benchmarks writer LEDGER SECONDS") }
    try Query.write(directory, seconds: limit, mapBytes: arguments.mapBytes)
case "all", "ingest", "fold", "query", "matching", "simulated", "import", "allocations":
    if arguments.wants("ingest") { try Ingest(arguments: arguments, folder: folder, report: report).run() }
    if arguments.wants("fold") { try Fold(arguments: arguments, folder: folder, report: report).run() }
    if arguments.wants("query") { try Query(arguments: arguments, folder: folder, report: report).run() }
    if arguments.wants("matching") { try MatchingPace(arguments: arguments, report: report).run() }
    if arguments.wants("simulated") {
        try Simulated(arguments: arguments, folder: folder, report: report).run()
    }
    if arguments.wants("import") { try Import(arguments: arguments, folder: folder, report: report).run() }
    if arguments.wants("allocations") { try Allocations(arguments: arguments, folder: folder, report: report).run() }
    if let json = arguments.json { try report.write(to: json) }
default:
    if !["help", "--help", "-h"].contains(arguments.command) {
        Arguments.refuse("\(arguments.command): there is no such command; see Benchmarks help")
    }
    print(Arguments.usage)
}
