import Foundation
import PlumblineExperiments
import XCTest

/// What the file of a sweep says: axes, cells that are left out or added, and errors.
final class SweepFileTests: XCTestCase {
    private var small: SmallSweep!

    override func setUpWithError() throws { small = try SmallSweep() }

    override func tearDown() { small.remove() }

    func testTheLastAxisVariesFastest() throws {
        let sweep = try small.sweep(
            "s", axes: ["data.target: [Cardiomegaly, Pleural Effusion]", "align.lambda: [1, 2]"])
        XCTAssertEqual(sweep.axes, ["data.target", "align.lambda", "scenario"])
        XCTAssertEqual(sweep.cells.count, 8)
        XCTAssertEqual(
            Array(SmallSweep.labels(sweep).prefix(3)),
            ["Cardiomegaly 1 align", "Cardiomegaly 1 misalign", "Cardiomegaly 2 align"])
        XCTAssertEqual(sweep.cells[2].configuration.align.lambda, 2)
        XCTAssertEqual(sweep.cells[6].configuration.data.target, "Pleural Effusion")
        XCTAssertEqual(Set(sweep.cells.map(\.name)).count, 8)
    }

    func testCellsAreExcludedAndIncluded() throws {
        let axes = ["align.lambda: [1, 2]", "train.seed: [0, 1]", "scenario: [align, misalign]"]
        let sweep = try small.sweep(
            "s", axes: axes,
            rest: [
                "exclude:", "  - {align.lambda: 2, scenario: misalign}", "  - {train.seed: [1]}",
                "include:", "  - {align.lambda: 5, train.seed: 0}",
                "  - {align.lambda: 1, train.seed: 0, scenario: align}",
            ])
        XCTAssertEqual(
            SmallSweep.labels(sweep),
            ["1 0 align", "1 0 misalign", "2 0 align", "5 0 align", "5 0 misalign"])
    }

    func testAnAxisOfItsOwnSetsSeveralKeys() throws {
        let sweep = try small.sweep(
            "s",
            axes: [
                "start:", "  short: {train.epochs: 1, model.pretraining: one}",
                "  long: {train.epochs: 2, model.pretraining: two}", "scenario: [align]",
            ])
        XCTAssertEqual(sweep.cells.map(\.configuration.train.epochs), [1, 2])
        XCTAssertEqual(sweep.cells.map(\.configuration.model.pretraining), ["one", "two"])
    }

    func testTheDefaultKeepsTheChosenWeightsOnly() throws {
        let plain = try small.sweep("s", axes: ["align.lambda: [1, 2]"])
        XCTAssertEqual(plain.cells[0].configuration.checkpoints.kept, [.last])
        let both = try small.sweep("s", axes: ["evaluate.checkpoint: [last, best_location]"])
        XCTAssertEqual(both.cells[0].configuration.checkpoints.kept, [.last, .bestLocation])
    }

    func testErrorsNameTheCellTheFileAndTheKey() throws {
        func message(_ axes: [String], _ rest: [String] = []) throws -> String {
            let path = try small.write("s", axes: axes, rest: rest)
            let text = small.small.message { _ = try Sweep(path) }
            XCTAssertEqual(text.split(separator: "\n").count, 1, text)
            return text.replacingOccurrences(of: path, with: "FILE")
        }
        let cases: [([String], [String], String)] = [
            (["data.targt: [a]"], [], "FILE: axes.data.targt: is no key of a configuration"),
            (["align.lambda: []"], [], "FILE: axes.align.lambda: has no level"),
            (["align.lambda: [1, 1]"], [], "has the level 1 twice"),
            (["align.lambda: 1"], [], "must be a list of values"),
            (["align.scenarios: [[align]]"], [], "by the axis scenario"),
            (
                ["data.target: [Cardiomegaly, Edema]"], [],
                "FILE: cell (data.target=Edema, scenario=align): FILE: data.target: Edema is not"
            ),
            (["align.lambda: [1, -1]"], [], "axes.align.lambda: align.lambda: must be a number"),
            (["scenario: [align, sideways]"], [], "has no scenario sideways"),
            (["align.lambda: [1]"], ["exclude: [{lambda: 1}]"], "lambda: is no axis of the sweep"),
            (["align.lambda: [1]"], ["exclude: [{align.lambda: 3}]"], "3 is no level"),
            (["align.lambda: [1]"], ["exclude: [{align.lambda: 1}]"], "leaves no cell"),
            (["align.lambda: [1]"], ["includes: []"], "FILE: includes: is no key of a sweep"),
            (["start: {one: {train.epoch: 1}}"], [], "start.one.train.epoch: is no key"),
            (["checkpoint_minutes: [1, 2]"], [], "are the same experiment"),
        ]
        for (axes, rest, expected) in cases {
            let text = try message(axes, rest)
            XCTAssertTrue(text.contains(expected), text)
        }
        let large = (0..<400).map { "\($0)" }.joined(separator: ", ")
        let text = try message(
            ["align.lambda: [\(large)]", "seed: [\(large)]"])
        XCTAssertTrue(text.contains("make more than 100000 cells"), text)
    }

    /// With relative paths, a sweep may move with its data.
    func testCellsHaveTheSameNamesInAnotherFolder() throws {
        let names = try (0..<2).map { _ in
            let program = try Program()
            defer { program.remove() }
            try program.write(Self.movable, to: "sweep.yaml")
            let done = try program.run(["sweep", "status", "sweep.yaml", "--all"])
            XCTAssertEqual(done.code, 0, done.errors)
            return done.output.split(separator: "\n").filter { $0.contains("c-align") }
        }
        XCTAssertEqual(names[0].count, 1)
        XCTAssertEqual(names[0], names[1])
    }

    /// What an older program has begun is not computed again under another name.
    func testCellsOfAnOlderProgramKeepTheirNames() throws {
        let program = try Program()
        defer { program.remove() }
        let output = "\(program.folder)/out"
        let file = try program.write(
            Self.movable.replacing("output: out", with: "output: \(output)"), to: "sweep.yaml")
        let cell = try Sweep(file).cells[0]
        let olderName = try cell.olderName()
        XCTAssertNotEqual(cell.name, olderName)
        try FileManager.default.createDirectory(
            atPath: "\(output)/cells/\(olderName)", withIntermediateDirectories: true)
        XCTAssertEqual(try Sweep(file).cells[0].name, olderName)
    }

    private static let movable = """
        output: out
        base:
          data:
            classes: [Cardiomegaly]
            target: Cardiomegaly
            size: 32
            align: {labels: data/train.csv, masks: data/train.json}
            evaluate: {labels: data/valid.csv, masks: data/valid.json}
          model: {name: densenet_mini}
        axes:
          scenario: [align]
        """
}
