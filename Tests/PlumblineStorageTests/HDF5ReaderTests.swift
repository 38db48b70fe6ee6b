import Foundation
import PlumblineStorage
import PlumblineTensors
import XCTest

/// Reading HDF5 in a child process, and the digest in front of our own files.
final class HDF5ReaderTests: XCTestCase {
    private var folder = ""

    override func setUpWithError() throws {
        folder = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }
    override func tearDown() { try? FileManager.default.removeItem(atPath: folder) }

    private func checkpoint() throws -> String {
        var random = RandomGenerator(seed: 1)
        let path = "\(folder)/c.h5"
        var checkpoint = Checkpoint(
            model: "densenet_mini", modelConfiguration: "{}", classes: ["A"],
            weights: ["a": .normal([40, 30], using: &random), "b": .normal([7], using: &random)])
        checkpoint.metrics = ["auroc": 0.5]
        try checkpoint.write(path)
        return path
    }

    private func message(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return "nothing was thrown"
    }

    /// Every byte of a small file, one bit each: damage is noticed before the library sees it.
    func testAnyFlippedBitSaysDamaged() throws {
        let path = try checkpoint()
        let damaged = "\(folder)/d.h5"
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        var random = RandomGenerator(seed: 2)
        // The whole block of the digest, and places all over the rest.
        let places =
            Array(0..<512)
            + (0..<300).map { _ in
                512 + Int(random.next() % UInt64(sound.count - 512))
            }
        for place in places {
            var data = sound
            data[place] ^= 1 << UInt8(random.next() % 8)
            try data.write(to: URL(fileURLWithPath: damaged))
            let message = message { _ = try HDF5File.open(damaged) }
            XCTAssertTrue(message.contains("damaged"), "byte \(place): \(message)")
        }
        for count in [0, 100, 512, 600, sound.count - 1] {
            try sound.prefix(count).write(to: URL(fileURLWithPath: damaged))
            XCTAssertNotEqual(
                message { _ = try HDF5File.open(damaged) }, "nothing was thrown", "\(count) bytes")
        }
        XCTAssertNoThrow(try Checkpoint.read(path))
    }

