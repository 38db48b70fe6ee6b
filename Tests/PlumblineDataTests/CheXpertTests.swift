import PlumblineData
import Foundation
import PlumblineTensors
import XCTest

final class CheXpertTests: XCTestCase {
    private var folder = ""

    override func setUpWithError() throws {
        folder = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString)"
        try createFolder(folder)
    }
    override func tearDown() { try? FileManager.default.removeItem(atPath: folder) }

    private func write(_ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/labels.csv"))
        return "\(folder)/labels.csv"
    }

    func testLabelsAndViews() throws {
        let path = try write(
            "Path,Sex,Frontal/Lateral,Cardiomegaly,Edema\r\n"
                + "C/train/patient1/study1/view1_frontal.jpg,\"Male, old\",Frontal,1.0,\r\n"
                + "C/train/patient1/study1/view2_lateral.jpg,Male,Lateral,0.0,-1.0\r\n"
                + "C/train/patient2/study3/view1_frontal.jpg,Female,Frontal,-1.0,0.0"
        )
        let images = try CheXpert.images(path, classes: ["Edema", "Cardiomegaly"])
        XCTAssertEqual(images.map(\.labels), [[nil, 1], [0, -1]])
        XCTAssertEqual(images[1].key, "patient2_study3_view1_frontal")
        XCTAssertEqual(images[1].group, "patient2")
        XCTAssertEqual(try CheXpert.images(path, classes: ["Edema"], frontalOnly: false).count, 3)
    }

    func testWhatIsWrongIsNamed() throws {
        func message(_ text: String, _ classes: [String] = ["Edema"]) throws -> String {
            let path = try write(text)
            do { _ = try CheXpert.images(path, classes: classes) } catch { return "\(error)" }
            return "nothing"
        }
        XCTAssertTrue(
            try message("Path,Edema\n", ["Fracture"]).contains(
                "no column Fracture; there are Path, Edema"))
        XCTAssertTrue(
            try message("Path,Edema\na,1,2\n").contains("row 2 has 3 fields, the header has 2"))
        XCTAssertTrue(
            try message("Path,Edema\na,maybe\n").contains(
                "row 2, Edema: maybe is not 1, 0, -1, true, false or blank"))
        XCTAssertTrue(try message("").contains("empty"))
        XCTAssertThrowsError(try CheXpert.images("/nonexistent.csv", classes: ["Edema"]))
    }

    func testUncertaintyPolicies() {
        XCTAssertTrue(UncertaintyPolicy.zeros.resolve(-1) == (0, 1))
        XCTAssertTrue(UncertaintyPolicy.ones.resolve(-1) == (1, 1))
        XCTAssertTrue(UncertaintyPolicy.ignore.resolve(-1) == (0, 0))
        XCTAssertTrue(UncertaintyPolicy.ignore.resolve(nil) == (0, 1))
        XCTAssertTrue(UncertaintyPolicy.ones.resolve(0) == (0, 1))
    }

    func testSplitDependsOnTheGroupAndTheSeed() {
        let split = GroupSplit(share: 0.3, seed: 1)
        let groups = (0..<100).map { "patient\($0)" }
        let second = groups.filter(split.isInSecondPart)
        XCTAssertEqual(Double(second.count) / 100, 0.3, accuracy: 0.12)
        let other = groups.filter(GroupSplit(share: 0.3, seed: 2).isInSecondPart)
        XCTAssertNotEqual(second, other)
        XCTAssertFalse(groups.contains(where: GroupSplit(share: 0, seed: 1).isInSecondPart))
        XCTAssertTrue(groups.allSatisfy(GroupSplit(share: 1, seed: 1).isInSecondPart))
        // The first four by the same formula in Python.
        XCTAssertEqual(Array(second.prefix(4)), ["patient0", "patient1", "patient4", "patient7"])
    }

    func testPhantomsGoThroughTheReaders() throws {
        var phantoms = PhantomDataset()
        phantoms.count = 12
        phantoms.size = 48
        phantoms.seed = 3
        try phantoms.write(to: folder, name: "train")
        let images = try CheXpert.images("\(folder)/train.csv", classes: CheXpert.observations)
        let masks = try Localizations("\(folder)/gt_segmentations_train.json")
        let parts = try Localizations("\(folder)/parts_train.json")
        XCTAssertEqual(images.count, 12)
        for image in images {
            let pixels = try RasterImage.read(try CheXpert.locate(image, root: folder))
            XCTAssertEqual([pixels.height, pixels.width, pixels.channels], [48, 48, 1])
            for finding in masks.findings(in: image.key) {
                XCTAssertEqual(
                    image.labels[CheXpert.observations.firstIndex(of: finding)!], 1,
                    "\(image.key) \(finding)")
            }
            var covered = 0
            for part in parts.findings(in: image.key) {
                covered += try parts.mask(part, in: image.key)!.area
            }
            XCTAssertEqual(covered, 48 * 48, "the parts cover the image once")
        }
        // The same seed draws the same images.
        let before = FileManager.default.contents(
            atPath: try CheXpert.locate(images[3], root: folder))
        try phantoms.write(to: folder, name: "train")
        XCTAssertEqual(
            FileManager.default.contents(atPath: try CheXpert.locate(images[3], root: folder)),
            before)
    }

    func testTheSampleIsRead() throws {
        let sample = try sampleFolder()
        let images = try CheXpert.images("\(sample)/valid.csv", classes: CheXpert.observations)
        XCTAssertEqual(images.count, 2)
        let masks = try Localizations("\(sample)/gt_annotations_val.json")
        let image = try RasterImage.read(try CheXpert.locate(images[0], root: sample))
        XCTAssertEqual([image.height, image.width], [2320, 2828])
        XCTAssertTrue(
            masks.findings(in: images[0].key).contains("Lung Opacity"),
            "Airspace Opacity is Lung Opacity")
    }

    func testLoaderGivesWhatTheDatasetGives() throws {
        var phantoms = PhantomDataset()
        phantoms.count = 6
        phantoms.size = 32
        try phantoms.write(to: folder, name: "train")
        let items = try CheXpert.images("\(folder)/train.csv", classes: ["Cardiomegaly"]).map {
            Example(
                id: $0.key, file: try CheXpert.locate($0, root: folder), labels: [0], weights: [1])
        }
        var preprocessing = Preprocessing()
        preprocessing.size = 16
        var augmentation = Augmentation()
        augmentation.rotation = 15
        augmentation.flips = true
        let dataset = try ImageDataset(
            ExampleList(classes: ["Cardiomegaly"], examples: items), preprocessing: preprocessing,
            augmentation: augmentation)
        func all(from first: Int) throws -> [[Float]] {
            let batches = [[0, 1], [2, 3], [4, 5]]
            let loader = BatchLoader(
                dataset, batches: Array(batches[first...]),
                numbers: Array(first..<batches.count),
                random: .init(seed: 9), ahead: 1)
            var found: [[Float]] = []
            while let batch = try loader.next() { found.append(batch.image.values) }
            return found
        }
        XCTAssertEqual(
            try all(from: 1), Array(try all(from: 0)[1...]),
            "a resumed epoch draws the same augmentation")
        let missing = Example(id: "x", file: "\(folder)/none.jpg", labels: [0])
        let broken = try ImageDataset(
            ExampleList(classes: ["Cardiomegaly"], examples: [missing]),
            preprocessing: preprocessing)
        XCTAssertThrowsError(try BatchLoader(broken, batches: [[0]]).next())
    }
}
