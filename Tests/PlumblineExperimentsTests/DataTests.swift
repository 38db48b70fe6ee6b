import PlumblineData
import PlumblineExperiments
import Foundation
import XCTest

/// What an experiment's images and masks are checked for before its first step.
final class DataTests: XCTestCase {
    private nonisolated(unsafe) var small: SmallRun!

    override func setUpWithError() throws { small = try SmallRun() }
    override func tearDown() { small.remove() }

    private func lines(_ name: String) throws -> [String] {
        try String(contentsOfFile: "\(small.folder)/\(name)", encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    private func write(_ lines: [String], to name: String) throws {
        try (lines.joined(separator: "\n") + "\n").write(
            toFile: "\(small.folder)/\(name)", atomically: true, encoding: .utf8)
    }

    private func message(_ settings: String...) -> String {
        small.message { try small.run("o", settings) }
    }

    private func data(_ settings: [String] = [], needsStart: Bool = true) throws -> ExperimentData {
        try ExperimentData(small.configuration("o", settings), needsStart: needsStart)
    }

    // MARK: Groups and overlap

    func testImagesKnowTheirGroup() throws {
        XCTAssertEqual(try data().align.items[4].group, "phantom 1-5")
        XCTAssertEqual(
            try data(["data.group=Path"]).align.items[4].group,
            "train/patient00005/study1/view1_frontal.jpg")
        XCTAssertTrue(message("data.group=subject_id").contains("no column subject_id"))
    }

    func testGroupsThatAreNotKnownAreNotSplit() throws {
        let rows = try lines("train.csv").enumerated().map { index, line -> String in
            var fields = line.split(separator: ",", omittingEmptySubsequences: false)
            fields[1] = index == 0 ? "subject" : index == 9 ? "" : fields[1]
            return fields.joined(separator: ",").replacingOccurrences(of: "patient", with: "p")
        }
        try write(rows, to: "train.csv")
        for index in 1...24 {
            let name = String(format: "/train/%@%05d", "patient", index)
            try FileManager.default.moveItem(
                atPath: small.folder + name,
                toPath: (small.folder + name).replacingOccurrences(of: "patient", with: "p"))
        }
        let masks = try lines("gt_segmentations_train.json").map {
            $0.replacingOccurrences(of: "patient", with: "p")
        }
        try write(masks, to: "gt_segmentations_train.json")
        let split = message("data.evaluate.labels=''")
        XCTAssertTrue(
            split.contains("data.group: data.held_out splits by patient, and row 2 of"), split)
        let named = message("data.evaluate.labels=''", "data.group=subject")
        XCTAssertTrue(named.contains("row 10 of"), named)
        XCTAssertTrue(named.contains("names none in subject"), named)
        XCTAssertNoThrow(try data(), "without a split no group is needed")
    }

    func testAPartOfEvaluationInTrainingIsRefused() throws {
        let train = try lines("train.csv")
        let valid = try lines("valid.csv")
        // Two images of training, and one of a training image's patient.
        let patient = train[5].split(separator: ",")[1]
        let relative = valid[6].replacingOccurrences(of: "phantom 2-6", with: patient)
        try write(
            valid[..<1] + valid[3..<6] + [relative] + valid[7...] + train[1...2], to: "mixed.csv")
        let path = "data.evaluate.labels=\(small.folder)/mixed.csv"
        let refused = message(path)
        XCTAssertTrue(
            refused.contains("data.evaluate.labels: of 24 images, 2 are trained on too"), refused)
        XCTAssertTrue(refused.contains("1 more are of the same patients"), refused)
        XCTAssertNoThrow(try data([path, "data.allow_overlap=true"]))
        // The start's training set counts where it is trained on.
        let all = "data.start.labels=\(small.folder)/mixed.csv"
        XCTAssertTrue(message(all).contains("of 24 images, 22 are trained on too (data.start)"))
        XCTAssertNoThrow(try data([all], needsStart: false))
        // One file for both is said, and measures how well training images are fitted.
        XCTAssertNoThrow(try data(["data.evaluate.labels=\(small.folder)/train.csv"]))
    }

    func testWhatIsHeldOutIsNotInTheStart() throws {
        let all = try data(["data.evaluate.labels=''", "data.held_out=0.4"])
        let start = try data([
            "data.evaluate.labels=''", "data.held_out=0.4",
            "data.start.labels=\(small.folder)/train.csv",
        ])
        XCTAssertGreaterThan(all.evaluate.count, 0)
        XCTAssertEqual(start.start.count + start.evaluate.count, 24)
        XCTAssertTrue(
            Set(start.start.items.map(\.group)).isDisjoint(with: start.evaluate.items.map(\.group)))
    }

    // MARK: Images

    func testAnImageThatIsThereTwiceIsRefused() throws {
        let rows = try lines("train.csv")
        try write(rows + [rows[3]], to: "train.csv")
        let same = message()
        XCTAssertTrue(same.contains("train.csv: rows 4 and 26: an image that is there twice: "))
        let other = rows[3].replacingOccurrences(of: "0.0", with: "1.0")
        try write(
            rows + [other.replacingOccurrences(of: "train/", with: "./train//")], to: "train.csv")
        XCTAssertTrue(message().contains("twice, with other labels: "), message())
        let images = try NamedImage.images(
            configuration: small.configuration(
                "o", ["data.evaluate.labels=\(small.folder)/train.csv"]))
        XCTAssertEqual(images.count, 24)
    }

    func testImagesOfOneNameGetTheirOwn() throws {
        // The set again, one folder deeper: the last three parts of the paths are the same.
        try FileManager.default.createDirectory(
            atPath: "\(small.folder)/again", withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: "\(small.folder)/train", toPath: "\(small.folder)/again/train")
        let rows = try lines("train.csv")
        let again = rows[2].replacingOccurrences(of: "train/", with: "again/train/")
        try write(rows + [again], to: "train.csv")
        let shared = message()
        XCTAssertTrue(shared.contains("patient00002_study1_view1_frontal may be"), shared)
        let keys = try data([
            "data.align.masks=\(small.folder)/gt_segmentations_valid.json",
            "data.align.labels=\(small.folder)/valid.csv",
            "data.evaluate.labels=\(small.folder)/train.csv", "data.evaluate.masks=''",
        ]).evaluate.items.map(\.id)
        XCTAssertEqual(Set(keys).count, 25)
        XCTAssertEqual(keys[0], "patient00001_study1_view1_frontal")
        XCTAssertEqual(keys[1], "train_patient00002_study1_view1_frontal")
        XCTAssertEqual(keys[24], "again_train_patient00002_study1_view1_frontal")
    }

    // MARK: Masks

    func testMasksThatBelongToNoImage() throws {
        let masks = "\(small.folder)/gt_segmentations_train.json"
        let text = try String(contentsOfFile: masks, encoding: .utf8)
        try text.replacingOccurrences(of: "_frontal\"", with: "_frontal.jpg\"").write(
            toFile: "\(small.folder)/suffix.json", atomically: true, encoding: .utf8)
        for section in ["align", "evaluate"] {
            let none = message("data.\(section).masks=\(small.folder)/suffix.json")
            XCTAssertTrue(none.contains("no positive image of "), none)
            XCTAssertTrue(none.contains("has a mask of Cardiomegaly in "), none)
            XCTAssertTrue(none.contains("a mask patient00001_study1_view1_frontal.jpg"), none)
            let empty = message("data.\(section).masks=''")
            XCTAssertTrue(empty.contains("data.\(section).masks: no mask file is given"), empty)
        }
        try "{}".write(
            toFile: "\(small.folder)/none.json", atomically: true, encoding: .utf8)
        XCTAssertTrue(
            message("data.align.masks=\(small.folder)/none.json").contains("the file is empty"))
        XCTAssertFalse(FileManager.default.fileExists(atPath: "\(small.folder)/o/config.yaml"))
        // The starting model needs none.
        let start = try small.configuration("start", ["data.align.masks=''"])
        XCTAssertNoThrow(try Experiment(start).train())
    }

    private func replaceMasks(_ name: String, _ mask: Mask) throws {
        let path = "\(small.folder)/gt_segmentations_\(name).json"
        let images = try Localizations(path).images
        try Localizations.write(
            Dictionary(uniqueKeysWithValues: images.map { ($0, ["Cardiomegaly": mask]) }), to: path)
    }

    func testMasksOfAnotherShapeAreRefused() throws {
        for (height, width) in [(20, 40), (10, 10), (41, 40)] {
            var mask = Mask(height: height, width: width)
            mask.pixels[5] = true
            try replaceMasks("valid", mask)
            let refused = message()
            XCTAssertTrue(
                refused.contains("a mask of \(height) x \(width) for an image of 40 x 40"), refused)
        }
    }

    /// A pixel that the resizing to 32 passes over: places are 0, 1, 2, 3, 5, ...
    func testAMaskThatIsEmptiedCountsAsNone() throws {
        var mask = Mask(height: 40, width: 40)
        mask.pixels[4 * 40 + 4] = true
        try replaceMasks("train", mask)
        let emptied = message()
        XCTAssertTrue(emptied.contains("that has a pixel left at 32 x 32"), emptied)
        mask.pixels[5 * 40 + 5] = true
        try replaceMasks("train", mask)
        XCTAssertEqual(try data().align.sample(positive()).mask?.area, 1)
        // Evaluation judges at the mask's own size, and keeps it.
        mask.pixels[5 * 40 + 5] = false
        try replaceMasks("valid", mask)
        let results = try small.run("judged", ["align.scenarios=[align]"])
        XCTAssertTrue(results.scores.contains { $0.metric == "mass_accuracy" && $0.value != nil })
        // In training, what is emptied is none.
        try replaceMasks("train", mask)
        XCTAssertNil(try data().align.sample(positive()).mask)
        XCTAssertNotNil(try data().align.mask(positive()))
        XCTAssertNotNil(try data().evaluate.resizedMask(0))
    }

    private func positive() throws -> Int {
        try data().align.items.firstIndex { $0.labels[0] == 1 }!
    }

    // MARK: What is said

    func testWhatIsLeftOutIsSaid() throws {
        let program = try Program()
        defer { program.remove() }
        var rows = try lines("train.csv")
        let column = rows[0].split(separator: ",").firstIndex(of: "Cardiomegaly")!
        func change(_ row: Int, _ edit: (inout [Substring]) -> Void) {
            var fields = rows[row].split(separator: ",", omittingEmptySubsequences: false)
            edit(&fields)
            rows[row] = fields.joined(separator: ",")
        }
        for row in 1...2 { change(row) { $0[4] = "Lateral" } }
        for row in 3...5 { change(row) { $0[column] = "-1.0" } }
        try write(rows, to: "train.csv")
        var masks = try Localizations.masksByImage("\(small.folder)/gt_segmentations_train.json")
        masks["stranger"] = masks.values.first!
        let named = masks.filter { $0.value["Cardiomegaly"] != nil && $0.key != "stranger" }
        let last = named.keys.sorted().last!
        masks[last]!["Cardiomegaly"] = nil
        var single = Mask(height: 40, width: 40)
        single.pixels[4 * 40 + 4] = true
        let other = named.keys.sorted().dropLast().last!
        masks[other]!["Cardiomegaly"] = single
        try Localizations.write(masks, to: "\(small.folder)/gt_segmentations_train.json")
        let path = try program.write(small.configuration("o").yaml(), to: "c.yaml")
        let result = try program.run([
            "run", path, "--set", "data.uncertainty=u-ignore", "--set", "align.scenarios=[align]",
        ])
        XCTAssertEqual(result.code, 0, result.errors)
        for words in [
            "2 lateral images are left out (data.frontal_only); 22 are used",
            "uncertain labels are ignored: Cardiomegaly 3 of 22",
            "25 images are none of", "such as stranger", "have no mask (align.positives_without",
            "data.align: 1 of", "have no pixel left at 32 x 32 and count as none",
        ] {
            XCTAssertTrue(result.errors.contains(words), "\(words): \(result.errors)")
        }
        let same = try program.run([
            "run", path, "--set", "data.evaluate.labels=\(small.folder)/train.csv", "--set",
            "data.evaluate.masks=\(small.folder)/gt_segmentations_train.json", "--set",
            "output=same", "--set", "align.scenarios=[align]",
        ])
        XCTAssertEqual(same.code, 0, same.errors)
        XCTAssertTrue(
            same.errors.contains("data.evaluate: all 22 images are trained on too (data.align)"),
            same.errors)
    }
}

extension Localizations {
    /// Every mask of a file.
    fileprivate static func masksByImage(_ path: String) throws -> [String: [String: Mask]] {
        let file = try Localizations(path)
        return try file.images.reduce(into: [:]) { result, image in
            result[image] = try file.findings(in: image).reduce(into: [:]) { masks, finding in
                masks[finding] = try file.mask(finding, in: image)
            }
        }
    }
}
