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
                + "C/train/patient2/study3/view1_frontal.jpg,Female,Frontal,-1.0,0.0")
        let films = try CheXpert.films(path, classes: ["Edema", "Cardiomegaly"])
        XCTAssertEqual(films.map(\.labels), [[nil, 1], [0, -1]])
        XCTAssertEqual(films[1].key, "patient2_study3_view1_frontal")
        XCTAssertEqual(films[1].group, "patient2")
        XCTAssertEqual(try CheXpert.films(path, classes: ["Edema"], frontalOnly: false).count, 3)
    }

    func testWhatIsWrongIsNamed() throws {
        func message(_ text: String, _ classes: [String] = ["Edema"]) throws -> String {
            let path = try write(text)
            do { _ = try CheXpert.films(path, classes: classes) } catch { return "\(error)" }
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
        XCTAssertThrowsError(try CheXpert.films("/nonexistent.csv", classes: ["Edema"]))
    }

    func testUncertaintyPolicies() {
        XCTAssertTrue(UncertaintyPolicy.zeros.resolve(-1) == (0, 1))
        XCTAssertTrue(UncertaintyPolicy.ones.resolve(-1) == (1, 1))
        XCTAssertTrue(UncertaintyPolicy.ignore.resolve(-1) == (0, 0))
        XCTAssertTrue(UncertaintyPolicy.ignore.resolve(nil) == (0, 1))
        XCTAssertTrue(UncertaintyPolicy.ones.resolve(0) == (0, 1))
    }

    func testSplitKeepsPatientsTogether() throws {
        let films = (0..<300).map {
            CheXpert.Film(path: "C/train/patient\($0 / 3)/study\($0)/view1_frontal.jpg", labels: [])
        }
        let (first, second) = try XCTUnwrap(CheXpert.split(films, share: 0.3, seed: 1))
        XCTAssertEqual(first.count + second.count, 300)
        XCTAssertTrue(Set(first.map(\.group)).isDisjoint(with: second.map(\.group)))
        XCTAssertEqual(Double(second.count) / 300, 0.3, accuracy: 0.12)
        let unknown = films + [CheXpert.Film(path: "p10/s5/image.jpg", labels: [])]
        XCTAssertNil(CheXpert.split(unknown, share: 0.3, seed: 1))
    }

    func testPhantomsGoThroughTheReaders() throws {
        var phantoms = PhantomDataset()
        phantoms.count = 12
        phantoms.size = 48
        phantoms.seed = 3
        try phantoms.write(to: folder, name: "train")
        let films = try CheXpert.films("\(folder)/train.csv", classes: CheXpert.observations)
        let masks = try Localizations("\(folder)/gt_segmentations_train.json")
        let parts = try Localizations("\(folder)/parts_train.json")
        XCTAssertEqual(films.count, 12)
        for film in films {
            let image = try RasterImage.read(try CheXpert.locate(film, root: folder))
            XCTAssertEqual([image.height, image.width, image.channels], [48, 48, 1])
            for finding in masks.findings(in: film.key) {
                XCTAssertEqual(
                    film.labels[CheXpert.observations.firstIndex(of: finding)!], 1,
                    "\(film.key) \(finding)")
            }
            var covered = 0
            for part in parts.findings(in: film.key) {
                covered += try parts.mask(part, in: film.key)!.area
            }
            XCTAssertEqual(covered, 48 * 48, "the parts cover the film once")
        }
        // The same seed draws the same films.
        let before = FileManager.default.contents(
            atPath: try CheXpert.locate(films[3], root: folder))
        try phantoms.write(to: folder, name: "train")
        XCTAssertEqual(
            FileManager.default.contents(atPath: try CheXpert.locate(films[3], root: folder)),
            before)
    }

    func testTheSampleIsRead() throws {
        let sample = try sampleFolder()
        let films = try CheXpert.films("\(sample)/valid.csv", classes: CheXpert.observations)
        XCTAssertEqual(films.count, 2)
        let masks = try Localizations("\(sample)/gt_annotations_val.json")
        let image = try RasterImage.read(try CheXpert.locate(films[0], root: sample))
        XCTAssertEqual([image.height, image.width], [2320, 2828])
        XCTAssertTrue(
            masks.findings(in: films[0].key).contains("Lung Opacity"),
            "Airspace Opacity is Lung Opacity")
    }

    func testLoaderGivesWhatTheDatasetGives() throws {
        var phantoms = PhantomDataset()
        phantoms.count = 6
        phantoms.size = 32
        try phantoms.write(to: folder, name: "train")
        let items = try CheXpert.films("\(folder)/train.csv", classes: ["Cardiomegaly"]).map {
            Example(
                id: $0.key, file: try CheXpert.locate($0, root: folder), labels: [0], weights: [1])
        }
        var preprocessing = Preprocessing()
        preprocessing.size = 16
        preprocessing.rotation = 15
        preprocessing.flips = true
        let dataset = try ImageDataset(
            ExampleList(classes: ["Cardiomegaly"], examples: items), preprocessing: preprocessing)
        func all(from first: Int) throws -> [[Float]] {
            let batches = [[0, 1], [2, 3], [4, 5]]
            let loader = BatchLoader(
                dataset, batches: Array(batches[first...]), firstNumber: first,
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
