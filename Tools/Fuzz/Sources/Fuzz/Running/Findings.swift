import Foundation

/// The inputs that failed, each in a file below `folder/READER/`, with the reason.
struct Findings {
    /// The largest number of files per reader.
    ///
    /// Further failures are only counted.
    private static let mostKept = 200

    struct Finding {
        var reader: String
        var kind: Kind
        var cause: String
        var index: Int
    }

    let folder: String
    private(set) var all: [Finding] = []
    private var kept: [String: Int] = [:]

    init(folder: String) { self.folder = folder }

    func path(_ reader: String, _ index: Int, _ kind: Kind) -> String {
        "\(folder)/\(reader)/\(index)-\(kind.rawValue)"
    }

    mutating func add(_ finding: Finding, input: [UInt8], report: String) throws {
        all.append(finding)
        kept[finding.reader, default: 0] += 1
        guard kept[finding.reader]! <= Self.mostKept else { return }
        let path = path(finding.reader, finding.index, finding.kind)
        try Files.write(input, to: path)
        let title = "\(finding.reader) \(finding.index): \(finding.kind.rawValue)"
        let text = "\(title)\n\(finding.cause)\n\n\(report)"
        try Files.write(Array(text.utf8), to: path + ".txt")
    }

    /// Removes the findings of an earlier run for a reader.
    func clear(_ reader: String) throws {
        let offset = "\(folder)/\(reader)"
        Files.remove(offset)
        try Files.makeFolder(offset)
    }

    /// One line per cause, with its count and its first input.
    ///
    /// Numbers in a cause are ignored.
    var lines: [String] {
        let groups = Dictionary(grouping: all) { finding in
            let cause = finding.cause.replacing(/[0-9]+/, with: "#")
            return "\(finding.reader): \(finding.kind.rawValue): \(cause)"
        }
        return groups.sorted { $0.key < $1.key }.map { _, findings in
            let first = findings.min { $0.index < $1.index }!
            let path = path(first.reader, first.index, first.kind)
            return "\(first.reader): \(first.kind.rawValue): \(first.cause)\n"
                + "    \(findings.count) times, first in \(path)"
        }
    }
}
