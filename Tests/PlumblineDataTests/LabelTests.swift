import PlumblineData
import Foundation
import XCTest

/// Label files and images as people keep them.
final class LabelTests: XCTestCase {
    private nonisolated(unsafe) var folder: TemporaryFolder!

    override func setUpWithError() throws { folder = try TemporaryFolder() }
    override func tearDown() { folder.remove() }

    private func labels(_ text: String, group: String = "") throws -> [CheXpert.Image] {
        let path = try folder.write(text, to: "labels.csv")
        return try CheXpert.labels(path, classes: ["Edema"], group: group).images
    }

    func testWhatPandasWrites() throws {
        let missing = [
            "", " ", "nan", "NaN", "NA", "N/A", "n/a", "null", "NULL", "None", "<NA>", "#N/A",
            "-nan",
        ]
        let values: [(String, Float)] = [
            ("1", 1), ("1.0", 1), ("0.0", 0), ("-1.0", -1), ("True", 1), ("TRUE", 1), ("true", 1),
            ("False", 0), ("FALSE", 0), (" 1 ", 1),
        ]
        let rows = (missing + values.map(\.0)).map { "patient1/a.png,\($0)" }
        let images = try labels("\u{FEFF}Path, Edema\n" + rows.joined(separator: "\n"))
        XCTAssertEqual(images.prefix(missing.count).map(\.labels), missing.map { _ in [nil] })
        XCTAssertEqual(images.dropFirst(missing.count).map(\.labels), values.map { [$0.1] })
        for wrong in ["2", "0.5", "yes", "inf", "1,0"] {
            let text = "Path,Edema\na.png,\"\(wrong)\"\n"
            XCTAssertTrue(folder.message { _ = try labels(text) }.contains("row 2, Edema"), wrong)
        }
    }

