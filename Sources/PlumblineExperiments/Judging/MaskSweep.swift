import Foundation
import PlumblineData
import PlumblineJudges
import PlumblineMetrics
import PlumblineStorage

/// How well a judge agrees with people, by the steepness and the threshold of the masked CAM.
public struct MaskSweep {
    /// The agreement at one pair of settings.
    public struct Point: Sendable {
        public let mask: MaskedCAM
        public let agreement: JudgeAgreement
    }

    public let masks: [MaskedCAM]
    public let human: ScoreFile

    public init(alphas: [Double], betas: [Double], human: ScoreFile) {
        masks = alphas.flatMap { alpha in betas.map { MaskedCAM(alpha: alpha, beta: $0) } }
        self.human = human
    }

    /// Judges every image that the people have scored, once for each pair of settings.
    ///
    /// - Throws: as ``Judging/run()``; ``ConfigurationError`` if no image has a score.
    public func run(
        _ explanation: JudgedExplanation, by judge: any Judge, _ settings: JudgingSettings
    ) throws -> [Point] {
        var people: [Double?] = []
        var scores = [[Double?]](repeating: [], count: masks.count)
        try explanation.forEach(most: settings.mostImages, size: settings.size) { image in
            guard let score = human[ScoreFile.Key(image: image.name)]?.score.value else { return }
            people.append(score)
            for (index, mask) in masks.enumerated() {
                guard case .success(let weights) = mask.weights(of: image.map) else {
                    scores[index].append(nil)
                    continue
                }
                let question = try Judging.question(
                    image, .none, image.map, weights, settings.kind)
                scores[index].append(try judge.judge(question).score.value)
            }
        }
        guard !people.isEmpty else {
            throw ConfigurationError("--human", human.path, "has a score of none of the images")
        }
        return zip(masks, scores).map { mask, scores in
            Point(
                mask: mask,
                agreement: JudgeAgreement(people, scores, threshold: settings.threshold))
        }
    }

    /// Writes `alpha,beta,images,without_score,pearson,linear_kappa,...`, one row per point.
    public static func write(_ points: [Point], to path: String) throws {
        try AtomicFile.write(path) { file in
            let header = [
                "alpha", "beta", "images", "without_score", "pearson", "linear_kappa",
                "quadratic_kappa", "acceptance_rate", "same_side",
            ]
            var text = CSVText.row(header) + "\n"
            for point in points {
                let a = point.agreement
                let values = [
                    a.pearson, a.linearKappa, a.quadraticKappa, a.acceptanceRate, a.sameSide,
                ].map { $0.value.map { "\($0)" } ?? "" }
                text +=
                    CSVText.row(
                        ["\(point.mask.alpha)", "\(point.mask.beta)", "\(a.count)", "\(a.left)"]
                            + values) + "\n"
            }
            try file.write(Data(text.utf8))
        }
    }
}
