import Foundation
import PlumblineTensors

extension Results {
    /// - Parameter keepsMaps: whether ``explanations`` are read. ``ResultsMaps`` reads them one by
    ///   one.
    /// - Throws: ``StorageError`` that names the column that is missing, a run that is there twice
    ///   or not at all, or an image or score that is there twice.
    public static func read(_ path: String, keepsMaps: Bool = true) throws -> Results {
        let file = try HDF5File.open(path)
        guard try file.exists("images"), try file.exists("runs") else {
            throw StorageError(path, "not a Plumbline results file: no /images and /runs")
        }
        try file.checkVersion(1...formatVersion, isOptional: true)
        let version = try file.hasAttribute("format_version") ? file.integer("format_version") : 1
        let columns = { (name: String) in
            Columns(table: try file.table(name), path: path, name: name)
        }
        var results = Results()
        results.runs = try columns("runs").runs(version)
        // Files of older programs have no multiclass models.
        if try file.exists("confusion") {
            try columns("confusion").confusion(into: &results.runs)
        }
        if try file.exists("configurations") {
            try columns("configurations").configurations(into: &results.runs)
        }
        let images = try columns("images")
        results.images = try images.images(version)
        if version > 2 {
            results.scores = try columns("scores").scores()
            results.metrics = try columns("metrics").metrics()
        } else {
            results.scores = ScoreRows(try images.scores(of: results.images, version))
            results.metrics = Columns.metricsOfVersion2
        }
        if try file.exists("metric_curves") {
            results.metricCurves = try columns("metric_curves").metricCurves()
        }
        try results.checkKeys(path)
        for name in try file.datasets(in: "curves") {
            results.curves[name] = try file.table("curves/\(name)")
        }
        for name in keepsMaps ? try file.datasets(in: "explanations") : [] {
            let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            results.explanations[parts[0], default: [:]][parts[1]] = try file.tensor(
                "explanations/\(name)")
        }
        if try file.exists("judgements") { results.judgements = try file.table("judgements") }
        if try file.exists("prediction_pairs") {
            results.predictionPairs = try file.table("prediction_pairs")
        }
        if try file.exists("cells") { results.cells = try file.table("cells") }
        if try file.exists("pairs") { results.pairs = try file.table("pairs") }
        if try file.hasAttribute("margin") { results.margin = try file.number("margin") }
        if try file.hasAttribute("audit_findings") {
            results.audit = try file.exists("audit") ? columns("audit").audit() : []
        }
        if try file.exists("permuted_labels") {
            results.permutedLabels = try columns("permuted_labels").permutedLabels()
        }
        return results
    }
}

/// The columns of one table of a results file; each must be there.
private struct Columns {
    let table: Table
    let path: String
    let name: String

    func runs(_ version: Int) throws -> [RunResult] {
        var results = try texts("run").map { RunResult(run: $0, factors: RunFactors()) }
        for (column, text) in RunFactors.texts
        where version > 1 || RunFactors.first.contains(column) {
            if RunFactors.optional.contains(column), table.texts(column) == nil { continue }
            for (row, value) in try texts(column).enumerated() {
                results[row].factors[keyPath: text] = value
            }
        }
        try fill(&results, "images", \.images)
        try fill(&results, labelledColumn(version), \.labelled)
        try fill(&results, "positives", \.positives)
        for name in RunResult.metricNames {
            for (row, value) in try reals(name).enumerated() where !value.isNaN {
                results[row].metrics[name] = value
            }
        }
        for name in RunResult.multiclassMetricNames where table.reals(name) != nil {
            for (row, value) in try reals(name).enumerated() where !value.isNaN {
                results[row].metrics[name] = value
            }
        }
        if version > 1 { try readFactors(&results) }
        if version > 2 { try readOrigin(&results) }
        return results
    }

    /// Files of version 2, and the first ones of version 3, call the column `judged`.
    private func labelledColumn(_ version: Int) -> String {
        guard version > 1 else { return "images" }
        return table.integers("judged") == nil ? "labelled" : "judged"
    }

