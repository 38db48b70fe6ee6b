import Foundation

/// How far a cell has come.
public enum CellState: Sendable, Equatable {
    /// Its results exist.
    case done
    /// It ended with an error.
    case failed(reason: String)
    /// A process works on it.
    case running(by: String)
    case waiting
}

extension Sweep {
    /// - Throws: ``StorageError`` if a claim is damaged.
    public func state(_ cell: SweepCell) throws -> CellState {
        if isDone(cell) { return .done }
        if let holder = try Claims(claimFolder).livingHolder(Self.claim(cell)) {
            // Cells with one fine-tune have one claim.
            if holder.work == cell.name { return .running(by: holder.text) }
        }
        if let reason = failure(cell) { return .failed(reason: reason) }
        return .waiting
    }

    func isDone(_ cell: SweepCell) -> Bool {
        FileManager.default.fileExists(atPath: cell.resultsPath)
    }

    /// Why a cell failed; `nil` if it did not.
    func failure(_ cell: SweepCell) -> String? {
        FileManager.default.contents(atPath: Self.failurePath(cell)).map {
            String(decoding: $0.prefix(4096), as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    static func failurePath(_ cell: SweepCell) -> String { "\(cell.folder)/failed.txt" }

    var claimFolder: String { "\(folder)/claims" }

    /// The claim of a cell: that of its fine-tune.
    static func claim(_ cell: SweepCell) -> String { "tune-\(cell.keys.fineTune.prefix(20))" }

    /// The claim of the starting model of a cell.
    static func startClaim(_ cell: SweepCell) -> String {
        "start-\(cell.keys.start.prefix(20))"
    }
}
