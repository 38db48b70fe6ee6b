import Foundation
import PlumblineData
import PlumblineMetrics
import PlumblineReports
import PlumblineStorage
import XCTest

/// The folder that `plumbline view` writes, from results whose texts are hostile.
final class ViewerTests: XCTestCase {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("viewer-\(UUID().uuidString)").path

    private let names = [
        #"<img src=x onerror="attack()">"#, "</script><script>attack()</script>",
        "quotes ' \" ` \\", "../../etc/passwd", "right-to-left \u{202e}gnp.exe", "line\u{2028}end",
    ]

    override func tearDown() {
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func results(_ runs: [String] = ["a", "b"]) -> Results {
        var results = Results()
        for run in runs {
            var factors = RunFactors()
            factors.className = "Effusion"
            factors.scenario = run
            var entry = Results.Entry(run: RunResult(run: run, factors: factors), images: [])
            for (number, name) in names.enumerated() {
                var image = ImageResult(
                    run: run, image: name, label: number % 2 == 0 ? .positive : .negative)
                image.probability = number < 3 ? 0.9 : 0.1
                image.group = names[0]
                entry.images.append(image)
                entry.scores.append(
                    ScoreResult(
                        run: run, image: name, metric: "mass_accuracy",
                        value: number == 1 ? nil : Double(number) / 4,
                        reason: number == 1 ? names[1] : ""))
                entry.scores.append(
                    ScoreResult(
                        run: run, image: name, metric: "part_score", part: names[number],
                        value: 0.5))
                for part in SharedInterestCase.allCases.map(\.rawValue) {
                    entry.scores.append(
                        ScoreResult(
                            run: run, image: name, metric: "shared_interest_case", part: part,
                            value: part == (number == 0 ? "confuser" : "distractor") ? 1 : 0))
                }
            }
            entry.metrics = ["mass_accuracy", "part_score", "shared_interest_case"].map {
                ($0, MetricFacts(title: names[0], direction: "higher is better", definition: ""))
            }
            entry.metricCurves = [
                CurveResult(
                    run: run, image: names[0], metric: "deletion", shares: [0, 1],
                    values: [1, .nan])
            ]
            results.replace(entry)
        }
        return results
    }

    private func write(
        _ results: Results, map: (String, String) -> HeatMap? = { _, _ in nil }
    ) throws -> Viewer.Outcome {
        let viewer = try Viewer([.init(path: "results.h5", results: results)], title: names[0])
        let image = RasterImage(height: 6, width: 8, channels: 1, filledWith: 0.5)
        var mask = Mask(height: 6, width: 8)
        mask.pixels[9] = true
        let picture = Viewer.Picture(
            image: image,
            outlines: [
                .init(.mask, name: names[1], of: "Edema", mask: mask),
                .init(.mask, name: names[1], of: "Effusion", mask: mask),
            ], ownClass: "Edema")
        return try withoutActuallyEscaping(map) { map in
            let pictures = Viewer.Pictures(picture: { _ in picture }) { map($1, $2) }
            return try viewer.write(to: folder, pictures) { _, _ in }
        }
    }

    /// What a file of `data` hands to the page.
    private func content(_ name: String) throws -> [String: Any] {
        let text = try String(contentsOfFile: "\(folder)/data/\(name).js", encoding: .utf8)
        let start = "PL.receive(\"\(name)\", "
        XCTAssertTrue(text.hasPrefix(start) && text.hasSuffix(");\n"), name)
        let json = text.dropFirst(start.count).dropLast(3)
        return try XCTUnwrap(
            JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any], name)
    }

    private func column<Value>(_ name: String, _ key: String, as: Value.Type) throws -> [Value] {
        let data = try XCTUnwrap(Data(base64Encoded: content(name)[key] as? String ?? "-"))
        return data.withUnsafeBytes { Array($0.bindMemory(to: Value.self)) }
    }

