import CStackTrace
import Foundation

enum StackTrace {
    /// The C library's stack trace, with the names of Swift functions as in the source.
    static func readable(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let start = line.range(of: "($s")?.lowerBound,
                let end = line[start...].firstIndex(of: "+")
            else { return String(line) }
            let name = String(line[line.index(after: start)..<end])
            return "\(line[...start])\(demangled(name))\(line[end...])"
        }.joined(separator: "\n")
    }

    private static func demangled(_ name: String) -> String {
        guard let text = swift_demangle(name, name.utf8.count, nil, nil, 0) else { return name }
        defer { free(text) }
        return String(cString: text)
    }
}