    /// - Throws: ``StorageError`` for a run that is not there, and for a count below 1.
    func confusion(into runs: inout [RunResult]) throws {
        let names = try texts("run")
        let labels = try texts("label")
        let predictions = try texts("prediction")
        let counts = try integers("count")
        let places = Dictionary(
            runs.indices.map { (runs[$0].run, $0) }, uniquingKeysWith: { first, _ in first })
        for row in names.indices {
            guard let run = places[names[row]], counts[row] > 0 else {
                throw StorageError(
                    path,
                    "/confusion has \(counts[row]) images of the run \(names[row]); "
                        + "there must be at least 1, of a run that /runs has")
            }
            runs[run].confusion.append(
                ConfusionCount(
                    label: labels[row], prediction: predictions[row], count: counts[row]))
        }
    }

    /// Gives each run the settings that its column `configuration` names.
    ///
    /// - Throws: ``StorageError`` for a name that is not there.
    func configurations(into runs: inout [RunResult]) throws {
        // Parts stand in their order.
        let yaml = Dictionary(
            zip(try texts("configuration"), try texts("yaml")), uniquingKeysWith: +)
        for row in runs.indices where !runs[row].configuration.isEmpty {
            guard let text = yaml[runs[row].configuration] else {
                throw StorageError(
                    path, "/configurations has no \(runs[row].configuration), which /runs names")
            }
            runs[row].configuration = text
        }
    }

    func permutedLabels() throws -> [PermutedLabel] {
        zip(try texts("image"), try texts("labels_of")).map {
            PermutedLabel(image: $0, labelsOf: $1)
        }
    }

    func audit() throws -> [AuditFinding] {
        let checks = try texts("check")
        let sections = try texts("section")
        let others = try texts("other")
        let counts = try integers("count")
        let examples = try texts("example")
        return checks.indices.map { row in
            AuditFinding(
                check: checks[row], section: sections[row], other: others[row],
                count: counts[row], example: examples[row])
        }
    }

    private func fill(
        _ results: inout [RunResult], _ column: String, _ count: WritableKeyPath<RunResult, Int>
    ) throws {
        for (row, value) in try integers(column).enumerated() {
            results[row][keyPath: count] = value
        }
    }

    private func readFactors(_ results: inout [RunResult]) throws {
        let lambda = try reals("lambda")
        let seed = try integers("seed")
        let steps = try integers("steps")
        for row in results.indices {
            results[row].factors.lambda = lambda[row].isNaN ? nil : lambda[row]
            results[row].factors.seed = seed[row] < 0 ? nil : seed[row]
            results[row].factors.steps = steps[row] < 0 ? nil : steps[row]
        }
    }

    private func readOrigin(_ results: inout [RunResult]) throws {
        let hashes = try texts("checkpoint_hash")
        let versions = try texts("tool_version")
        let instructions = try texts("instruction_set")
        // The first files of version 3 do not have these.
        let programs = table.texts("program")
        let threads = table.integers("threads")
        let configurations = table.texts("configuration")
        // Only results of a study have it.
        let studies = table.texts("study")
        for row in results.indices {
            results[row].checkpointHash = hashes[row]
            results[row].toolVersion = versions[row]
            results[row].instructionSet = instructions[row]
            results[row].program = programs?[row] ?? ""
            results[row].threads = threads.flatMap { $0[row] < 0 ? nil : $0[row] }
            results[row].configuration = configurations?[row] ?? ""
            results[row].study = studies?[row] ?? ""
        }
    }

    func images(_ version: Int) throws -> [ImageResult] {
        let runs = try texts("run")
        let images = try texts("image")
        let labels = try integers("label")
        let probabilities = try reals("probability")
        let groups = version > 1 ? try texts("group") : []
        let states = version > 1 ? try texts("label_state") : []
        let logits = version > 1 ? try reals("logit") : []
        let predictions = version > 2 ? try texts("prediction") : []
        return try runs.indices.map { row in
            var result = ImageResult(
                run: runs[row], image: images[row],
                label: labels[row] == 1 ? .positive : .negative)
            result.probability = probabilities[row]
            guard version > 1 else { return result }
            result.label = try labelState(states[row])
            result.group = groups[row].isEmpty ? nil : groups[row]
            result.logit = logits[row].isNaN ? nil : logits[row]
            guard version > 2 else { return result }
            result.prediction = predictions[row].isEmpty ? nil : predictions[row]
            return result
        }
    }

    private func labelState(_ text: String) throws -> LabelState {
        guard let state = LabelState(rawValue: text) else {
            let known = LabelState.allCases.map(\.rawValue).joined(separator: ", ")
            throw StorageError(path, "/images.label_state is \(text), not one of \(known)")
        }
        return state
    }

