import Foundation
import PlumblineStorage
import PlumblineTensors
import XCTest

final class StorageTests: XCTestCase {
    private var folder = ""
    private var path: String { folder + "/file.h5" }

    override func setUpWithError() throws {
        folder = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    override func tearDown() { try? FileManager.default.removeItem(atPath: folder) }

    func testTablesTextsAndAttributesRoundTrip() throws {
        var table = Table()
        table.add("name", .texts(["a", "größer, \"x\"", ""]))
        table.add("value", .reals([1.5, .nan, -2]))
        table.add("count", .integers([1, 2, -3]))
        try HDF5File.write(path) { file in
            try file.write("deep/er/table", table)
            try file.setAttribute("note", "größer")
            try file.setAttribute("number", 2.5, of: "deep/er/table")
        }
        let file = try HDF5File.open(path)
        let back = try file.table("deep/er/table")
        XCTAssertEqual(back.texts("name"), table.texts("name"))
        XCTAssertEqual(back.integers("count"), [1, 2, -3])
        XCTAssertTrue(back.reals("value")![1].isNaN)
        XCTAssertEqual(try file.text("note"), "größer")
        XCTAssertEqual(try file.number("number", of: "deep/er/table"), 2.5)
        XCTAssertEqual(try file.datasets(in: "deep"), ["er/table"])
        XCTAssertThrowsError(try file.text("missing")) {
            XCTAssertTrue("\($0)".contains("no attribute missing"))
        }
        XCTAssertThrowsError(try file.tensor("deep/none")) {
            XCTAssertTrue("\($0)".contains("no dataset deep/none"))
        }
    }

    private func checkpoint() -> Checkpoint {
        var checkpoint = Checkpoint(
            model: "densenet_mini", modelConfiguration: "{}", classes: ["A", "B b"],
            weights: [
                "a.weight": Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]),
                "b": Tensor([Float.pi], shape: [1]),
            ])
        (checkpoint.step, checkpoint.epoch, checkpoint.seed, checkpoint.metrics) = (
            7, 2, 99, ["auroc": 0.5]
        )
        checkpoint.optimiser = (Tensor([1, 2], shape: [2]), Tensor([3, 4], shape: [2]))
        return checkpoint
    }

    func testCheckpointRoundTrip() throws {
        try checkpoint().write(path)
        let back = try Checkpoint.read(path)
        XCTAssertEqual(back.weights["a.weight"]!.values, [1, 2, 3, 4, 5, 6])
        XCTAssertEqual(back.weights["a.weight"]!.shape, [2, 3])
        XCTAssertEqual([back.classes.count, back.step, back.epoch, Int(back.seed)], [2, 7, 2, 99])
        XCTAssertEqual(back.metrics, ["auroc": 0.5])
        XCTAssertEqual(back.optimiser!.second.values, [3, 4])
    }

    func testResultsKeepMissingValuesApart() throws {
        var results = Results()
        var factors = RunFactors()
        (factors.className, factors.model, factors.scenario) = ("C", "m", "align")
        (factors.trainedThrough, factors.lambda, factors.seed) = ("gradient", 0.5, 3)
        (factors.checkpoint, factors.steps) = ("last", 12)
        var run = RunResult(run: factors.name, factors: factors)
        (run.images, run.labelled, run.positives, run.metrics) = (2, 1, 1, ["auroc": 0.75])
        var row = ImageResult(run: run.run, image: "i", label: .positive)
        (row.group, row.logit, row.probability) = ("patient", -1.5, 0.25)
        row.prediction = "C"
        run.checkpointHash = "0a1b"
        run.toolVersion = "1.0"
        run.instructionSet = "avx2"
        (run.program, run.threads, run.configuration) = ("f00d", 2, "seed: 3 # é")
        // Longer than a column of text may be.
        run.configuration += String(repeating: "é", count: 70_000)
        var entry = Results.Entry(run: run, images: [row])
        entry.scores = [
            ScoreResult(run: run.run, image: "i", metric: "a", part: "heart", value: 0.5),
            ScoreResult(run: run.run, image: "i", metric: "a", value: nil, reason: "not finite"),
        ]
        let facts = MetricFacts(
            title: "A", direction: "lower is better", unit: "px", definition: "x")
        entry.metrics = [("a", facts)]
        entry.explanations = ["i": Tensor([1, 2], shape: [1, 2, 1])]
        results.replace(entry)
        results.replace(entry)
        try results.write(path)
        let back = try Results.read(path)
        XCTAssertEqual(back.images, [row])
        XCTAssertEqual(back.runs, [run])
        XCTAssertEqual(Array(back.scores), entry.scores)
        XCTAssertEqual(back.metrics.map(\.name), ["a"])
        XCTAssertEqual(back.metrics.map(\.facts), [facts])
        XCTAssertEqual(back.explanations[run.run]!["i"]!.values, [1, 2])
        // The same image twice in one run: one of the two would be lost in a pairing.
        results.images.append(row)
        XCTAssertThrowsError(try results.write(path)) {
            XCTAssertTrue("\($0)".contains("i twice in the run"), "\($0)")
        }
        results.images.removeLast()
        // A score of no image, of no metric, or there twice would vanish from the tables too.
        for (change, words) in [
            ({ $0.image = "j" }, "which /images lacks"), ({ $0.metric = "b" }, "/metrics lacks"),
            ({ _ in }, "twice in"),
        ] as [((inout ScoreResult) -> Void, String)] {
            var damaged = results
            var score = entry.scores[0]
            change(&score)
            damaged.scores.append(score)
            XCTAssertThrowsError(try damaged.write(path)) {
                XCTAssertTrue("\($0)".contains(words), "\($0)")
            }
        }
    }

    func testNamesOfRunsAreUnique() {
        var factors = RunFactors()
        (factors.className, factors.model, factors.scenario) = ("A/B", "m", "align")
        (factors.trainedThrough, factors.lambda, factors.checkpoint) = ("gradient", 1, "last")
        (factors.seed, factors.steps) = (1, 20)
        var names: Set = [factors.name]
        let changes: [(inout RunFactors) -> Void] = [
            { $0.className = "A_B" }, { $0.className = "A%2FB" }, { $0.className = "A" },
            { $0.className = "A/B-m" }, { $0.trainedThrough = "smoothgrad" }, { $0.lambda = 0.1 },
            { $0.seed = 2 }, { $0.steps = 21 }, { $0.steps = nil },
            { $0.checkpoint = "best_auroc" }, { $0.scenario = "misalign" },
            { $0.pretraining = "x" }, { $0.explanation = "x" },
        ]
        for change in changes {
            var other = factors
            change(&other)
            names.insert(other.name)
        }
        XCTAssertEqual(names.count, changes.count + 1)
        XCTAssertFalse(names.contains { $0.contains("/") })
    }

    /// Earlier files call the column of images with a known label `judged`.
    func testAnEarlierNameOfAColumnIsRead() throws {
        var results = Results()
        var run = RunResult(run: "r", factors: RunFactors())
        run.run = run.factors.name
        (run.images, run.labelled) = (3, 2)
        results.runs = [run]
        try results.write(path)
        let file = try HDF5File.open(path)
        let tables = try ["runs", "images", "scores", "metrics"].map { ($0, try file.table($0)) }
        try HDF5File.write(path) { file in
            for (name, table) in tables {
                var renamed = Table()
                for (column, values) in table.columns {
                    renamed.add(column == "labelled" ? "judged" : column, values)
                }
                try file.write(name, renamed)
            }
            try file.setAttribute("format_version", 3)
        }
        XCTAssertEqual(try Results.read(path).runs, results.runs)
    }

    /// A file of the first version: what it lacks is empty.
    func testResultsOfTheFirstVersionAreRead() throws {
        var runs = Table()
        var images = Table()
        for (name, text) in [
            ("run", "r"), ("class", "C"), ("model", "m"), ("explanation", "gradient"),
            ("pretraining", "p"), ("scenario", "align"),
        ] {
            runs.add(name, .texts([text]))
            images.add(name, .texts([text]))
        }
        runs.add("images", .integers([1]))
        runs.add("positives", .integers([1]))
        for name in RunResult.metricNames { runs.add(name, .reals([0.5])) }
        images.add("image", .texts(["i"]))
        images.add("label", .integers([1]))
        for name in ["probability", "mass_accuracy", "rank_accuracy", "tied_share"] {
            images.add(name, .reals([0.25]))
        }
        images.add("missing_reason", .texts([""]))
        func write(_ version: Int) throws {
            try HDF5File.write(path) { file in
                try file.write("runs", runs)
                try file.write("images", images)
                try file.setAttribute("format_version", version)
            }
        }
        try write(1)
        var results = try Results.read(path)
        XCTAssertEqual(results.images[0].label, .positive)
        XCTAssertEqual(
            results.scores.map(\.metric), ["mass_accuracy", "rank_accuracy", "rank_tied_share"])
        XCTAssertEqual(results.scores.map(\.value), [0.25, 0.25, 0.25])
        XCTAssertNil(results.images[0].logit)
        XCTAssertEqual(results.runs[0].factors.scenario, "align")
        XCTAssertEqual(results.runs[0].labelled, 1)
        XCTAssertNil(results.runs[0].factors.seed)
        XCTAssertNil(results.runs[0].factors.steps)
        // The same run, evaluated anew, takes its place.
        var factors = results.runs[0].factors
        (factors.trainedThrough, factors.lambda) = ("gradient", 1)
        (factors.seed, factors.steps, factors.checkpoint) = (3, 12, "last")
        results.replace(
            Results.Entry(run: RunResult(run: factors.name, factors: factors), images: []))
        XCTAssertEqual(results.runs.map(\.run), [factors.name])
        XCTAssertEqual(results.images, [])
        func expect(_ words: String) {
            XCTAssertThrowsError(try Results.read(path)) {
                XCTAssertTrue("\($0)".contains(words), "\($0)")
            }
        }
        try write(4)
        expect("reads 1 to 3")
        // What has another row's key, or belongs to no run, would vanish from the tables.
        let (oneRun, oneImage) = (runs, images)
        images = oneImage.doubled
        try write(1)
        expect("/images has i twice in the run r")
        (runs, images) = (oneRun.doubled, oneImage)
        try write(1)
        expect("/runs has the run r twice")
        runs = oneRun.renamed("run", "other")
        try write(1)
        expect("/images has i of the run r, which /runs lacks")
    }

    func testAFailedWriteLeavesTheOldFile() throws {
        try checkpoint().write(path)
        let before = FileManager.default.contents(atPath: path)
        struct Stop: Error {}
        XCTAssertThrowsError(
            try HDF5File.write(path) { file in
                try file.write("x", Tensor.ones([1000]))
                throw Stop()
            })
        XCTAssertEqual(FileManager.default.contents(atPath: path), before)
        XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder), ["file.h5"])
        XCTAssertThrowsError(try checkpoint().write("/nonexistent/folder/file.h5"))
    }

    /// As a full disk: the file may not grow beyond a limit of the process.
    func testAFileThatCannotGrowIsAnErrorWithoutRemains() throws {
        var former = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &former)
        signal(SIGXFSZ, SIG_IGN)
        var small = former
        small.rlim_cur = 100_000
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &small)
        defer { setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &former) }
        let large = Tensor.ones([1 << 18])
        for name in ["file.h5", "file.safetensors"] {
            let path = "\(folder)/\(name)"
            XCTAssertThrowsError(
                try name.hasSuffix("h5")
                    ? HDF5File.write(path) { try $0.write("x", large) }
                    : SafeTensors.write([("x", large)], to: path)
            ) { XCTAssertTrue("\($0)".contains("File too large"), "\($0)") }
        }
        XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder), [])
    }

    func testHostileFilesAreRefused() throws {
        XCTAssertThrowsError(try Checkpoint.read(folder + "/none.h5")) {
            XCTAssertTrue("\($0)".contains("no such file"))
        }
        try Data("not HDF5".utf8).write(to: URL(fileURLWithPath: path))
        XCTAssertThrowsError(try Checkpoint.read(path)) {
            XCTAssertTrue("\($0)".contains("not a readable HDF5 file"))
        }
        try checkpoint().write(path)
        let whole = FileManager.default.contents(atPath: path)!
        for share in [0.2, 0.5, 0.8, 0.99] {
            try whole.prefix(Int(Double(whole.count) * share)).write(to: URL(fileURLWithPath: path))
            XCTAssertThrowsError(try Checkpoint.read(path), "\(share)")
        }
        var random = RandomGenerator(seed: 1)
        for _ in 0..<100 {
            var bent = whole
            for _ in 0..<4 {
                bent[Int(random.next() % UInt64(bent.count))] ^= UInt8(
                    truncatingIfNeeded: random.next())
            }
            try bent.write(to: URL(fileURLWithPath: path))
            _ = try? Checkpoint.read(path)  // must not crash, whatever it finds
        }
        try HDF5File.write(path) { try $0.write("weights/x", Tensor.ones([2])) }
        XCTAssertThrowsError(try Results.read(path)) {
            XCTAssertTrue("\($0)".contains("not a Plumbline results file"))
        }
    }
}

extension Table {
    /// Each row twice.
    fileprivate var doubled: Table {
        var result = Table()
        for (name, values) in columns {
            switch values {
            case .texts(let values): result.add(name, .texts(values + values))
            case .reals(let values): result.add(name, .reals(values + values))
            case .integers(let values): result.add(name, .integers(values + values))
            }
        }
        return result
    }

    /// Another text in every row of a column.
    fileprivate func renamed(_ column: String, _ text: String) -> Table {
        var result = Table()
        for (name, values) in columns {
            result.add(
                name, name == column ? .texts(Array(repeating: text, count: rowCount)) : values)
        }
        return result
    }
}
