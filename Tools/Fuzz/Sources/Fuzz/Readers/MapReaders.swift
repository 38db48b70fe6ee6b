import PlumblineJudges
import PlumblineReports
import PlumblineStorage

extension Reader {
    static let mapReaders = [
        Reader(name: "npy", format: NumpyFormat(), start: { readArrays }),
        Reader(name: "npz", format: ZipFormat(), start: { readArrays }),
        Reader(name: "parts", format: TextFormat(), crafted: Crafted.masks, start: { readParts }),
        Reader(name: "scores", format: TextFormat(), crafted: Crafted.csv, start: { readScores }),
    ]

    /// Reads every array entry by entry as `score` does, and whole.
    private static func readArrays(_ input: Input) throws {
        let file = try ArrayFile(try input.file())
        for array in file.arrays.prefix(64) {
            for index in 0..<min(array.shape.first ?? 0, 16) {
                let entry = try array.entry(index)
                guard entry.shape == Array(array.shape.dropFirst()) else {
                    throw Wrong(problem: "an entry of \(entry.shape) in \(array.shape)")
                }
                _ = try? array.flags(index)
            }
            guard try array.whole().shape == array.shape else {
                throw Wrong(problem: "another shape than \(array.shape)")
            }
        }
    }

    /// Reads the parts of explanations, as `parts compare` and as `judge report` do.
    private static func readParts(_ input: Input) throws {
        let path = try input.file()
        _ = try? PartSummary(path)
        _ = try PartsFile.read(path)
    }

    /// Reads the scores of people or of another judge.
    private static func readScores(_ input: Input) throws {
        let file = try ScoreFile(try input.file())
        for key in file.keys {
            guard case .value(let score)? = file[key]?.score else { continue }
            guard (0...5).contains(score) else { throw Wrong(problem: "a score of \(score)") }
        }
    }
}