    func scores() throws -> ScoreRows {
        ScoreRows(
            runs: try texts("run"), images: try texts("image"), metrics: try texts("metric"),
            parts: try texts("part"), values: try reals("value"), reasons: try texts("reason"))
    }

    /// Rows of one curve follow each other, from step 0 on.
    func metricCurves() throws -> [CurveResult] {
        let keys = try [texts("run"), texts("image"), texts("metric"), texts("series")]
        let steps = try integers("step")
        let shares = try reals("share")
        let values = try reals("value")
        var curves: [CurveResult] = []
        for row in steps.indices {
            guard (0...1).contains(shares[row]) else {
                throw StorageError(
                    path, "/\(name).share is \(shares[row]) in row \(row), not from 0 to 1")
            }
            if steps[row] == 0 {
                curves.append(
                    CurveResult(
                        run: keys[0][row], image: keys[1][row], metric: keys[2][row],
                        series: keys[3][row], shares: [], values: []))
            }
            guard let last = curves.last, last.values.count == steps[row],
                [last.run, last.image, last.metric, last.series] == keys.map({ $0[row] })
            else {
                throw StorageError(
                    path, "/\(name).step is \(steps[row]) in row \(row), not the next of a curve")
            }
            curves[curves.count - 1].shares.append(shares[row])
            curves[curves.count - 1].values.append(values[row])
        }
        return curves
    }

    func metrics() throws -> [(name: String, facts: MetricFacts)] {
        let names = try texts("metric")
        let titles = try texts("title")
        let directions = try texts("direction")
        let units = try texts("unit")
        let definitions = try texts("definition")
        return names.indices.map { row in
            let facts = MetricFacts(
                title: titles[row], direction: directions[row], unit: units[row],
                definition: definitions[row])
            return (names[row], facts)
        }
    }

    // MARK: Versions 1 and 2

    /// The metrics that had columns of their own in `/images`.
    static let metricsOfVersion2: [(name: String, facts: MetricFacts)] = [
        (
            "mass_accuracy",
            MetricFacts(
                title: "mass accuracy", direction: "higher is better",
                definition: "sum(R M) / sum(R); arXiv 2003.07258, eq. 1")
        ),
        (
            "rank_accuracy",
            MetricFacts(
                title: "rank accuracy", direction: "higher is better",
                definition: "|top-K pixels of R in M| / K; arXiv 2003.07258, eq. 2")
        ),
        (
            "rank_tied_share",
            MetricFacts(
                title: "tied share", direction: "descriptive",
                definition: "share of the K places that equal values compete for")
        ),
        (
            "mask_area_share",
            MetricFacts(
                title: "chance", direction: "descriptive",
                definition: "pixels of the mask / pixels of the image")
        ),
    ]

    /// The columns of scores as rows.
    ///
    /// In these versions, all scores of an image shared one reason.
    func scores(of images: [ImageResult], _ version: Int) throws -> [ScoreResult] {
        let reasons = try texts("missing_reason")
        let columns = try [
            ("mass_accuracy", reals("mass_accuracy")), ("rank_accuracy", reals("rank_accuracy")),
            ("rank_tied_share", reals("tied_share")),
            ("mask_area_share", version > 1 ? reals("mask_area_share") : nil),
        ]
        let ranks = try reals("rank_accuracy")
        return images.indices.flatMap { row in
            columns.compactMap { metric, values -> ScoreResult? in
                guard let values else { return nil }
                // A tied share without a rank was stored as 0.
                let isMissing =
                    values[row].isNaN || (metric == "rank_tied_share" && ranks[row].isNaN)
                return ScoreResult(
                    run: images[row].run, image: images[row].image, metric: metric,
                    value: isMissing ? nil : values[row], reason: isMissing ? reasons[row] : "")
            }
        }
    }

    // MARK: Columns

    private func texts(_ column: String) throws -> TextColumn {
        try values(table.texts(column), column)
    }

    private func reals(_ column: String) throws -> [Double] {
        try values(table.reals(column), column)
    }

    private func integers(_ column: String) throws -> [Int] {
        try values(table.integers(column), column)
    }

    private func values<Values>(_ values: Values?, _ column: String) throws -> Values {
        guard let values else {
            throw StorageError(path, "/\(name) has no column \(column) of the right type")
        }
        return values
    }
}
