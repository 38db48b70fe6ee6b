import Foundation
import PlumblineMetrics
import PlumblineStorage

/// Everything that the results files say, as columns over runs and images.
struct ViewerTables {
    let sources: [Viewer.Source]
    let runs: [(source: Int, run: RunResult)]
    let names: [String]
    private let imageNumbers: [String: Int]
    private let runNumbers: [[String: Int]]
    private(set) var groups: [String?]
    private(set) var scores: [ViewerScore] = []
    private(set) var categories: [ViewerCategory] = []
    private(set) var reasons: [String] = []
    private var scoreNumbers: [[String]: Int] = [:]
    private var reasonNumbers: [String: UInt16] = [:]

    /// - Parameters:
    ///   - labels: the label of each image, where data are given.
    ///   - splits: the part of the data that each image belongs to, where they are given.
    /// - Throws: ``StorageError`` where there are no runs, or more values of one kind than a page
    ///   can hold.
    init(
        _ sources: [Viewer.Source], labels: [String: String], splits: [String: String]
    ) throws {
        self.sources = sources
        runs = sources.indices.flatMap { source in
            sources[source].results.runs.map { (source, $0) }
        }
        guard !runs.isEmpty else {
            throw StorageError(sources.first?.path ?? "results", "has no runs")
        }
        var first = 0
        runNumbers = sources.map { source in
            defer { first += source.results.runs.count }
            return Dictionary(
                source.results.runs.enumerated().map { ($1.run, first + $0) },
                uniquingKeysWith: { first, _ in first })
        }
        var names: [String] = []
        var numbers: [String: Int] = [:]
        for image in sources.lazy.flatMap(\.results.images) where numbers[image.image] == nil {
            numbers[image.image] = names.count
            names.append(image.image)
        }
        self.names = names
        imageNumbers = numbers
        groups = [String?](repeating: nil, count: names.count)
        for (number, source) in sources.enumerated() {
            try addScores(of: source, runNumbers[number])
        }
        try addImages(labels)
        addSplits(splits)
        // The page relies on these four.
        let kept: Set = ["in_run", "label", "prediction", "correct"]
        categories.removeAll { $0.isEmpty && !kept.contains($0.name) }
    }

    func image(_ name: String) -> Int? { imageNumbers[name] }

    func run(_ name: String, source: Int) -> Int? { runNumbers[source][name] }

    // MARK: Scores

    private mutating func addScores(of source: Viewer.Source, _ runs: [String: Int]) throws {
        let facts = Dictionary(
            source.results.metrics.map { ($0.name, $0.facts) },
            uniquingKeysWith: { first, _ in first })
        var cases: [String: ViewerCategory] = [:]
        for row in source.results.scores {
            guard let run = runs[row.run], let image = imageNumbers[row.image] else { continue }
            if Self.isCase(row) {
                if row.value == 1 {
                    _ = cases[row.metric, default: caseCategory(row.metric)]
                        .set(row.part, run: run, image: image)
                }
                continue
            }
            let number = score(row.metric, row.part, facts[row.metric])
            if let value = row.value {
                scores[number].values[run, image] = Float(value)
            } else {
                scores[number].reasons[run, image] = try reason(row.reason, source.path)
            }
        }
        for (_, category) in cases.sorted(by: { $0.key < $1.key }) {
            categories.removeAll { $0.name == category.name }
            categories.append(category)
        }
    }

    /// Whether a row says which of the eight cases of Shared Interest an image is.
    private static func isCase(_ row: ScoreResult) -> Bool {
        row.metric.hasPrefix("shared_interest_case")
            && (row.part.isEmpty || SharedInterestCase(rawValue: row.part) != nil)
    }

    private func caseCategory(_ metric: String) -> ViewerCategory {
        categories.first { $0.name == metric }
            ?? ViewerCategory(
                metric, title: metric.replacing("_", with: " "), none: "no case",
                texts: SharedInterestCase.allCases.map(\.rawValue), runs: runs.count,
                images: names.count)
    }

