import Foundation
import PlumblineData
import PlumblineStorage

extension DecoyStudy {
    /// Writes one row per judged image: `training,coding,seed,marker,image,cell,correct,score,err`.
    ///
    /// `coding` is the number that stands for the training in the correlation (1: biased); `err` is
    /// 1 where the prediction is wrong or the score is low, and empty where that is not known.
    ///
    /// - Throws: an error of the disk.
    public static func write(_ parts: [Part], to path: String) throws {
        let columns = [
            "training", "coding", "seed", "marker", "image", "cell", "correct", "score", "reason",
            "err",
        ]
        try AtomicFile.write(path) { file in
            try file.write(Data((CSVText.row(columns) + "\n").utf8))
            for row in parts.flatMap(\.rows) {
                let fields = fields(of: row)
                try file.write(Data((CSVText.row(fields) + "\n").utf8))
            }
        }
    }

    private static func fields(of row: Row) -> [String] {
        let judged = row.judged
        let score = judged.judgement.score
        let isCorrect = judged.isCorrect.map { $0 ? "yes" : "no" }
        let isError = row.isError.map { $0 ? "1" : "0" }
        return [
            row.training.rawValue, "\(row.training.coding)", "\(row.seed)", row.marker.rawValue,
            judged.image, judged.cell?.rawValue ?? "", isCorrect ?? "",
            score.value.map { "\($0)" } ?? "", score.reason?.rawValue ?? "", isError ?? "",
        ]
    }
}
