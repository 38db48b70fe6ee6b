import Foundation
import PlumblineData
import PlumblineEvaluation
import PlumblineExperiments
import PlumblineMetrics
import PlumblineStatistics
import PlumblineTensors
import XCTest

/// `plumbline localise`: a threshold tuned on one set and reported on another.
final class LocaliseTests: XCTestCase {
    private static let (height, width) = (9, 8)

    private struct Images {
        var maps: [[Float]] = []
        var masks: [[Bool]] = []
    }

    /// Maps that are larger inside a box; the last image has no mask.
    private func images(_ count: Int, seed: UInt64) -> Images {
        var random = RandomGenerator(seed: seed)
        var images = Images()
        for index in 0..<count {
            let top = random.index(below: 4)
            let mask = (0..<Self.height * Self.width).map { pixel in
                index < count - 1 && (top..<top + 4).contains(pixel / Self.width)
                    && (2..<6).contains(pixel % Self.width)
            }
            images.masks.append(mask)
            images.maps.append(mask.map { ($0 ? 0.5 : 0) + random.uniform(0, 1) })
        }
        return images
    }

    private func write(_ images: Images, _ folder: String, _ name: String) throws {
        let shape = [images.maps.count, Self.height, Self.width]
        try npy(images.maps.flatMap { $0 }, shape)
            .write(to: URL(fileURLWithPath: "\(folder)/\(name)-maps.npy"))
        try npy(images.masks.flatMap { $0.map { $0 ? 1 : 0 } }, shape)
            .write(to: URL(fileURLWithPath: "\(folder)/\(name)-masks.npy"))
    }

    private func rows(_ images: Images) -> [(HeatMap, [Bool])] {
        zip(images.maps, images.masks).filter { $1.contains(true) }.map {
            (HeatMap(height: Self.height, width: Self.width, values: $0), $1)
        }
    }

