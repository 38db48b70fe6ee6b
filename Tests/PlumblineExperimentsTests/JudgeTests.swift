import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineJudges
import PlumblineMetrics
import PlumblineStorage
import XCTest

/// `plumbline judge`: maps of a small model before a judge.
final class JudgeTests: XCTestCase {
    private static let shared = try! SmallRun()
    private static let checkpoint = Result {
        try Experiment(shared.configuration("judged", ["train.epochs=4"])).train()
    }
    private var small: SmallRun { Self.shared }

    override class func tearDown() { shared.remove() }

    private func explanation() throws -> JudgedExplanation {
        try JudgedExplanation(checkpoint: Self.checkpoint.get(), method: "grad_cam") { _ in
            try small.configuration("unused")
        }
    }

    private func settings() -> JudgingSettings {
        var settings = JudgingSettings()
        settings.size = PictureSize(longest: 64)
        return settings
    }

    /// Keeps what it is asked, and answers as the rule does.
    private final class Witness: Judge {
        let name = "witness"
        var questions: [JudgeQuestion] = []

        func judge(_ question: JudgeQuestion) throws -> Judgement {
            questions.append(question)
            return RuleJudge().judge(question)
        }
    }

    func testImagesAndControls() throws {
        let explanation = try explanation()
        let witness = Witness()
        var settings = settings()
        settings.controls = 7
        let pictures = "\(small.folder)/pictures"
        settings.pictures = pictures
        let judging = Judging(explanation, by: witness, settings)
        let judged = try judging.run()
        XCTAssertGreaterThan(explanation.count, 7)
        XCTAssertEqual(judging.questionCount, explanation.count + 14)
        XCTAssertEqual(judged.rows.count, judging.questionCount)
        XCTAssertEqual(judged.matrix.total + judged.matrix.missingCount, explanation.count)
        XCTAssertEqual(judged.verdict.outcome, .separates)
        XCTAssertEqual(judged.verdict.pairs, 7)
        XCTAssertEqual(judged.verdict.trueMean, 5)
        for question in witness.questions {
            XCTAssertEqual(question.label, "Cardiomegaly")
            let picture = try RasterImage.decode(question.png, name: question.image)
            XCTAssertEqual([picture.height, picture.width], [64, 64])
            let mask = try XCTUnwrap(question.mask)
            switch question.control {
            case .none: XCTAssertEqual(try XCTUnwrap(question.weights.max()), 1, accuracy: 1e-4)
            case .trueMask: XCTAssertEqual(question.weights, mask.pixels.map { $0 ? 1 : 0 })
            case .randomMask:
                XCTAssertEqual(question.weights.reduce(0, +), Float(mask.area))
                XCTAssertNotEqual(question.weights, mask.pixels.map { $0 ? 1 : 0 })
            }
            let control = question.control == .none ? "" : ".\(question.control.rawValue)"
            let name = question.image.replacing("/", with: "_")
            XCTAssertEqual(
                try Data(contentsOf: URL(fileURLWithPath: "\(pictures)/\(name)\(control).png")),
                question.png)
        }
        // The same pictures again, whatever is judged beside them.
        let again = Witness()
        var fewer = settings
        fewer.pictures = nil
        fewer.mostImages = 3
        _ = try Judging(explanation, by: again, fewer).run()
        XCTAssertEqual(again.questions.map(\.png), Array(witness.questions.prefix(9)).map(\.png))
    }

    func testFiles() throws {
        let judged = try Judging(explanation(), by: RuleJudge(), settings()).run()
        let path = "\(small.folder)/judge.csv"
        try judged.write(to: path)
        let file = try ScoreFile(path)
        XCTAssertEqual(file.keys.count, judged.rows.count)
        for row in judged.rows {
            let stored = file[ScoreFile.Key(image: row.image, control: row.control)]
            XCTAssertEqual(stored?.score.value, row.judgement.score.value)
            XCTAssertEqual(stored?.justification, row.judgement.justification)
        }
        let results = try judged.results()
        try results.write("\(small.folder)/judge.h5")
        let read = try Results.read("\(small.folder)/judge.h5")
        XCTAssertEqual(read.scores, results.scores)
        XCTAssertEqual(read.images.count, judged.rows.count { $0.control == .none })
        XCTAssertEqual(read.judgements, results.judgements)
        XCTAssertEqual(
            read.judgements?.texts("cell").map(Array.init),
            judged.rows.map { $0.cell?.rawValue ?? "" })
        XCTAssertEqual(Set(read.scores.map(\.part)), ["", "true_mask", "random_mask"])
    }

