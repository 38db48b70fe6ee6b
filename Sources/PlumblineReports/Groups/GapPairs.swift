import PlumblineStorage

/// The fine-tuned pairs of several results files.
///
/// A run is paired with the run of the other scenario that shares all other factors: one of its
/// own file, or else of another file. A pair that several files have counts once.
public struct GapPairs {
    private(set) var pairs: [GapPair] = []
    /// The scores that a gap may be of, and those that only describe.
    private(set) var keys: [ScoreKey] = []
    /// The largest difference of two AUROCs that counts as equal predictions.
    public let margin: Double
    public let scenarios: (first: String, second: String)
    /// What a reader must know about runs that are left out.
    public private(set) var notes: [String] = []
    /// All files, with their paths.
    let files: [(path: String, results: Results)]

    /// - Parameters:
    ///   - scenarios: whose gap is meant; `nil` for align and misalign, or the first two there are.
    ///   - margin: `nil` for that of the files, or 0.05.
    /// - Throws: ``ReportRequestError`` for a scenario that no file has.
    public init(
        _ files: [(path: String, results: Results)],
        scenarios: (first: String, second: String)? = nil, margin: Double? = nil
    ) throws {
        self.files = files
        var all = Results()
        all.runs = files.flatMap(\.results.runs)
        let names: Set<String> = Set(all.runs.map { $0.factors.scenario })
        if let scenarios,
            let unknown = [scenarios.first, scenarios.second].first(where: { !names.contains($0) })
        {
            throw ReportRequestError(
                "--pair",
                "no file has the scenario \(unknown); there are "
                    + names.sorted().joined(separator: ", "))
        }
        self.scenarios = scenarios ?? GapReport.usualPair(all)
        self.margin = margin ?? files.compactMap(\.results.margin).min() ?? 0.05
        var known: Set<[String]> = []
        for file in files {
            keys += ScoreKey.all(in: file.results) { _ in true }.filter {
                known.insert([$0.metric, $0.part]).inserted
            }
        }
        match()
    }

    /// A run and the file that has it.
    private struct Placed {
        let run: ScoredImages
        let file: Int
    }

    /// What makes two pairs the same: checkpoints, factors and settings of the evaluation.
    private struct Identity: Hashable {
        let subject: GapReport.Subject
        let texts: [String]
    }

    private mutating func match() {
        var runs: [String: [GapReport.Subject: [Placed]]] = [:]
        var order: [(subject: GapReport.Subject, placed: Placed)] = []
        for (index, file) in files.enumerated() {
            let scored = ScoredImages.all(in: file.results)
            for run in file.results.runs {
                let placed = Placed(run: scored[run.run]!, file: index)
                let isStart = run.factors.scenario == "start"
                let subject = isStart ? Self.start(of: .init(run)) : .init(run)
                runs[run.factors.scenario, default: [:]][subject, default: []].append(placed)
                if run.factors.scenario == scenarios.first { order.append((subject, placed)) }
            }
        }
        var known: Set<Identity> = []
        var (unpaired, repeated, ambiguous) = (0, 0, 0)
        for (subject, placed) in order {
            let others = Self.nearest(runs[scenarios.second]?[subject] ?? [], placed.file)
            guard others.count == 1 else {
                if others.isEmpty { unpaired += 1 } else { ambiguous += 1 }
                continue
            }
            let start = runs["start"]?[Self.start(of: subject)] ?? []
            let pair = GapPair(
                factors: subject.factors, first: placed.run, second: others[0].run,
                start: Self.nearest(start, placed.file).first?.run,
                file: files[placed.file].path)
            let texts = [pair.name, pair.first.run.configuration]
            guard known.insert(Identity(subject: subject, texts: texts)).inserted else {
                repeated += 1
                continue
            }
            pairs.append(pair)
        }
        addNotes(unpaired, repeated, ambiguous)
    }

    private mutating func addNotes(_ unpaired: Int, _ repeated: Int, _ ambiguous: Int) {
        let (first, second) = (scenarios.first.printable, scenarios.second.printable)
        if unpaired > 0 {
            notes.append("\(unpaired) runs of \(first) have no run of \(second) and are left out")
        }
        if ambiguous > 0 {
            notes.append(
                "\(ambiguous) runs of \(first) have several runs of \(second) and are left out")
        }
        if repeated > 0 { notes.append("\(repeated) pairs are in several files and count once") }
        // Explanations of one starting model were evaluated on it each.
        let without = pairs.count { $0.start == nil }
        if without > 0 { notes.append("without results of their starting model: \(without) pairs") }
    }

    /// Those of the file; if it has none, those of other files, each checkpoint once.
    private static func nearest(_ placed: [Placed], _ file: Int) -> [Placed] {
        let own = placed.filter { $0.file == file }
        guard own.isEmpty else { return own }
        var hashes: Set<String> = []
        return placed.filter {
            let hash = $0.run.run.checkpointHash
            return hash.isEmpty || hashes.insert(hash).inserted
        }
    }

    /// The subject without what its starting model does not have.
    private static func start(of subject: GapReport.Subject) -> GapReport.Subject {
        var start = subject
        start.factors.trainedThrough = ""
        start.factors.lambda = nil
        start.factors.tuneSettings = ""
        start.factors.checkpoint = ""
        start.factors.steps = nil
        return start
    }
}
