import Foundation
import PlumblineData
import PlumblineEvaluation
import PlumblineExperiments
import PlumblineMetrics
import PlumblineStorage
import PlumblineTensors
import XCTest

/// `plumbline score`: maps that another program made.
final class ScoreTests: XCTestCase {
    private func maps(_ random: inout RandomGenerator, _ count: Int) -> [Float] {
        (0..<count).map { _ in random.uniform(-1, 1) }
    }

    /// `image,metric,part` and the value or the reason.
    private func rows(_ path: String) throws -> [String: String] {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        XCTAssertEqual(lines[0], "image,metric,part,value,reason")
        return Dictionary(
            uniqueKeysWithValues: lines.dropFirst().map { line in
                let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                return (
                    fields[0...2].joined(separator: ","),
                    fields[3].isEmpty ? String(fields[4]) : String(fields[3])
                )
            })
    }

    private func write(_ data: Data, _ path: String) throws {
        try data.write(to: URL(fileURLWithPath: path))
    }

    func testAnArrayOfMapsWithAnArrayOfMasks() throws {
        let program = try Program()
        defer { program.remove() }
        var random = RandomGenerator(seed: 1)
        let values = maps(&random, 3 * 8 * 6)
        var masks = [Float](repeating: 0, count: 3 * 8 * 6)
        for index in 0..<20 { masks[index] = 1 }
        for index in 60..<70 { masks[index] = 255 }
        try write(npy(values, [3, 8, 6]), program.folder + "/maps.npy")
        try write(npy(masks, [3, 8, 6]), program.folder + "/masks.npy")
        let run = try program.run([
            "score", "--maps", "maps.npy", "--masks", "masks.npy", "--output", "s.csv",
        ])
        XCTAssertEqual(run.code, 0, run.errors)
        XCTAssertTrue(run.errors.contains("ph is left out: it needs parts"), run.errors)
        let found = try rows(program.folder + "/s.csv")
        let map = HeatMap(height: 8, width: 6, values: values[..<48].map { max($0, 0) })
        let mask = masks[..<48].map { $0 != 0 }
        XCTAssertEqual(found["0,mass_accuracy,"], "\(massAccuracy(map, mask).value!)")
        XCTAssertEqual(found["0,rank_accuracy,"], "\(rankAccuracy(map, mask).accuracy.value!)")
        XCTAssertEqual(found["0,mass_accuracy_chance,"], "\(20.0 / 48)")
        XCTAssertEqual(found["2,mass_accuracy,"], "no mask")
        XCTAssertEqual(found["2,sparseness,"].flatMap(Double.init).map { $0 > 0 }, true)
        // The summary counts what has no value.
        XCTAssertTrue(run.output.contains("| mass_accuracy "), run.output)
        XCTAssertTrue(run.output.contains("1 no mask"), run.output)
    }

    /// The same maps, channels last, channels first and one array per image, have the same scores.
    func testLayoutsAndFiles() throws {
        let program = try Program()
        defer { program.remove() }
        var random = RandomGenerator(seed: 2)
        let last = Tensor(maps(&random, 2 * 8 * 6 * 3), shape: [2, 8, 6, 3])
        let first = last.transposed([0, 3, 1, 2])
        try write(npy(last.values, last.shape), program.folder + "/last.npy")
        try write(npy(first.values, first.shape), program.folder + "/first.npy")
        try HDF5File.write(program.folder + "/maps.h5") { file in
            try file.write("explanations/a/one", last.sliced(0, 0..<1).reshaped([8, 6, 3]))
            try file.write("explanations/a/two", last.sliced(0, 1..<2).reshaped([8, 6, 3]))
        }
        try program.write("a/one\na/two\n", to: "names.txt")
        try createFolder(program.folder + "/masks/a")
        var mask = RasterImage(height: 16, width: 12, channels: 1)
        for pixel in 0..<60 { mask.values[pixel] = 1 }
        for name in ["one", "two"] { try mask.write("\(program.folder)/masks/a/\(name).png") }
        var tables: [[String: String]] = []
        for maps in [
            ["last.npy", "--names", "names.txt"], ["first.npy", "--names", "names.txt"],
            ["maps.h5"],
        ] {
            let run = try program.run(
                ["score", "--masks", "masks", "--output", "s.csv", "--maps"] + maps)
            XCTAssertEqual(run.code, 0, run.errors)
            tables.append(try rows(program.folder + "/s.csv"))
        }
        XCTAssertGreaterThan(tables[0].count, 40)
        XCTAssertEqual(tables[0], tables[1])
        XCTAssertEqual(tables[0], tables[2])
    }

