import Foundation
import PlumblineStorage
import PlumblineTensors
import XCTest

/// The program itself, as a process: errors are one line with an exit code, and a run that is
/// killed goes on to the same bits.
final class ProgramTests: XCTestCase {
    private nonisolated(unsafe) static var folder = ""
    private var folder: String { Self.folder }

    override class func setUp() {
        folder = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        _ = try? start([
            "phantoms", folder, "--name", "films", "--count", "40", "--size", "48", "--seed", "5",
        ]).finish()
        let yaml = """
            data:
              classes: [Cardiomegaly, Pleural Effusion]
              target: Cardiomegaly
              size: 32
              rotation: 10
              flips: true
              align: {labels: \(folder)/films.csv, masks: \(folder)/gt_segmentations_films.json}
            model: {name: densenet_mini, config: '{"drop_rate": 0.1}'}
            train: {epochs: 3, batch_size: 8, learning_rate: 0.002}
            align: {epochs: 3, batch_size: 4, accumulation: 2, learning_rate: 0.001}
            evaluate: {panel_images: 2, save_explanations: true}
            checkpoint_minutes: 0
            """
        try? Data(yaml.utf8).write(to: URL(fileURLWithPath: "\(folder)/config.yaml"))
    }

    override class func tearDown() { try? FileManager.default.removeItem(atPath: folder) }

    private struct Running {
        let process: Process, output: Pipe, errors: Pipe

        func finish() -> (code: Int32, output: String, errors: String) {
            let errors = Reading(self.errors)
            let text = String(
                decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            return (process.terminationStatus, text, errors.text)
        }
    }

    /// Reads a pipe beside another, so that neither fills up.
    private final class Reading: @unchecked Sendable {
        private let thread: Thread, done = DispatchSemaphore(value: 0)
        private final class Store: @unchecked Sendable { var data = Data() }
        private let store = Store()
        init(_ pipe: Pipe) {
            let handle = pipe.fileHandleForReading
            let store = self.store
            let done = self.done
            thread = Thread {
                store.data = handle.readDataToEndOfFile()
                done.signal()
            }
            thread.start()
        }
        var text: String {
            done.wait()
            return String(decoding: store.data, as: UTF8.self)
        }
    }

    /// The program is built beside the test bundle.
    private static var program: String {
        URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("plumbline").path
    }

    private static func start(_ arguments: [String]) throws -> Running {
        let process = Process()
        let output = Pipe()
        let errors = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        return Running(process: process, output: output, errors: errors)
    }

    private func run(_ arguments: String...) throws -> (code: Int32, output: String, errors: String)
    { try Self.start(arguments).finish() }

    private func weights(_ path: String) throws -> [String: [UInt32]] {
        try Checkpoint.read(path).weights.mapValues { $0.values.map(\.bitPattern) }
    }

    func testAKilledRunEndsWithTheSameBits() throws {
        try killAgainAndAgain("trained", ["--set", "data.selection=evaluation"])
        for stage in ["start", "align", "misalign"] {
            XCTAssertEqual(
                try weights("\(folder)/trained-killed/\(stage)/best_auroc.h5"),
                try weights("\(folder)/trained-whole/\(stage)/best_auroc.h5"), stage)
        }
    }

    /// The paper's pre-trained case: the starting model is given, and takes no step.
    func testAKilledRunWithAGivenStartEndsWithTheSameBits() throws {
        let start = "\(folder)/given-start"
        let trained = try run(
            "train", "\(folder)/config.yaml", "--set", "output=\(start)", "--set",
            "train.epochs=1")
        XCTAssertEqual(trained.code, 0, trained.errors)
        try killAgainAndAgain(
            "given",
            ["--set", "train.epochs=0", "--weights", "\(start)/start/last.h5"])
    }

