import Foundation
import PlumblineData
import PlumblineMetrics

/// Scores of pictures in a CSV file, given by people or by another judge.
///
/// The columns `image` and `score` are needed; `control`, `evaluation` and `justification` are
/// read where they are there. A score is a number from 0 to 5; an empty one is missing. The file
/// that `plumbline judge` writes is one.
public struct ScoreFile: Sendable {
    public struct Key: Hashable, Sendable {
        public let image: String
        public let control: JudgeQuestion.Control

        public init(image: String, control: JudgeQuestion.Control = .none) {
            self.image = image
            self.control = control
        }
    }

    public let path: String
    /// In the order of the file.
    public let keys: [Key]
    private let judgements: [Key: Judgement]

    /// - Throws: ``DatasetError`` that names the row, for a score that is no number from 0 to 5 and
    ///   for a picture that is there twice.
    public init(_ path: String) throws {
        let file = try CSVFile(path)
        let image = try file.column("image")
        let score = try file.column("score")
        let control = try file.header.optional("control")
        let evaluation = try file.header.optional("evaluation")
        let justification = try file.header.optional("justification")
        var keys: [Key] = []
        var judgements: [Key: Judgement] = [:]
        try file.forEachRow { cells, place in
            let text = control.map { cells[$0] } ?? ""
            guard let control = JudgeQuestion.Control(rawValue: text) else {
                throw DatasetError(
                    place, "control is \(text); true_mask, random_mask or nothing is wanted")
            }
            let key = Key(image: cells[image], control: control)
            var judgement = Judgement(score: try Self.score(cells[score], place))
            judgement.evaluation = evaluation.map { cells[$0] } ?? ""
            judgement.justification = justification.map { cells[$0] } ?? ""
            guard judgements.updateValue(judgement, forKey: key) == nil else {
                let name = text.isEmpty ? key.image : "\(key.image) (\(text))"
                throw DatasetError(place, "\(name) is there twice")
            }
            keys.append(key)
        }
        self.path = path
        self.keys = keys
        self.judgements = judgements
    }

    public subscript(key: Key) -> Judgement? { judgements[key] }

    private static func score(_ text: String, _ place: String) throws -> Measured {
        let text = text.trimmingCharacters(in: .whitespaces)
        if text.isEmpty { return .missing(.noScoreInFile) }
        guard let score = Double(text), (0...5).contains(score) else {
            throw DatasetError(place, "score is \(text); a number from 0 to 5 is wanted")
        }
        return .value(score)
    }
}

/// Gives the scores of a ``ScoreFile``.
public struct ScoreFileJudge: Judge {
    public let name = "csv"
    public let file: ScoreFile

    public init(_ file: ScoreFile) { self.file = file }

    public func judge(_ question: JudgeQuestion) -> Judgement {
        file[ScoreFile.Key(image: question.image, control: question.control)]
            ?? Judgement(score: .missing(.noScoreInFile))
    }
}