    func testADataSetGivesMasksAndParts() throws {
        let program = try Program()
        defer { program.remove() }
        for name in ["a", "b"] {
            try RasterImage(height: 20, width: 20, channels: 1).write(
                "\(program.folder)/\(name).png")
        }
        try program.write(
            """
            image,bird,box,part
            a.png,1,0 0 10 10,
            a.png,1,2 2 4 4,wing
            b.png,1,5 5 10 10,

            """, to: "m.csv")
        try program.write(
            """
            data:
              classes: [bird]
              target: bird
              evaluate: {format: manifest, labels: m.csv}
            """, to: "data.yaml")
        var random = RandomGenerator(seed: 3)
        try createFolder(program.folder + "/maps")
        for name in ["a", "b", "c"] {
            try write(
                npy(maps(&random, 25), [5, 5]), "\(program.folder)/maps/\(name).npy")
        }
        let run = try program.run([
            "score", "--maps", "maps", "--data", "data.yaml", "--metrics", "ph,iou:otsu,hit_rate",
            "--output", "s.csv",
        ])
        XCTAssertEqual(run.code, 0, run.errors)
        XCTAssertTrue(run.errors.contains("1 maps have no annotation, such as c"), run.errors)
        let found = try rows(program.folder + "/s.csv")
        XCTAssertNotNil(found["a,ph,wing"].flatMap(Double.init))
        XCTAssertNotNil(found["a,ph,background"].flatMap(Double.init))
        XCTAssertEqual(found["b,ph,"], "no parts")
        XCTAssertNotNil(found["b,iou:otsu,"].flatMap(Double.init))
        XCTAssertEqual(found["c,hit_rate,"], "no mask")
    }

    func testWhatIsRefused() throws {
        let program = try Program()
        defer { program.remove() }
        try write(npy([Float](repeating: 1, count: 12), [2, 2, 3]), program.folder + "/maps.npy")
        try write(npy([Float](repeating: 1, count: 8), [2, 2, 2]), program.folder + "/masks.npy")
        let both = npy([Float](repeating: 1, count: 36), [2, 3, 2, 3])
        try write(both, program.folder + "/both.npy")
        func refusal(_ arguments: String...) throws -> String {
            let run = try program.run(["score", "--output", "s.csv"] + arguments)
            XCTAssertEqual(run.code, 2, "\(arguments): \(run.errors)")
            XCTAssertFalse(FileManager.default.fileExists(atPath: program.folder + "/s.csv"))
            return run.errors
        }
        let lacking = try refusal("--maps", "maps.npy", "--metrics", "iou")
        XCTAssertTrue(lacking.contains("needs masks"), lacking)
        let unknown = try refusal("--maps", "maps.npy", "--metrics", "iuo")
        XCTAssertTrue(unknown.contains("no metric is called iuo"), unknown)
        let layout = try refusal("--maps", "both.npy")
        XCTAssertTrue(layout.contains("--layout"), layout)
        let masks = try refusal("--maps", "maps.npy", "--masks", "both.npy")
        XCTAssertTrue(masks.contains("[2, height, width] is wanted"), masks)
        let rule = try refusal(
            "--maps", "maps.npy", "--masks", "masks.npy", "--metrics", "iou:ostu")
        XCTAssertTrue(rule.contains("rules are"), rule)
    }
}
