import PlumblineData
import XCTest

/// The option `split_column` of every format whose labels are a table.
final class SplitColumnTests: FormatTestCase {
    /// A table of each format: images a and c are in the split 2, b is in 1.
    private static let tables: [(format: String, labels: String, classes: [String])] = [
        ("chexpert", "Path,Edema,fold\na.png,1,2\nb.png,0,1\nc.png,0, 2\n", ["Edema"]),
        ("manifest", "image,label,fold\na.png,Edema,2\nb.png,,1\nc.png,,2\n", ["Edema"]),
        ("mask_folder", "image,label,fold\na,malignant,2\nb,benign,1\nc,benign,2\n", ["malignant"]),
        ("mask_folder", "image,fold,x,y\na,2,1,0\nb,1,0,1\nc,2,0,1\n", ["x", "y"]),
        (
            "nih_boxes",
            "Image Index,Finding Labels,fold\na.png,Mass,2\nb.png,Mass,1\nc.png,Mass,2\n", ["Mass"]
        ),
        (
            "rsna", "patientId,x,y,width,height,Target,fold\na,,,,,0,2\nb,,,,,0,1\nc,,,,,0,2\n",
            ["Pneumonia"]
        ),
        ("siim", "ImageId,EncodedPixels,fold\na,-1,2\nb,-1,1\nc,-1,2\n", ["Pneumothorax"]),
        ("chexmask", "Path,Edema,fold\na.png,1,2\nb.png,0,1\nc.png,0,2\n", ["Edema"]),
        (
            "chexmask",
            "Path,Left Lung,Right Lung,Heart,Height,Width,fold\na.png,1 2,,,40,48,2\n"
                + "b.png,1 2,,,40,48,1\nc.png,1 2,,,40,48,2\n", ["Heart"]
        ),
    ]

    private func start(_ format: String, _ labels: String) throws {
        data = try FormatFolder(format)
        for name in ["a", "b", "c"] { try data.image("\(name).png") }
        data.request.labels = try data.folder.write(labels, to: "labels.csv")
    }

    func testRowsOfOneValueAreRead() throws {
        for (format, labels, classes) in Self.tables {
            try start(format, labels)
            let (examples, images) = try data.read(
                classes, ["split_column": "fold", "split": "2"])
            XCTAssertEqual(examples.map(\.id), ["a", "c"], labels)
            XCTAssertEqual(
                images.counts["rows of other splits than 2 are left out"], 1, labels)
            let none = data.message(classes, ["split_column": "fold", "split": "3"])
            XCTAssertTrue(none.contains("no image is left"), "\(format): \(none)")
            XCTAssertTrue(none.contains("rows of other splits than 3"), "\(format): \(none)")
            let missing = data.message(classes, ["split_column": "folds", "split": "2"])
            XCTAssertTrue(missing.contains("no column folds"), "\(format): \(missing)")
            data.folder.remove()
        }
    }

    func testTheColumnNeedsAValue() throws {
        for (format, labels, classes) in Self.tables where format != "manifest" {
            try start(format, labels)
            let refused = data.message(classes, ["split_column": "fold"])
            XCTAssertTrue(
                refused.contains("options.split must be the value in fold"),
                "\(format): \(refused)")
            data.folder.remove()
        }
        try start("mask_folder", "a,malignant\nb,benign\nc,benign\n")
        XCTAssertTrue(
            data.message(["malignant"], ["split_column": "fold", "split": "2"]).contains(
                "has no header"))
    }

    /// A list of names still works where no column is named.
    func testAListOfNames() throws {
        try start("chexpert", "Path,Edema\nx/a.png,1\nx/b.png,0\nx/c.png,0\n")
        let list = try data.folder.write("b\nx/c.png\nd\n", to: "val.txt")
        let (examples, images) = try data.read(["Edema"], ["split": list])
        XCTAssertEqual(examples.map(\.labels), [[0], [0]])
        XCTAssertEqual(images.omissions.map(\.count), [1, 1])
    }

    /// Formats without a table say so where their options are listed.
    func testFormatsWithoutColumnsSaySo() {
        for format in ImageFormats.descriptions where !format.name.hasPrefix("test_") {
            let hasColumn = format.options.contains { $0.name == "split_column" }
            let split = format.options.first { $0.name == "split" }
            XCTAssertNotEqual(
                hasColumn, split?.meaning.contains("columns") == true, format.name)
        }
    }
}
