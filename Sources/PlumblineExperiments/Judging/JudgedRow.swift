import PlumblineJudges

/// One judged picture: a row of the table of judgements.
public struct JudgedRow: Sendable {
    /// The image's name in results.
    public var image: String
    public var control: JudgeQuestion.Control
    /// The label that the judge was asked about.
    public var label: String
    public var prediction: String
    public var isCorrect: Bool?
    public var judgement: Judgement
    /// `nil` for a control, and for an image without a score or without a label.
    public var cell: AttentionCell?

    public init(
        image: String, control: JudgeQuestion.Control, label: String, prediction: String,
        isCorrect: Bool?, judgement: Judgement, cell: AttentionCell? = nil
    ) {
        self.image = image
        self.control = control
        self.label = label
        self.prediction = prediction
        self.isCorrect = isCorrect
        self.judgement = judgement
        self.cell = cell
    }

    public static let columns = [
        "image", "control", "cell", "label", "prediction", "correct", "score", "expectation",
        "reason", "evaluation", "justification", "answer", "model", "prompt_tokens",
        "completion_tokens",
    ]

    /// The texts of ``columns``.
    public var fields: [String] {
        [
            image, control.rawValue, cell?.rawValue ?? "", label, prediction,
            isCorrect.map { $0 ? "yes" : "no" } ?? "",
            judgement.score.value.map { "\($0)" } ?? "",
            judgement.expectation.map { "\($0)" } ?? "", judgement.score.reason?.rawValue ?? "",
            judgement.evaluation, judgement.justification, judgement.answer, judgement.model,
            judgement.promptTokens.map(String.init) ?? "",
            judgement.completionTokens.map(String.init) ?? "",
        ]
    }
}