    private func result(_ path: String) throws -> LocalisationResult {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(
            LocalisationResult.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    func testAThresholdIsTunedOnOneSetAndReportedOnAnother() throws {
        let program = try Program()
        defer { program.remove() }
        let (tune, report) = (images(6, seed: 1), images(12, seed: 2))
        try write(tune, program.folder, "tune")
        try write(report, program.folder, "report")
        let run = try program.run([
            "localise", "--maps", "report-maps.npy", "--masks", "report-masks.npy", "--tune-maps",
            "tune-maps.npy", "--tune-masks", "tune-masks.npy", "--seed", "7", "--output", "l.json",
        ])
        XCTAssertEqual(run.code, 0, run.errors)
        XCTAssertTrue(run.errors.contains("1 maps of report-maps.npy have no mask"), run.errors)
        let found = try result(program.folder + "/l.json")
        XCTAssertEqual(found.tunedOn?.name, "tune-maps.npy")
        XCTAssertEqual(found.tunedOn?.maps, 6)
        XCTAssertEqual(found.tunedOn?.withoutMask, 1)
        XCTAssertEqual(found.reportedOn.name, "report-maps.npy")
        XCTAssertEqual(found.reportedOn.maps, 12)
        XCTAssertEqual(found.classes.count, 1)
        let row = try XCTUnwrap(found.classes.first)

        var tuning = ThresholdTuning()
        for (map, mask) in rows(tune) { tuning.add(map, mask) }
        XCTAssertEqual(row.threshold, tuning.best)
        XCTAssertEqual(row.tunedOnImages, 5)
        XCTAssertEqual(
            row.tuning.map(\.miou), tuning.rows.map(\.meanIntersectionOverUnion.value))
        let rule = Binarisation.shareOfRange(try XCTUnwrap(tuning.best))
        var overlaps: [Double] = []
        var hits: [Double] = []
        var pixels = PixelAveragePrecision()
        for (map, mask) in rows(report) {
            guard case .pixels(let region) = rule.region(of: map) else {
                XCTFail("no region")
                continue
            }
            overlaps.append(RegionOverlap(region, mask).intersectionOverUnion.value!)
            hits.append(PointingGame.hit(map, mask, tolerance: 0).value!)
            pixels.add(map, mask)
        }
        XCTAssertEqual(row.miou.images, 11)
        let mean = overlaps.reduce(0, +) / 11
        XCTAssertEqual(row.miou.mean ?? .nan, mean, accuracy: 1e-12)
        XCTAssertTrue(run.output.contains(String(format: "%.3f", mean)), run.output)
        let interval = percentileInterval(overlaps, seed: 7)
        XCTAssertEqual(row.miou.lower, interval?.lower)
        XCTAssertEqual(row.miou.upper, interval?.upper)
        XCTAssertEqual(row.hitRate.mean ?? .nan, hits.reduce(0, +) / 11, accuracy: 1e-12)
        XCTAssertEqual(row.pxap.value, pixels.value.value)
        XCTAssertEqual(row.pxap.images, 11)
    }

    private struct Published: Decodable {
        struct Image: Decodable {
            let map: [Float]
            let mask: String
        }
        struct Interval: Decodable {
            let mean: Double
            let lower: Double
            let upper: Double
        }
        struct Threshold: Decodable { let best: Double }
        struct Precision: Decodable { let published: Double }
        let height: Int
        let width: Int
        let tune: [Image]
        let report: [Image]
        let thresholds: Threshold
        let intervals: [String: Interval]
        let pxap: [String: Precision]
    }

    /// The published code's numbers (Tools/oracle/localisation_sets.py) by the program.
    func testTheProgramGivesThePublishedNumbers() throws {
        let program = try Program()
        defer { program.remove() }
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../PlumblineMetricsTests/Fixtures/localisation_sets.json")
        let published = try JSONDecoder().decode(Published.self, from: Data(contentsOf: file))
        for (name, images) in [("tune", published.tune), ("report", published.report)] {
            let shape = [images.count, published.height, published.width]
            try npy(images.flatMap(\.map), shape)
                .write(to: URL(fileURLWithPath: "\(program.folder)/\(name)-maps.npy"))
            try npy(images.flatMap { $0.mask.map { $0 == "1" ? 1 : 0 } }, shape)
                .write(to: URL(fileURLWithPath: "\(program.folder)/\(name)-masks.npy"))
        }
        let run = try program.run([
            "localise", "--maps", "report-maps.npy", "--masks", "report-masks.npy", "--tune-maps",
            "tune-maps.npy", "--tune-masks", "tune-masks.npy", "--signed", "--seed", "5",
            "--output", "l.json",
        ])
        XCTAssertEqual(run.code, 0, run.errors)
        let row = try XCTUnwrap(try result(program.folder + "/l.json").classes.first)
        XCTAssertEqual(row.threshold, published.thresholds.best)
        for (mean, name) in [(row.miou, "miou"), (row.hitRate, "hit_rate")] {
            let expected = try XCTUnwrap(published.intervals[name])
            XCTAssertEqual(mean.mean ?? .nan, expected.mean, accuracy: 1e-9, name)
            // They are rounded to three places.
            XCTAssertEqual(mean.lower ?? .nan, expected.lower, accuracy: 0.000501, name)
            XCTAssertEqual(mean.upper ?? .nan, expected.upper, accuracy: 0.000501, name)
        }
        XCTAssertEqual(
            row.pxap.value ?? .nan, published.pxap["report"]?.published ?? 0, accuracy: 1e-12)
    }

    /// Classes have thresholds of their own, and images in both sets are told.
    func testADataSetHasClassesAndGroups() throws {
        let program = try Program()
        defer { program.remove() }
        var lines = "image,label,box,group\n"
        for index in 0..<8 {
            try RasterImage(height: Self.height, width: Self.width, channels: 1).write(
                "\(program.folder)/\(index).png")
            lines += "\(index).png,\(index % 2 == 0 ? "cat" : "dog"),2 1 4 4,p\(index / 4)\n"
        }
        try program.write(lines, to: "m.csv")
        try program.write(
            """
            data:
              classes: [cat, dog]
              target: label
              evaluate: {format: manifest, labels: m.csv}
            """, to: "data.yaml")
        try FileManager.default.createDirectory(
            atPath: program.folder + "/maps", withIntermediateDirectories: true)
        for (index, map) in images(8, seed: 3).maps.enumerated() {
            try npy(map, [Self.height, Self.width])
                .write(to: URL(fileURLWithPath: "\(program.folder)/maps/\(index).npy"))
        }
        let run = try program.run([
            "localise", "--maps", "maps", "--data", "data.yaml", "--tune-maps", "maps",
            "--tune-data", "data.yaml", "--resample", "groups", "--output", "l.json",
        ])
        XCTAssertEqual(run.code, 0, run.errors)
        XCTAssertTrue(run.errors.contains("8 images are in both sets"), run.errors)
        let found = try result(program.folder + "/l.json")
        XCTAssertEqual(found.imagesInBothSets, 8)
        XCTAssertEqual(found.classes.map(\.name), ["cat", "dog"])
        XCTAssertEqual(found.classes.map(\.miou.images), [4, 4])
        XCTAssertEqual(found.classes.map(\.tunedOnImages), [4, 4])
        XCTAssertEqual(
            found.classes[0].miou.method, "percentile bootstrap of 1000 resamples over groups")
    }

    func testWhatIsRefused() throws {
        let program = try Program()
        defer { program.remove() }
        try write(images(3, seed: 1), program.folder, "a")
        func refusal(_ arguments: [String]) throws -> String {
            let run = try program.run(["localise", "--output", "l.json"] + arguments)
            XCTAssertEqual(run.code, 2, "\(arguments): \(run.errors)")
            XCTAssertFalse(FileManager.default.fileExists(atPath: program.folder + "/l.json"))
            return run.errors
        }
        let maps = ["--maps", "a-maps.npy"]
        let masks = ["--masks", "a-masks.npy"]
        XCTAssertTrue(try refusal(maps).contains("--masks or --data"))
        XCTAssertTrue(try refusal(maps + masks).contains("--tune-maps"))
        XCTAssertTrue(
            try refusal(maps + masks + ["--threshold", "1"]).contains("from 0 to below 1"))
        XCTAssertTrue(
            try refusal(maps + masks + ["--threshold", "0.5", "--tune-maps", "a-maps.npy"])
                .contains("not both"))
        XCTAssertTrue(
            try refusal(maps + masks + ["--threshold", "0.5", "--resample", "groups"])
                .contains("without a group"))
        let given = try program.run(
            ["localise", "--output", "l.json", "--threshold", "0.5"] + maps + masks)
        XCTAssertEqual(given.code, 0, given.errors)
        let found = try result(program.folder + "/l.json")
        XCTAssertNil(found.tunedOn)
        XCTAssertEqual(found.classes.first?.threshold, 0.5)
    }
}