    func testHostileTextsAreDataAndNamesOfFilesAreHashes() throws {
        let outcome = try write(results())
        XCTAssertEqual(outcome.pictures, names.count)
        let index = try content("index")
        let images = try XCTUnwrap(index["images"] as? [String: Any])
        XCTAssertEqual(images["names"] as? [String], names)
        let files = try XCTUnwrap(FileManager.default.enumerator(atPath: folder)?.allObjects)
        for file in files.compactMap({ $0 as? String }) {
            XCTAssertNotNil(
                file.wholeMatch(of: #/[a-z]+(/[a-z0-9-]+\.(js|css|png))?|index\.html/#), file)
        }
        let hashes = try XCTUnwrap(images["hashes"] as? [String])
        XCTAssertEqual(Set(hashes).count, names.count)
        for hash in hashes {
            for part in ["images", "thumbs"] {
                let picture = try RasterImage.read("\(folder)/\(part)/\(hash).png")
                XCTAssertEqual([picture.height, picture.width], [6, 8])
            }
        }
        let beside = try FileManager.default.contentsOfDirectory(
            atPath: (folder as NSString).deletingLastPathComponent)
        XCTAssertFalse(beside.contains { $0.hasSuffix(".partial") && folder.contains($0) })
    }

    func testColumnsHoldValuesReasonsAndCases() throws {
        _ = try write(results())
        let index = try content("index")
        let metrics = try XCTUnwrap(index["metrics"] as? [[String: Any]])
        XCTAssertEqual(metrics.first?["key"] as? String, "mass_accuracy")
        XCTAssertFalse(metrics.contains { $0["name"] as? String == "shared_interest_case" })
        XCTAssertEqual(
            metrics.count, 1 + names.count + 2, "a part each, the logit, the probability")
        let values = try column("metric-0", "values", as: Float.self)
        XCTAssertEqual(values.count, 2 * names.count)
        for (number, value) in values.enumerated() {
            let image = number % names.count
            if image == 1 {
                XCTAssertTrue(value.isNaN)
            } else {
                XCTAssertEqual(value, Float(image) / 4)
            }
        }
        let reasons = try column("metric-0", "reasons", as: UInt16.self)
        XCTAssertEqual(reasons, [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
        XCTAssertEqual(index["reasons"] as? [String], [names[1]])
        let categories = try XCTUnwrap(index["categories"] as? [[String: Any]])
        func category(_ name: String) throws -> [String] {
            let own = try XCTUnwrap(categories.first { $0["name"] as? String == name })
            let texts = try XCTUnwrap(own["values"] as? [String])
            return try column(own["file"] as? String ?? "", "values", as: UInt16.self).map {
                $0 == 0 ? "" : texts[Int($0) - 1]
            }
        }
        XCTAssertEqual(
            try category("shared_interest_case").prefix(3),
            ["confuser", "distractor", "distractor"])
        XCTAssertEqual(
            try category("correct").prefix(6),
            ["right", "wrong", "right", "right", "wrong", "right"])
        XCTAssertEqual(try category("label").prefix(2), ["Effusion", "no Effusion"])
        XCTAssertEqual(try category("prediction").prefix(2), ["Effusion", "Effusion"])
    }

    func testMapsAreGreyAndSigned() throws {
        let outcome = try write(results()) { run, image in
            if image == self.names[2] {
                return HeatMap(height: 1, width: 2, values: [.infinity, 0])
            }
            return image == self.names[3]
                ? nil : HeatMap(height: 1, width: 3, values: [run == "b" ? -1 : 0, 0, 4])
        }
        XCTAssertEqual(outcome.maps, 2 * (names.count - 2))
        XCTAssertEqual(outcome.wrongMaps, 2)
        let index = try content("index")
        let runs = try XCTUnwrap(index["runs"] as? [[String: Any]])
        let signs = runs.map { ($0["maps"] as? [String: Any])?["signed"] as? Bool }
        XCTAssertEqual(signs, [false, true])
        let images = try XCTUnwrap(index["images"] as? [String: Any])
        let hash = try XCTUnwrap((images["hashes"] as? [String])?.first)
        func levels(_ run: Int) throws -> [Int] {
            try RasterImage.read("\(folder)/maps/\(hash)-\(run).png").converted(channels: 1).values
                .map { Int(($0 * 255).rounded()) }
        }
        XCTAssertEqual(try levels(0), [0, 0, 255])
        XCTAssertEqual(try levels(1), [96, 128, 255])
        let scales = try column("maps-1", "scales", as: Float.self)
        XCTAssertEqual(scales[0], 4)
        XCTAssertTrue(scales[2].isNaN && scales[3].isNaN)
    }

    func testOutlinesFollowTheEdgesOfPixels() throws {
        _ = try write(results())
        let outlines = try content("outlines-0")
        let first = try XCTUnwrap((outlines["0"] as? [[String: Any]])?.first)
        XCTAssertEqual(first["path"] as? String, "M1 1H2V2H1Z")
        XCTAssertEqual(first["name"] as? String, names[1])
        XCTAssertEqual([first["width"] as? Int, first["height"] as? Int], [8, 6])
        // A run shows the outlines of its class, or of the image's own.
        let all = try XCTUnwrap(outlines["0"] as? [[String: Any]])
        XCTAssertEqual(all.map { $0["class"] as? String }, ["Edema", "Effusion"])
        XCTAssertEqual(all.map { $0["own"] as? Bool }, [true, false])
    }

    func testAnExistingFolderIsLeftAlone() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        XCTAssertThrowsError(try write(results())) { error in
            XCTAssertTrue("\(error)".contains("exists already"), "\(error)")
        }
        XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder), [])
    }

    func testAFailureLeavesNothingBehind() throws {
        struct Stop: Error {}
        let viewer = try Viewer([.init(path: "results.h5", results: results())], title: "")
        let pictures = Viewer.Pictures(picture: { _ in throw Stop() }) { _, _, _ in nil }
        XCTAssertThrowsError(try viewer.write(to: folder, pictures) { _, _ in })
        let parent = (folder as NSString).deletingLastPathComponent
        let own = (folder as NSString).lastPathComponent
        let left = try FileManager.default.contentsOfDirectory(atPath: parent).filter {
            $0.hasPrefix(own)
        }
        XCTAssertEqual(left, [])
    }

    func testTwoFilesOfTheSameImagesAreOnePage() throws {
        let viewer = try Viewer(
            [
                .init(path: "one.h5", results: results(["a"])),
                .init(path: "two.h5", results: results(["a"])),
            ], title: "")
        XCTAssertEqual(viewer.images, names)
        XCTAssertEqual(viewer.runCount, 2)
        XCTAssertThrowsError(try Viewer([.init(path: "none.h5", results: Results())], title: ""))
    }
}