    /// The settings that people's scores came from agree with them best.
    func testTheSweep() throws {
        let judged = try Judging(explanation(), by: RuleJudge(), settings()).run()
        let path = "\(small.folder)/people.csv"
        try judged.write(to: path)
        let sweep = MaskSweep(alphas: [5, 25], betas: [0.2, 0.6], human: try ScoreFile(path))
        let points = try sweep.run(explanation(), by: RuleJudge(), settings())
        XCTAssertEqual(points.map(\.mask.alpha), [5, 5, 25, 25])
        XCTAssertEqual(points.map(\.mask.beta), [0.2, 0.6, 0.2, 0.6])
        XCTAssertEqual(points[3].agreement.acceptanceRate, .value(1))
        XCTAssertEqual(points[3].agreement.sameSide, .value(1))
        XCTAssertNotEqual(points[0].agreement, points[3].agreement)
        try MaskSweep.write(points, to: "\(small.folder)/sweep.csv")
        let lines = try String(contentsOfFile: "\(small.folder)/sweep.csv", encoding: .utf8)
            .split(separator: "\n")
        XCTAssertEqual(lines.count, 5)
        XCTAssertTrue(lines[0].hasPrefix("alpha,beta,images,without_score,pearson"))
        try "image,score\nnobody,3\n".write(toFile: path, atomically: true, encoding: .utf8)
        let nobody = MaskSweep(alphas: [25], betas: [0.6], human: try ScoreFile(path))
        XCTAssertThrowsError(try nobody.run(explanation(), by: RuleJudge(), settings()))
    }

    /// Both models of the study, with the coding in the file.
    func testTheDecoyStudy() throws {
        let study = DecoyStudy(method: "grad_cam", judge: RuleJudge(), settings: settings()) {
            training, seed in
            try self.small.configuration(
                "decoy-\(training)-\(seed)",
                ["data.decoy.shape=square", "data.decoy.size=0.3", "train.epochs=8"])
        }
        let parts = try study.run(seeds: [3])
        XCTAssertEqual(parts.map(\.training), [.unbiased, .unbiased, .biased, .biased])
        XCTAssertEqual(parts.map(\.marker), [.all, .none, .all, .none])
        XCTAssertTrue(parts.allSatisfy { $0.rows.count == parts[0].rows.count })
        // The biased model calls an image without the marker negative.
        let wrong = parts.map { part in part.rows.count { $0.judged.isCorrect == false } }
        XCTAssertGreaterThan(wrong[3], wrong[2])
        let path = "\(small.folder)/decoy.csv"
        try DecoyStudy.write(parts, to: path)
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        XCTAssertEqual(lines[0], "training,coding,seed,marker,image,cell,correct,score,reason,err")
        XCTAssertEqual(lines.count { $0.hasPrefix("biased,1,3,") }, 2 * parts[0].rows.count)
        XCTAssertEqual(lines.count { $0.hasPrefix("unbiased,0,3,") }, 2 * parts[0].rows.count)
    }

    func testTheCorrelationOfTheStudy() {
        func row(_ training: DecoyStudy.Training, _ cell: AttentionCell?) -> DecoyStudy.Row {
            DecoyStudy.Row(
                training: training, seed: 0, marker: .all,
                judged: JudgedRow(
                    image: "a", control: .none, label: "x", prediction: "x", isCorrect: true,
                    judgement: Judgement(score: .value(5)), cell: cell))
        }
        let rows = [
            row(.unbiased, .correct), row(.unbiased, .correct), row(.unbiased, .correct),
            row(.unbiased, .attendsToWrongObject), row(.biased, .lackOfUnderstanding),
            row(.biased, .misunderstoodObject), row(.biased, .attendsToWrongObject),
            row(.biased, .correct), row(.biased, nil),
        ]
        // numpy.corrcoef([0,0,0,0,1,1,1,1], [0,0,0,1,1,1,1,0])
        XCTAssertEqual(DecoyStudy.correlation(rows).value ?? 0, 0.5, accuracy: 1e-12)
        XCTAssertNil(DecoyStudy.correlation(Array(rows.prefix(3))).value)
    }