    private func killAgainAndAgain(_ name: String, _ settings: [String]) throws {
        func arguments(_ output: String) -> [String] {
            ["run", "\(folder)/config.yaml", "--set", "output=\(folder)/\(name)-\(output)"]
                + settings
        }
        let whole = try Self.start(arguments("whole")).finish()
        XCTAssertEqual(whole.code, 0, whole.errors)
        XCTAssertTrue(whole.output.contains("mass accuracy"))
        var kills = 0
        var random = SystemRandomNumberGenerator()
        var ended = false
        for _ in 0..<400 where !ended {
            let running = try Self.start(arguments("killed"))
            // Random moments; late enough to load the images and take a step or two, so that the
            // run gets on.
            let patience = Double.random(in: 0.05...(kills < 12 ? 0.30 : 3), using: &random)
            let start = Date()
            while running.process.isRunning, Date().timeIntervalSince(start) < patience {
                usleep(2000)
            }
            if running.process.isRunning {
                kill(running.process.processIdentifier, SIGKILL)
                running.process.waitUntilExit()
                kills += 1
            } else {
                let result = running.finish()
                XCTAssertEqual(result.code, 0, result.errors)
                XCTAssertEqual(result.output, whole.output.replacing("-whole/", with: "-killed/"))
                ended = true
            }
        }
        XCTAssertTrue(ended)
        XCTAssertGreaterThanOrEqual(
            kills, 10, "the run must have been killed often enough to mean something")
        for stage in ["start", "align", "misalign"] {
            XCTAssertEqual(
                try weights("\(folder)/\(name)-killed/\(stage)/last.h5"),
                try weights("\(folder)/\(name)-whole/\(stage)/last.h5"), stage)
        }
        let a = try Results.read("\(folder)/\(name)-killed/results.h5")
        let b = try Results.read("\(folder)/\(name)-whole/results.h5")
        XCTAssertEqual(a.images, b.images)
        // As text: a step without a positive image has NaN for its location loss.
        XCTAssertEqual(
            "\(a.curves.sorted { $0.key < $1.key })", "\(b.curves.sorted { $0.key < $1.key })")
        let remains = FileManager.default.enumerator(atPath: "\(folder)/\(name)-killed")!
            .compactMap { $0 as? String }
            .filter { $0.contains("state.h5") || $0.contains(".partial") || $0.contains(".lock") }
        XCTAssertEqual(remains, [])
    }

    func testInterruptedRunSaysSo() throws {
        let running = try Self.start([
            "train", "\(folder)/config.yaml", "--set", "output=\(folder)/interrupted", "--set",
            "train.epochs=400",
        ])
        usleep(1_500_000)
        kill(running.process.processIdentifier, SIGINT)
        let result = running.finish()
        XCTAssertEqual(result.code, 75)
        XCTAssertTrue(result.errors.contains("plumbline: interrupted"), result.errors)
        let again = try run(
            "train", "\(folder)/config.yaml", "--set", "output=\(folder)/interrupted", "--set",
            "train.epochs=2")
        XCTAssertEqual(again.code, 1)
        XCTAssertTrue(again.errors.contains("was made with train.epochs = 400"), again.errors)
    }

    /// A lost terminal and the warning of a cluster save the state too, with exit code 75.
    func testSignalsThatAskForAnEndSaveTheState() throws {
        let signals = [
            (SIGHUP, "hup"), (SIGUSR1, "usr1"), (SIGUSR2, "usr2"), (SIGTERM, "term"),
        ]
        for (number, name) in signals {
            let running = try Self.start([
                "train", "\(folder)/config.yaml", "--set", "output=\(folder)/\(name)", "--set",
                "train.epochs=400", "--set", "checkpoint_minutes=1000",
            ])
            usleep(1_500_000)
            kill(running.process.processIdentifier, number)
            let result = running.finish()
            XCTAssertEqual(result.code, 75, "\(name): \(result.errors)")
            XCTAssertTrue(
                FileManager.default.fileExists(atPath: "\(folder)/\(name)/start/state.h5"), name)
        }
    }

    /// A full disk behind standard error, or none at all, never ends the work.
    func testMessagesThatCannotBeWritten() throws {
        for redirection in ["2>/dev/full", "2>&-"] {
            let shell = Process()
            let output = Pipe()
            shell.executableURL = URL(fileURLWithPath: "/bin/sh")
            shell.arguments = [
                "-c",
                "'\(Self.program)' train '\(folder)/config.yaml' --set output='\(folder)/silent' "
                    + "--set train.epochs=1 \(redirection) && '\(Self.program)' config >/dev/full",
            ]
            shell.standardOutput = output
            shell.standardError = Pipe()
            try shell.run()
            let text = output.fileHandleForReading.readDataToEndOfFile()
            shell.waitUntilExit()
            XCTAssertEqual(
                String(decoding: text, as: UTF8.self), "\(folder)/silent/start/last.h5\n")
            XCTAssertEqual(shell.terminationStatus, 1, "a full standard output is an error")
            try FileManager.default.removeItem(atPath: "\(folder)/silent")
        }
    }