    func testLineEndsAndQuotes() throws {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["Path,Edema", "\"a, b.png\",1", "5\" c.png,0", ""].joined(separator: end)
            let images = try labels(text)
            XCTAssertEqual(images.map(\.path), ["a, b.png", "5\" c.png"])
            XCTAssertEqual(images.map(\.row), [2, 3])
        }
        func message(_ text: String) -> String { folder.message { _ = try labels(text) } }
        XCTAssertTrue(message("Path,Edema\na,1\n\"b,1\n").contains("row 3: a quote"))
        XCTAssertTrue(message("Path;Edema\na;1\n").contains("separated by commas"))
        XCTAssertTrue(message("Path,Edema,Edema\na,1,0\n").contains("Edema is there twice"))
        try folder.write(Data([0xFF, 0xFE, 0x50, 0]), to: "utf16.csv")
        XCTAssertTrue(
            folder.message {
                _ = try CheXpert.images("\(folder.path)/utf16.csv", classes: [])
            }.contains("UTF-16"))
    }

    func testGroups() throws {
        let paths: [(String, String?)] = [
            ("CheXpert-v1.0/train/patient00012/study1/view1.jpg", "patient00012"),
            ("flat/patient00012_study1_view1.jpg", "patient00012"),
            ("Patient-7/a.png", "Patient-7"),
            ("patients/p10/s5/a.png", nil), ("files/p10/a.png", nil), ("patient/a.png", nil),
        ]
        for (path, group) in paths { XCTAssertEqual(CheXpert.patient(in: path), group, path) }
        let table = "Path,subject_id,Edema\npatient1/a.png,10000032.0,1\nb.png,s 5,0\nc.png,NaN,0\n"
        XCTAssertEqual(try labels(table).map(\.group), ["patient1", nil, nil])
        XCTAssertEqual(
            try labels(table, group: "subject_id").map(\.group), ["10000032", "s 5", nil])
        XCTAssertTrue(
            folder.message { _ = try labels(table, group: "PatientID") }.contains(
                "no column PatientID; there are Path, subject_id, Edema"))
        XCTAssertEqual(
            try labels("Path,Patient,Edema\npatient1/a.png,x,1\n").map(\.group), ["x"])
    }

    func testSynonymsOfClasses() throws {
        for (column, asked) in [
            ("Airspace Opacity", "Lung Opacity"), ("Lung Opacity", "Airspace Opacity"),
        ] {
            let path = try folder.write("Path,\(column)\na.png,1\n", to: "labels.csv")
            XCTAssertEqual(try CheXpert.images(path, classes: [asked])[0].labels, [1])
        }
    }

    func testLateralsAreCounted() throws {
        let path = try folder.write(
            "Path,Frontal/Lateral,Edema\na.png,Frontal,1\nb.png, lateral ,1\nc_lateral.png,,0\n"
                + "d.png,,0\n", to: "labels.csv")
        let labels = try CheXpert.labels(path, classes: ["Edema"])
        XCTAssertEqual(labels.images.map(\.path), ["a.png", "d.png"])
        XCTAssertEqual(labels.laterals.map(\.path), ["b.png", "c_lateral.png"])
    }

    // MARK: Places

    private func locate(_ path: String, row: Int = 7) throws -> String {
        let image = CheXpert.Image(path: path, labels: [], row: row)
        return try CheXpert.locate(image, root: "\(folder.path)/images", labels: "l.csv")
    }

    func testWhereImagesAreLookedFor() throws {
        let name = "patient1/study1/view1.jpg"
        let found = try folder.write("x", to: "images/val/\(name)")
        let test = try folder.write("x", to: "images/CheXpert-v1.0/test/\(name)")
        let outside = try folder.write("x", to: "outside/secret.png")
        // CheXlocalize: valid in the CSV, val on the disk.
        XCTAssertEqual(try locate("CheXpert-v1.0/valid/\(name)"), found)
        XCTAssertEqual(try locate("CheXpert-v1.0/test/\(name)"), test)
        XCTAssertEqual(try locate("/CheXpert-v1.0//test/./\(name)"), test)
        XCTAssertEqual(try locate("CheXpert-v1.0/train/../test/\(name)"), test)
        XCTAssertEqual(try locate(outside), outside, "an absolute path")
        for path in ["../outside/secret.png", "a/../../outside/secret.png"] {
            XCTAssertTrue(folder.message { _ = try locate(path) }.contains("leaves the folder"))
        }
        XCTAssertTrue(
            folder.message { _ = try locate("C\\valid\\patient1\\v.jpg") }.contains(
                "images/C\\valid\\patient1\\v.jpg: no such image (row 7 of l.csv)"))
        // A folder is no image.
        XCTAssertTrue(folder.message { _ = try locate("x/val/patient1") }.contains("no such image"))
        XCTAssertTrue(folder.message { _ = try locate("") }.contains("row 7 names no image"))
        // Foundation's own functions end the program at this path.
        XCTAssertTrue(
            folder.message { _ = try locate("p/q///////65537//") }.contains("no such image"))
        XCTAssertEqual(CheXpert.Image(path: "p/q///////65537//", labels: []).key, "p_q_65537")
    }

    func testPathText() {
        let paths: [(String, String, String, String)] = [
            ("a/b.tar.gz", "a/b.tar", "gz", "a"), (".png", ".png", "", ""),
            ("a.b/c", "a.b/c", "", "a.b"), ("/x.PNG", "/x", "png", "/"), ("", "", "", ""),
        ]
        for (path, name, ending, place) in paths {
            XCTAssertEqual(PathText.withoutExtension(path), name)
            XCTAssertEqual(PathText.fileExtension(path), ending)
            XCTAssertEqual(PathText.folder(of: path), place)
        }
        // An accent after a slash joins it in Swift's characters, not in a path.
        XCTAssertEqual(PathText.parts("a/\u{301}b"), ["a", "\u{301}b"])
    }

    func testKeysAreUnique() {
        func keys(_ paths: String...) -> [String] { ImageKeys.unique(paths) }
        XCTAssertEqual(
            keys("C/valid/patient1/study1/view1.jpg", "C/valid/patient2/study1/view1.jpg"),
            ["patient1_study1_view1", "patient2_study1_view1"])
        XCTAssertEqual(
            keys("a/x/1/2/3.png", "b/x/1/2/3.png", "c/4.png"),
            ["a_x_1_2_3", "b_x_1_2_3", "c_4"])
        XCTAssertEqual(keys("t/image.png", "t/image.jpg"), ["t_image_png", "t_image_jpg"])
        // Underscores in names: as many parts as there are do not help.
        XCTAssertEqual(keys("a/b_c.png", "a_b/c.png"), ["a_b_c", "a_b_c_2"])
        XCTAssertEqual(
            Set(keys("a/b_c.png", "a_b/c.png", "a_b_c_2.png", "x/a/b_c.png")).count, 4)
    }

    // MARK: Folders

    func testImagesBelowAFolder() throws {
        for name in ["b/two.PNG", "a.jpg", "._a.jpg", ".hidden/x.png", "notes.txt", "b/c/d.jpeg"] {
            try folder.write("x", to: "root/\(name)")
        }
        try folder.write("x", to: "elsewhere/linked.png")
        let root = "\(folder.path)/root"
        try FileManager.default.createSymbolicLink(
            atPath: "\(root)/link", withDestinationPath: "\(folder.path)/elsewhere")
        try FileManager.default.createSymbolicLink(
            atPath: "\(root)/b/cycle", withDestinationPath: root)
        let found = try ImageFolder.images(below: root).map { String($0.dropFirst(root.count + 1)) }
        XCTAssertEqual(found, ["a.jpg", "b/c/d.jpeg", "b/two.PNG", "link/linked.png"])
        XCTAssertTrue(
            folder.message { _ = try ImageFolder.images(below: "\(root)/a.jpg") }.contains("listed")
        )
    }
}