    private mutating func score(_ metric: String, _ part: String, _ facts: MetricFacts?) -> Int {
        if let number = scoreNumbers[[metric, part]] { return number }
        let facts = facts ?? MetricFacts(title: metric, direction: "descriptive", definition: "")
        scoreNumbers[[metric, part]] = scores.count
        scores.append(
            ViewerScore(
                metric: metric, part: part,
                facts: (facts.title, facts.direction, facts.unit, facts.definition),
                values: ViewerColumn(runs: runs.count, images: names.count, filledWith: .nan),
                reasons: ViewerColumn(runs: runs.count, images: names.count, filledWith: 0)))
        return scores.count - 1
    }

    private mutating func reason(_ text: String, _ path: String) throws -> UInt16 {
        let text = text.isEmpty ? "no reason stored" : text
        if let number = reasonNumbers[text] { return number }
        guard reasons.count < Int(UInt16.max) else {
            throw StorageError(path, "/scores has more than 65535 different reasons")
        }
        reasons.append(text)
        reasonNumbers[text] = UInt16(reasons.count)
        return UInt16(reasons.count)
    }

    // MARK: Images

    private mutating func addImages(_ labels: [String: String]) throws {
        func category(_ name: String, _ title: String, _ none: String, _ texts: [String] = [])
            -> ViewerCategory
        {
            ViewerCategory(
                name, title: title, none: none, texts: texts, runs: runs.count,
                images: names.count)
        }
        var inRun = category("in_run", "in the run", "no", ["yes"])
        var label = category("label", "label", "not known")
        var prediction = category("prediction", "prediction", "none")
        var correct = category("correct", "prediction is", "not known", ["right", "wrong"])
        let logit = score("logit", "", Self.logitFacts)
        let probability = score("probability", "", Self.probabilityFacts)
        for (number, source) in sources.enumerated() {
            for row in source.results.images {
                guard let run = runNumbers[number][row.run], let image = imageNumbers[row.image]
                else { continue }
                let verdict = ViewerVerdict(row, runs[run].run, label: labels[row.image])
                groups[image] = groups[image] ?? row.group
                _ = inRun.set("yes", run: run, image: image)
                _ = correct.set(verdict.correctness, run: run, image: image)
                guard label.set(verdict.label, run: run, image: image),
                    prediction.set(verdict.prediction, run: run, image: image)
                else {
                    throw StorageError(source.path, "/images has more than 65535 classes")
                }
                scores[probability].values[run, image] = Float(row.probability)
                if let value = row.logit { scores[logit].values[run, image] = Float(value) }
            }
        }
        categories = [inRun, label, prediction, correct] + categories
        if let cell = try cells() { categories.append(cell) }
    }

    /// The part of the data that each image belongs to, in every run that has the image.
    private mutating func addSplits(_ splits: [String: String]) {
        var category = ViewerCategory(
            "split", title: "part of the data", none: "not in the data", texts: [],
            runs: runs.count, images: names.count)
        guard let inRun = categories.first(where: { $0.name == "in_run" }) else { return }
        for (image, name) in names.enumerated() {
            guard let split = splits[name] else { continue }
            for run in runs.indices where inRun.values[run, image] > 0 {
                _ = category.set(split, run: run, image: image)
            }
        }
        categories.insert(category, at: min(4, categories.count))
    }

    private static let logitFacts = MetricFacts(
        title: "logit", direction: "descriptive", definition: "The logit of the explained class.")
    private static let probabilityFacts = MetricFacts(
        title: "probability", direction: "descriptive",
        definition: "The probability of the explained class.")

    /// The cell of each judged image; `nil` where nothing was judged.
    private func cells() throws -> ViewerCategory? {
        var category = ViewerCategory(
            "cell", title: "judged attention", none: "not judged", texts: Self.cellNames,
            runs: runs.count, images: names.count)
        for (number, source) in sources.enumerated() {
            guard let table = source.results.judgements, let cells = table.texts("cell"),
                let runs = table.texts("run"), let images = table.texts("image")
            else { continue }
            for row in cells.indices where !cells[row].isEmpty {
                guard let run = runNumbers[number][runs[row]],
                    let image = imageNumbers[images[row]]
                else { continue }
                guard category.set(cells[row], run: run, image: image) else {
                    throw StorageError(source.path, "/judgements has more than 65535 cells")
                }
            }
        }
        return category.isEmpty ? nil : category
    }

    /// The cells of attention and prediction, in the order of arXiv 2508.20227.
    private static let cellNames = [
        "correct", "misunderstood object", "attends to wrong object", "lack of understanding",
    ]
}
