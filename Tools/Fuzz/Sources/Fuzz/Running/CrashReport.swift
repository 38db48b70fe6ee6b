import Foundation

/// The output of a worker that crashed or was ended.
struct CrashReport {
    let kind: Kind
    /// A short description.
    let cause: String
    let output: String

    init(_ kind: Kind, signal: Int32, output: String) {
        self.kind = kind
        self.output = StackTrace.readable(output)
        let name = kind == .crash ? Self.names[signal] ?? "signal \(signal)" : ""
        let words = [name, Self.message(self.output), Self.location(self.output)]
        cause = words.filter { !$0.isEmpty }.joined(separator: ", ")
    }

    private static let names: [Int32: String] = [
        SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGSEGV: "SIGSEGV", SIGABRT: "SIGABRT",
        SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL",
    ]

    /// The message of Swift or of the C library.
    private static func message(_ output: String) -> String {
        let marks = ["Fatal error: ", "stack smashing", "free():", "malloc():", "corrupted"]
        // Lines of a stack begin with a library's path.
        let lines = output.split(separator: "\n").filter { !$0.hasPrefix("/") }
        guard let line = lines.first(where: { line in marks.contains { line.contains($0) } }) else {
            return ""
        }
        let text = line.components(separatedBy: "Fatal error: ").last ?? ""
        return String(text.prefix(100))
    }

    /// The first function of this project on the stack, without those that only report errors.
    private static func location(_ output: String) -> String {
        for line in output.split(separator: "\n") where !line.contains(" require(") {
            // Of the Swift runtime: "3 0x00 name in Fuzz at /a/b/File.swift:12:3".
            if let name = line.range(of: " in Fuzz at "), line.contains("/Sources/"),
                !line.contains("Tools/Fuzz")
            {
                let words = line[..<name.lowerBound].components(separatedBy: "0x").last ?? ""
                let function = words.split(separator: " ").dropFirst()
                    .prefix { $0 != "+" }.joined(separator: " ")
                let file = line[name.upperBound...].split(separator: "/").last ?? ""
                return "\(function) at \(file)"
            }
            // Of the C library: "/a/b/Fuzz(Module.Type.name(of:) -> Swift.Int+0x2c)[0x5e]"; without
            // a name where the function is known to its module alone.
            if let name = line.range(of: "/Fuzz("), !line[name.upperBound...].hasPrefix("+"),
                let end = line[name.upperBound...].lastIndex(of: "+"), !line.contains("(Fuzz.")
            {
                return String(line[name.upperBound..<end].prefix(160))
            }
        }
        return ""
    }
}
