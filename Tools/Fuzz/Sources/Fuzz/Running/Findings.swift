import Foundation

/// Inputs that failed, each in a file under `folder/READER/`, with a text that says why.
struct Findings {
    /// More of one reader are counted and not kept.
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

    /// Removes what an earlier run found for a reader.
    func clear(_ reader: String) throws {
        let place = "\(folder)/\(reader)"
        Files.remove(place)
        try Files.makeFolder(place)
    }

    /// Equal causes as one line each, numbers apart: how often, and the first input.
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
