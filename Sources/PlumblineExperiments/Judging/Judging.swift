import PlumblineData
import PlumblineJudges
import PlumblineMetrics

/// Shows the maps of an explanation to a judge, together with sham controls.
public struct Judging {
    public let explanation: JudgedExplanation
    public let judge: any Judge
    public let settings: JudgingSettings

    public init(
        _ explanation: JudgedExplanation, by judge: any Judge, _ settings: JudgingSettings
    ) {
        self.explanation = explanation
        self.judge = judge
        self.settings = settings
    }

    /// The most questions that the judge is asked.
    public var questionCount: Int {
        let images = min(explanation.count, settings.mostImages ?? .max)
        return images + 2 * min(images, settings.controls)
    }

    /// Judges every image.
    ///
    /// - Throws: ``Interrupted``, an error if an image cannot be read, and an error of the judge
    ///   that concerns all images.
    public func run() throws -> Judged {
        var judged = Judged(judging: self)
        var pictures = try settings.pictures.map { try PictureFolder($0) }
        var controls = 0
        try explanation.forEach(most: settings.mostImages, size: settings.size) { image in
            judged.images.append(image.row)
            switch settings.mask.weights(of: image.map) {
            case .failure(let defect):
                judged.add(Judgement(score: .missing(defect.reason)), .none, image)
            case .success(let weights):
                let question = try question(image, .none, image.map, weights)
                try pictures?.write(question)
                judged.add(try judge.judge(question), .none, image)
            }
            guard controls < settings.controls, let mask = image.mask else { return }
            controls += 1
            for (control, mask) in [
                (JudgeQuestion.Control.trueMask, mask),
                (.randomMask, ShamMasks.elsewhere(mask, seed: image.seed)),
            ] {
                let weights = mask.pixels.map { $0 ? Float(1) : 0 }
                let map = HeatMap(height: mask.height, width: mask.width, values: weights)
                let question = try question(image, control, map, weights)
                try pictures?.write(question)
                judged.add(try judge.judge(question), control, image)
            }
        }
        return judged
    }

    private func question(
        _ image: JudgedImage, _ control: JudgeQuestion.Control, _ map: HeatMap, _ weights: [Float]
    ) throws -> JudgeQuestion {
        try Self.question(image, control, map, weights, settings.kind)
    }

    static func question(
        _ image: JudgedImage, _ control: JudgeQuestion.Control, _ map: HeatMap, _ weights: [Float],
        _ kind: PictureKind
    ) throws -> JudgeQuestion {
        var question = JudgeQuestion(
            image: image.name, label: image.label,
            png: try kind.picture(image.image, map, weights: weights).png(), weights: weights,
            mask: image.mask)
        question.control = control
        return question
    }
}