    /// h5py's `create_dataset(shape=(2, 16646147, 16, 16))` without values: 34 GB in 1 KB.
    ///
    /// A caller may have the shape that it expects from the same file. Found by `make fuzz`.
    func testAnExpectedShapeIsNotBelievedWithoutBytes() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Weights/hollow.h5").path
        let file = try HDF5File.open(path)
        for name in ["weights/plain", "weights/packed"] {
            let shape = try file.shape(of: name)
            for expected in [shape, nil] {
                let message = message { _ = try file.tensor(name, expected: expected) }
                XCTAssertTrue(message.contains("claims a size of"), "\(name): \(message)")
            }
        }
        XCTAssertTrue(
            message { _ = try WeightFile.open(path).tensor("plain") }.contains("claims"))
    }

    /// Descriptors and processes: none is left behind.
    func testNothingIsLeftOfManyReaders() throws {
        let path = try checkpoint()
        func descriptors() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        }
        _ = try Checkpoint.read(path)
        let before = try descriptors()
        for _ in 0..<200 { XCTAssertEqual(try Checkpoint.read(path).weights.count, 2) }
        XCTAssertEqual(try descriptors(), before)
        // No child of this process is waiting to be waited for.
        var status: Int32 = 0
        XCTAssertLessThanOrEqual(waitpid(-1, &status, WNOHANG), 0)
    }

    /// Only what is wanted is read, in the shape that is wanted.
    func testOtherWeightsThanTheWantedAreRefused() throws {
        let path = try checkpoint()
        func read(_ shapes: [(String, [Int])]) throws -> Checkpoint {
            try Checkpoint.read(path) { _ in shapes.map { (name: $0.0, shape: $0.1) } }
        }
        XCTAssertEqual(try read([("a", [40, 30]), ("b", [7])]).weights["b"]?.shape, [7])
        XCTAssertTrue(message { _ = try read([("a", [40, 30])]) }.contains("weights/b is no"))
        XCTAssertTrue(
            message { _ = try read([("a", [30, 40]), ("b", [7])]) }.contains("[30, 40]"))
        XCTAssertTrue(
            message { _ = try read([("a", [40, 30]), ("b", [7]), ("c", [1])]) }.contains(
                "no weights/c"))
        XCTAssertEqual(try Checkpoint.facts(path).weights.count, 0)
        XCTAssertEqual(try Checkpoint.facts(path).metrics, ["auroc": 0.5])
    }

    func testWhatIsNoHDF5IsCalledByItsName() throws {
        let path = "\(folder)/x.h5"
        for (content, words) in [
            ("version https://git-lfs.github.com/spec/v1\noid", "Git LFS pointer"),
            ("<!DOCTYPE html><html>", "HTML page"), ("", "empty"), ("PK\u{3}\u{4}....", "zip"),
        ] {
            try Data(content.utf8).write(to: URL(fileURLWithPath: path))
            let message = message { _ = try HDF5File.open(path) }
            XCTAssertTrue(message.contains(words), message)
        }
        XCTAssertTrue(message { _ = try HDF5File.open(folder) }.contains("is a folder"))
        XCTAssertTrue(message { _ = try HDF5File.open("/dev/zero") }.contains("is no file"))
        XCTAssertTrue(message { _ = try HDF5File.open("\(folder)/none") }.contains("no such file"))
    }

    /// A writer's file aside: exclusive, under a random name, gone afterwards; leftovers of dead
    /// writers are removed at the next write, those of live ones are not.
    func testFilesAside() throws {
        let path = "\(folder)/out.safetensors"
        let victim = "\(folder)/victim"
        try Data("kept".utf8).write(to: URL(fileURLWithPath: victim))
        let dead = "\(path).0123456789abcdef.partial"
        try Data("x".utf8).write(to: URL(fileURLWithPath: dead))
        let link = "\(path).fedcba9876543210.partial"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: victim)
        let live = "\(path).00000000000000aa.partial"
        let writer = open(live, O_RDWR | O_CREAT, 0o600)
        XCTAssertEqual(flock(writer, LOCK_EX), 0)
        try SafeTensors.write([("a", Tensor([1, 2], shape: [2]))], to: path)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        XCTAssertFalse(left.contains { $0.contains("0123456789abcdef") })
        XCTAssertTrue(left.contains { $0.contains("00000000000000aa") })
        XCTAssertEqual(try String(contentsOfFile: victim, encoding: .utf8), "kept")
        close(writer)
        // A target that is a link is followed, not replaced.
        let target = "\(folder)/target.safetensors"
        let alias = "\(folder)/alias.safetensors"
        try FileManager.default.createSymbolicLink(atPath: alias, withDestinationPath: target)
        try SafeTensors.write([("a", Tensor([1, 2], shape: [2]))], to: alias)
        XCTAssertEqual(try WeightFile.open(target).shapes, ["a": [2]])
        XCTAssertNoThrow(try FileManager.default.destinationOfSymbolicLink(atPath: alias))
        for bad in ["\(folder)/none/x.h5", folder, "/dev/null"] {
            XCTAssertThrowsError(try OutputFile.check(bad), bad)
        }
        XCTAssertTrue(OutputFile.isSameFile(alias, target))
        XCTAssertFalse(OutputFile.isSameFile(alias, path))
    }

    func testDigests() throws {
        XCTAssertEqual(
            sha256(of: Data("abc".utf8)),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let path = "\(folder)/abc"
        try Data("abc".utf8).write(to: URL(fileURLWithPath: path))
        XCTAssertEqual(try sha256(ofFile: path), sha256(of: Data("abc".utf8)))
    }
}
