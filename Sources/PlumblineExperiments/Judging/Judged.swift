import PlumblineEvaluation
import PlumblineJudges
import PlumblineMetrics
import PlumblineStorage
import PlumblineTensors

/// What a judge said about the maps of an explanation.
public struct Judged {
    let judging: Judging
    /// The judged images and their controls, in the order of the data set.
    public private(set) var rows: [JudgedRow] = []
    public private(set) var matrix: FourCellMatrix
    var images: [ImageResult] = []
    private var controls: [(trueMask: Double?, elsewhere: Double?)] = []

    init(judging: Judging) {
        self.judging = judging
        matrix = FourCellMatrix(threshold: judging.settings.threshold)
    }

    /// Whether the judge separates the true mask from one of the same area.
    public var verdict: ShamVerdict { ShamVerdict(controls) }

    /// Whether some pictures have no score because the server failed or refused them.
    public var missing: [String: Int] { matrix.missing.mapValues(\.count) }

    mutating func add(
        _ judgement: Judgement, _ control: JudgeQuestion.Control, _ image: JudgedImage
    ) {
        var row = JudgedRow(
            image: image.name, control: control, label: image.label, prediction: image.prediction,
            isCorrect: image.isCorrect, judgement: judgement)
        switch control {
        case .none:
            row.cell = matrix.add(
                image.name, isCorrect: image.isCorrect, score: judgement.score)
        case .trueMask: controls.append((judgement.score.value, nil))
        case .randomMask: controls[controls.count - 1].elsewhere = judgement.score.value
        }
        rows.append(row)
    }

    /// Tokens that the server counted for new answers, and how many answers came from the cache.
    public var use: (promptTokens: Int, completionTokens: Int, fromCache: Int) {
        let new = rows.map(\.judgement).filter { !$0.isFromCache }
        return (
            new.reduce(0) { $0 + ($1.promptTokens ?? 0) },
            new.reduce(0) { $0 + ($1.completionTokens ?? 0) },
            rows.count - new.count
        )
    }
}

extension Judged {
    static let quantities = [
        Quantity(
            "judge", title: "judged attention", direction: .higherIsBetter, unit: "points",
            definition: "A judge's score of what is visible of the attended region, from 0 to 5 "
                + "(arXiv 2508.20227). Parts: sham controls."),
        Quantity(
            "judge_expectation", title: "expected judgement", direction: .higherIsBetter,
            unit: "points",
            definition: "The mean of the scores 0 to 5 by the judge's probabilities; of a rule, "
                + "its value before rounding."),
    ]

    /// The scores as a results file, with the texts in `/judgements`.
    public func results() throws -> Results {
        let explanation = judging.explanation
        let validation = explanation.validation
        let stage = explanation.checkpoint.stage
        var factors = try RunFactors(
            explanation.checkpoint, data: validation.configuration,
            explanation: explanation.method.name, scenario: stage.isEmpty ? "start" : stage)
        factors.className = validation.configuration.data.target
        var run = RunResult(run: factors.name, factors: factors)
        run.setOrigin(validation.configuration)
        run.checkpointHash = validation.model.digest
        run.images = images.count
        run.labelled = images.count { $0.label != .uncertain }
        run.positives = images.count { $0.label == .positive }
        var entry = Results.Entry(
            run: run,
            images: images.map { image in
                var image = image
                image.run = run.run
                return image
            })
        entry.scores = rows.flatMap { scores(of: $0, run.run) }
        entry.metrics = Self.quantities.map { ($0.name, MetricFacts($0)) }
        var results = Results()
        results.replace(entry)
        results.judgements = table(run.run)
        return results
    }

    private func scores(of row: JudgedRow, _ run: String) -> [ScoreResult] {
        let score = row.judgement.score
        var result = [
            ScoreResult(
                run: run, image: row.image, metric: "judge", part: row.control.rawValue,
                value: score.value, reason: score.reason?.rawValue ?? "")
        ]
        if let expectation = row.judgement.expectation {
            result.append(
                ScoreResult(
                    run: run, image: row.image, metric: "judge_expectation",
                    part: row.control.rawValue, value: expectation))
        }
        return result
    }

    private func table(_ run: String) -> Table {
        var table = Table()
        table.add("run", .texts(rows.map { _ in run }))
        table.add("judge", .texts(rows.map { _ in judging.judge.name }))
        table.add("picture", .texts(rows.map { _ in judging.settings.kind.rawValue }))
        for (index, name) in JudgedRow.columns.enumerated() {
            switch name {
            case "score": table.add(name, .reals(rows.map { $0.judgement.score.value ?? .nan }))
            case "expectation":
                table.add(name, .reals(rows.map { $0.judgement.expectation ?? .nan }))
            default: table.add(name, .texts(rows.map { $0.fields[index] }))
            }
        }
        return table
    }
}
