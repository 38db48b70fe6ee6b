import Foundation

/// The program as a process, in a folder of its own.
struct Program {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    /// The program is built beside the test bundle.
    static var path: String {
        URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("plumbline").path
    }

    /// Runs the program in ``folder`` to its end.
    ///
    /// - Parameters:
    ///   - streams: a name for the files of its output; two at once need two.
    ///   - executable: what is run in its place.
    func run(_ arguments: [String], streams name: String = "", executable: String? = nil) throws
        -> (code: Int32, output: String, errors: String)
    {
        let process = Process()
        let streams = ["out", "err"].map { "\(folder)/.\(name)\($0)" }
        for stream in streams { FileManager.default.createFile(atPath: stream, contents: nil) }
        process.executableURL = URL(fileURLWithPath: executable ?? Self.path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardOutput = FileHandle(forWritingAtPath: streams[0])
        process.standardError = FileHandle(forWritingAtPath: streams[1])
        try process.run()
        process.waitUntilExit()
        let texts = try streams.map { try String(contentsOfFile: $0, encoding: .utf8) }
        return (process.terminationStatus, texts[0], texts[1])
    }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        return "\(folder)/\(name)"
    }
}
