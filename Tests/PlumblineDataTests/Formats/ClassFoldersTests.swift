import Foundation
import PlumblineData
import XCTest

final class ClassFoldersTests: FormatTestCase {
    override func setUpWithError() throws {
        data = try FormatFolder("image_folder")
        for name in ["cat/1.png", "cat/deep/2.png", "dog/1.JPEG", "beside.png", ".hidden/x.png"] {
            try data.image(name)
        }
        try createFolder(data.request.images + "/empty")
    }

    func testFoldersAreClasses() throws {
        let (examples, images) = try data.read(["dog", "cat", "empty"])
        XCTAssertEqual(examples.map(\.id), ["cat_1", "cat_deep_2", "dog_1"])
        XCTAssertEqual(examples.map(\.labels), [[0, 1, 0], [0, 1, 0], [1, 0, 0]])
        XCTAssertEqual(
            images.counts,
            [
                "images beside the folders of the classes are left out": 1,
                "classes without an image": 1,
            ])
        XCTAssertTrue(try XCTUnwrap(images.groupProblem).contains("manifest"))
    }

    func testASplitIsAFolder() throws {
        try data.image("val/bird/1.png")
        XCTAssertEqual(try data.read(["bird"], ["split": "val"]).examples.map(\.id), ["bird_1"])
        XCTAssertTrue(data.message(["bird"], ["split": "test"]).contains("no such folder"))
        XCTAssertTrue(data.message(["bird"], ["split": "../images"]).contains("options.split"))
    }

    func testClassesHaveNames() throws {
        let names = try data.folder.write(
            "\u{FEFF}cat crane\r\ndog\tcrane\r\nempty,nothing, none\r\n", to: "names.txt")
        let (examples, images) = try data.read(["crane (dog)"], ["class_names": names])
        XCTAssertEqual(images.source.classes, ["crane (dog)"])
        XCTAssertEqual(examples.map(\.labels), [[0], [0], [1]])
        try data.folder.write("cat\n", to: "names.txt")
        XCTAssertTrue(
            data.message(["cat"], ["class_names": names]).contains(
                "line 1 of \(names): an identifier and the name of a class are wanted"))
        try data.folder.write("cat the cat\n", to: "names.txt")
        XCTAssertTrue(
            data.message(["cat"], ["class_names": names]).hasSuffix("no line begins with dog"))
    }

    func testWhatIsNotReadIsRefused() throws {
        data.request.masks = "masks"
        XCTAssertTrue(data.message(["cat"]).hasPrefix("data.align.masks: must be empty"))
        data.request.masks = ""
        data.request.images = data.folder.path + "/none"
        XCTAssertTrue(data.message(["cat"]).contains("no such folder"))
        data.request.images = ""
        XCTAssertTrue(data.message(["cat"]).contains("data.align.images: a folder per class"))
    }

    func testALinkedImageIsThereOnce() throws {
        let images = data.request.images
        try FileManager.default.createSymbolicLink(
            atPath: images + "/dog/2.png", withDestinationPath: images + "/cat/1.png")
        XCTAssertTrue(data.message(["cat"]).contains("an image that is there twice"))
        data.request.skipsRepeats = true
        XCTAssertEqual(
            try data.read(["cat"]).images.counts["images that are there again are taken once"], 1)
    }
}