    func testErrorsAreOneLineWithTheirCode() throws {
        func expect(_ code: Int32, _ words: String, _ arguments: String..., line: UInt = #line)
            throws
        {
            let result = try Self.start(arguments).finish()
            XCTAssertEqual(result.code, code, "\(arguments): \(result.errors)", line: line)
            XCTAssertTrue(
                result.errors.contains(words), "\(arguments): \(result.errors)", line: line)
            if result.errors.hasPrefix("plumbline: ") {
                XCTAssertEqual(
                    result.errors.split(separator: "\n").count, 1, result.errors, line: line)
            }
        }
        let config = "\(folder)/config.yaml"
        try expect(2, "Unknown option", "run", config, "--nonsense")
        try expect(2, "no such file", "run", "\(folder)/none.yaml")
        try expect(2, "unknown key", "run", config, "--set", "align.epoch=2")
        try expect(
            1, "no column Scoliosis", "run", config, "--set",
            "data.classes=[Cardiomegaly, Scoliosis]", "--set", "output=\(folder)/x")
        try expect(
            1, "unknown model resnext", "run", config, "--set", "model.name=resnext", "--set",
            "output=\(folder)/x")
        try expect(
            1, "no image of", "run", config, "--set", "data.classes=[Fracture]", "--set",
            "data.target=Fracture", "--set", "output=\(folder)/x")
        try expect(1, "no such file", "parity", "\(folder)/none.h5")
        try expect(1, "neither safetensors nor PyTorch", "info", config)
        try expect(
            1, "model.h5: no such file", "explain", "--checkpoint", "\(folder)/model.h5",
            "--images", folder, "--class", "Cardiomegaly", "--output", "\(folder)/o.h5")
        try expect(
            2, "either --images or --data", "explain", "--checkpoint", "x", "--class", "x",
            "--output", "x")
        XCTAssertFalse(FileManager.default.fileExists(atPath: "\(folder)/o.h5"))
    }

    func testExplainEvaluateAndReport() throws {
        let trained = try run(
            "train", "\(folder)/config.yaml", "--set", "output=\(folder)/small", "--set",
            "train.epochs=1")
        XCTAssertEqual(trained.code, 0, trained.errors)
        let checkpoint = "\(folder)/small/start/last.h5"
        let explained = try run(
            "explain", "--checkpoint", checkpoint, "--images", "\(folder)/films/patient00001",
            "--class", "Cardiomegaly", "--output",
            "\(folder)/maps.h5", "--overlays", "\(folder)/overlays")
        XCTAssertEqual(explained.code, 0, explained.errors)
        XCTAssertEqual(
            try FileManager.default.contentsOfDirectory(atPath: "\(folder)/overlays"),
            ["patient00001_study1_view1_frontal.png"])
        XCTAssertEqual(
            try HDF5File.open("\(folder)/maps.h5").shape(
                of: "explanations/patient00001_study1_view1_frontal"), [32, 32, 3])
        let evaluated = try run(
            "evaluate", "--checkpoint", checkpoint, "--data", "\(folder)/config.yaml", "--output",
            "\(folder)/evaluated.h5")
        XCTAssertEqual(evaluated.code, 0, evaluated.errors)
        XCTAssertEqual(try run("report", "\(folder)/evaluated.h5").output, evaluated.output)
        XCTAssertTrue(try run("info", checkpoint).output.contains("checkpoint of densenet_mini"))
    }

    func testAnotherHeadIsDrawnAnew() throws {
        let config = "\(folder)/config.yaml"
        XCTAssertEqual(
            try run("train", config, "--set", "output=\(folder)/two", "--set", "train.epochs=1")
                .code, 0)
        let wider = try run(
            "train", config, "--set", "output=\(folder)/three", "--set", "train.epochs=0", "--set",
            "model.weights=\(folder)/two/start/last.h5",
            "--set", "data.classes=[Cardiomegaly, Pleural Effusion, Pneumothorax]")
        XCTAssertEqual(wider.code, 0, wider.errors)
        XCTAssertTrue(
            wider.errors.contains(
                "drawn anew, absent or of another size: classifier.weight, classifier.bias"),
            wider.errors)
        let (two, three) = (
            try weights("\(folder)/two/start/last.h5"), try weights("\(folder)/three/start/last.h5")
        )
        for (name, values) in two where !name.hasPrefix("classifier") {
            XCTAssertEqual(three[name], values, name)
        }
        XCTAssertEqual(three["classifier.bias"]!.count, 3)
        let other = try run(
            "train", config, "--set", "output=\(folder)/four", "--set",
            "model.weights=\(folder)/two/start/last.h5", "--set",
            "model.config='{\"growth_rate\": 8}'")
        XCTAssertEqual(other.code, 1)
        XCTAssertTrue(
            other.errors.contains("wrong shape: features.denseblock1.denselayer1.conv1.weight has"),
            other.errors)
    }

    func testWeightsThereAndBackAndAGallery() throws {
        let config = "\(folder)/config.yaml"
        let checkpoint = "\(folder)/g/start/last.h5"
        let exported = "\(folder)/g.safetensors"
        XCTAssertEqual(
            try run("train", config, "--set", "output=\(folder)/g", "--set", "train.epochs=1").code,
            0)
        XCTAssertEqual(try run("export", checkpoint, "--output", exported).code, 0)
        let imported = try run(
            "import", exported, "--model", "densenet_mini", "--classes",
            "Cardiomegaly,Pleural Effusion", "--output", "\(folder)/back.h5")
        XCTAssertEqual(imported.code, 0, imported.errors)
        XCTAssertEqual(try weights("\(folder)/back.h5"), try weights(checkpoint))
        XCTAssertEqual(try run("export", checkpoint, "--output", "\(folder)/g.zip").code, 2)
        let wrong = try run(
            "import", exported, "--model", "vit_mini", "--classes", "A", "--output",
            "\(folder)/never.h5")
        XCTAssertEqual(wrong.code, 1)
        XCTAssertTrue(wrong.errors.contains("missing: cls_token, pos_embed"), wrong.errors)
        XCTAssertFalse(FileManager.default.fileExists(atPath: "\(folder)/never.h5"))

        let picture = "\(folder)/gallery.png"
        let film = try films()[0]
        let gallery = try run(
            "gallery", "--image", film, "--class", "Cardiomegaly", "--checkpoint", checkpoint,
            "--methods", "gradient,grad_cam,attention_rollout",
            "--output", picture)
        XCTAssertEqual(gallery.code, 0, gallery.errors)
        XCTAssertTrue(gallery.output.contains("2 maps in"), gallery.output)
        XCTAssertTrue(gallery.errors.contains("left out attention_rollout"), gallery.errors)
        let refused = try run(
            "explain", "--checkpoint", checkpoint, "--images", film, "--class", "Cardiomegaly",
            "--method", "attention_rollout", "--output",
            "\(folder)/never.h5")
        XCTAssertEqual(refused.code, 2)
        XCTAssertTrue(
            refused.errors.contains("grad_cam and lrp_epsilon_plus work on it"), refused.errors)
        let impossible = try run(
            "run", config, "--set", "output=\(folder)/never", "--set", "align.explanation=lime")
        XCTAssertEqual(impossible.code, 2)
        XCTAssertTrue(impossible.errors.contains("these can: gradient"), impossible.errors)
    }

    func testAComposite() throws {
        let config = "\(folder)/config.yaml"
        let rules = "\(folder)/rules.yaml"
        func write(_ text: String) throws {
            try text.write(toFile: rules, atomically: true, encoding: .utf8)
        }
        func align(_ name: String) throws -> (code: Int32, output: String, errors: String) {
            try run(
                "run", config, "--set", "output=\(folder)/\(name)", "--set", "train.epochs=0",
                "--set", "align.epochs=1", "--set",
                "align.explanation=lrp_custom", "--set", "evaluate.explanations=[lrp_custom]",
                "--set", "explanation.composite=\(rules)")
        }
        try write(
            "convolution: {rule: gamma, gamma: 0.1}\nlinear: epsilon\nfirst: w_square\n"
                + "batch_norm: merge\nfunctions: true\n"
        )
        let good = try align("custom")
        XCTAssertEqual(good.code, 0, good.errors)
        XCTAssertTrue(good.output.contains("lrp_custom"), good.output)
        for (text, message) in [
            ("convolution: magic\n", "rules.yaml: convolution: unknown rule magic"),
            ("convolution: {rule: gamma, gama: 2}\n", "convolution.gama: gamma has no such number"),
            ("conv: epsilon\n", "conv: unknown key"),
            ("batch_norm: fold\n", "must be one of pass, merge, gradient"),
            ("convolution: {rule: alpha_beta, alpha: 2, beta: 2}\n", "alpha - beta must be 1"),
        ] {
            try write(text)
            let bad = try align("never")
            XCTAssertEqual(bad.code, 2)
            XCTAssertTrue(bad.errors.contains(message), bad.errors)
        }
    }

    private func films() throws -> [String] {
        let root = folder
        return (FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? [])
            .filter { $0.hasSuffix(".jpg") || $0.hasSuffix(".png") }
            .filter { !$0.contains("panel") && !$0.contains("gallery") }.sorted().map {
                "\(root)/\($0)"
            }
    }
}
