import PlumblineData
import Foundation
import XCTest

/// Phantoms written over an older set.
final class PhantomSetTests: XCTestCase {
    private nonisolated(unsafe) var folder: TemporaryFolder!

    override func setUpWithError() throws { folder = try TemporaryFolder() }
    override func tearDown() { folder.remove() }

    private func phantoms(_ count: Int, seed: UInt64) -> PhantomDataset {
        var phantoms = PhantomDataset()
        phantoms.count = count
        phantoms.size = 24
        phantoms.seed = seed
        return phantoms
    }

    private func isThere(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder.path)/\(name)")
    }

    /// A set that ends early has no labels and no masks, those of the older set neither.
    func testAnInterruptedSetIsNone() throws {
        struct Stop: Error {}
        let old = phantoms(40, seed: 1)
        try old.write(to: folder.path, name: "train")
        XCTAssertTrue(old.isWhole(in: folder.path, name: "train"))
        let new = phantoms(40, seed: 2)
        XCTAssertThrowsError(
            try new.write(to: folder.path, name: "train") { _ in throw Stop() }
        ) { XCTAssertTrue($0 is Stop) }
        for name in ["train.csv", "gt_segmentations_train.json", "parts_train.json"] {
            XCTAssertFalse(isThere(name), name)
        }
        XCTAssertFalse(new.isWhole(in: folder.path, name: "train"))
        try new.write(to: folder.path, name: "train")
        XCTAssertTrue(new.isWhole(in: folder.path, name: "train"))
        try FileManager.default.removeItem(
            atPath: "\(folder.path)/train/patient00017/study1/view1_frontal.jpg")
        XCTAssertFalse(new.isWhole(in: folder.path, name: "train"))
    }

    func testASmallerSetLeavesNoOtherImages() throws {
        try phantoms(6, seed: 1).write(to: folder.path, name: "train")
        try phantoms(2, seed: 1).write(to: folder.path, name: "train")
        XCTAssertEqual(try ImageFolder.images(below: "\(folder.path)/train").count, 2)
        XCTAssertFalse(phantoms(6, seed: 1).isWhole(in: folder.path, name: "train"))
    }

    /// Folders of two sets have the same names, and their patients are different ones.
    func testPatientsFollowFromTheSeed() throws {
        func groups(_ name: String, _ seed: UInt64) throws -> Set<String> {
            try phantoms(3, seed: seed).write(to: folder.path, name: name)
            let images = try CheXpert.images("\(folder.path)/\(name).csv", classes: ["Edema"])
            return Set(images.compactMap(\.group))
        }
        let train = try groups("train", 1)
        let valid = try groups("valid", 2)
        XCTAssertEqual(train.count, 3)
        XCTAssertTrue(train.isDisjoint(with: valid))
        XCTAssertEqual(try groups("again", 1), train)
    }
}
