import Foundation
import PlumblineData
import PlumblineJudges
import PlumblineStorage

extension Judged {
    /// Writes the judgements as CSV, one row per picture: the images of each cell together, then
    /// those without a cell, then the controls.
    ///
    /// The file is a ``ScoreFile`` too.
    ///
    /// - Throws: an error of the disk.
    public func write(to path: String) throws {
        func rank(_ row: JudgedRow) -> Int {
            if row.control != .none { return AttentionCell.allCases.count + 1 }
            return row.cell.flatMap { AttentionCell.allCases.firstIndex(of: $0) }
                ?? AttentionCell.allCases.count
        }
        let ordered = rows.enumerated().sorted { a, b in
            (rank(a.element), a.offset) < (rank(b.element), b.offset)
        }
        try AtomicFile.write(path) { file in
            try file.write(Data((CSVText.row(JudgedRow.columns) + "\n").utf8))
            for (_, row) in ordered {
                try file.write(Data((CSVText.row(row.fields) + "\n").utf8))
            }
        }
    }
}
