// Writes the zero-copy readers and the writers of the hot paths from a descriptor set.
//
//     schema-readers DESCRIPTOR_SET OUTPUT_FOLDER
//
// One `<file>.wire.swift` for each proto file with messages, `schema.wire.swift` with the names that errors need, and
// `kinds.wire.swift` with the list of event kinds.
import Foundation
import SwiftProtobuf

guard CommandLine.arguments.count == 3 else {
    FileHandle.standardError.write(Data("usage: schema-readers DESCRIPTOR_SET OUTPUT_FOLDER\n".utf8))
    exit(64)
}
do {
    let data = try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))
    let schema = try Schema(Google_Protobuf_FileDescriptorSet(serializedBytes: data))
    let folder = URL(fileURLWithPath: CommandLine.arguments[2])
    for (name, text) in schema.files() {
        try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
} catch {
    FileHandle.standardError.write(Data("schema-readers: \(error)\n".utf8))
    exit(65)
}