    // MARK: The program

    private func write(_ configuration: Configuration, to path: String) throws {
        try configuration.yaml().write(toFile: path, atomically: true, encoding: .utf8)
    }

    func testTheCommand() throws {
        let program = try Program()
        defer { program.remove() }
        try write(small.configuration("unused"), to: "\(program.folder)/data.yaml")
        let judge = [
            "judge", "--checkpoint", try Self.checkpoint.get(), "--data", "data.yaml", "--size",
            "64", "--output", "j.csv",
        ]
        let run = try program.run(judge + ["--results", "j.h5"])
        XCTAssertEqual(run.code, 0, run.errors)
        for words in ["| correct ", "| lack of understanding ", "err (wrong", "separates them"] {
            XCTAssertTrue(run.output.contains(words), run.output)
        }
        let overlay = try program.run(judge + ["--input", "overlay", "--judge", "csv:j.csv"])
        XCTAssertEqual(overlay.code, 2)
        XCTAssertTrue(overlay.errors.contains("one of the files that are read"), overlay.errors)
        let compare = try program.run(["judge", "compare", "j.csv", "j.csv"])
        XCTAssertEqual(compare.code, 0, compare.errors)
        XCTAssertTrue(compare.output.contains("1.000"), compare.output)
        for (arguments, words) in [
            (["--judge", "oracle"], "rule, csv:FILE or chat is wanted"),
            (["--judge", "chat"], "--base-url: is needed"),
            (["--beta", "2"], "--beta must be from 0 to 1"),
            (["--sweep-beta", "0.5"], "--human FILE"),
            (["--judge", "csv:none.csv"], "none.csv: no such file"),
        ] {
            let run = try program.run(judge + arguments)
            XCTAssertTrue(run.errors.contains(words), run.errors)
            XCTAssertEqual(run.code, arguments[1] == "csv:none.csv" ? 1 : 2, run.errors)
        }
    }

    /// A server that never answers: Ctrl-C ends the program with 75, and the key stays secret.
    func testAnInterruptionWhileAServerIsAsked() throws {
        let program = try Program()
        defer { program.remove() }
        try write(small.configuration("unused"), to: "\(program.folder)/data.yaml")
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 4) == 0
                    && getsockname(listener, pointer, &length) == 0
            }
        }
        XCTAssertTrue(isListening)
        // Without it, a program that ends early would leave this test waiting for ever.
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(
            listener, SOL_SOCKET, SO_RCVTIMEO, &patience,
            socklen_t(MemoryLayout<timeval>.size))
        let process = Process()
        let errors = Pipe()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = [
            "judge", "--checkpoint", try Self.checkpoint.get(), "--data", "data.yaml", "--size",
            "64", "--output", "j.csv", "--judge", "chat", "--base-url",
            "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))", "--model", "m",
            "--key-variable", "JUDGE_KEY",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["JUDGE_KEY": "sk-0123456789abcdef"], uniquingKeysWith: { $1 })
        process.currentDirectoryURL = URL(fileURLWithPath: program.folder)
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        // The program connects when it asks its first question.
        let connection = accept(listener, nil, nil)
        XCTAssertGreaterThanOrEqual(connection, 0)
        defer { close(connection) }
        usleep(200_000)
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        let text = String(
            decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        XCTAssertEqual(process.terminationStatus, 75, text)
        XCTAssertTrue(text.contains("interrupted while a judge was asked"), text)
        XCTAssertFalse(text.contains("sk-0123456789abcdef"), text)
        XCTAssertFalse(FileManager.default.fileExists(atPath: "\(program.folder)/j.csv"))
    }
}
