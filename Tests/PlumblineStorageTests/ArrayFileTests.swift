import Foundation
import PlumblineStorage
import PlumblineTensors
import XCTest

/// Arrays that numpy and h5py wrote (Tools/oracle/array_fixture.py): `i / 2 - 3`, `[3, 2, 2]`.
final class ArrayFileTests: XCTestCase {
    private let values = (0..<12).map { Float($0) / 2 - 3 }

    private func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Arrays/\(name)").path
    }

    private func message(_ name: String) -> String {
        do { _ = try ArrayFile(path(name)) } catch { return "\(error)" }
        return "nothing was thrown"
    }

    func testEveryTypeOfNumbers() throws {
        let whole = values.map { $0.rounded(.towardZero) }
        let expected: [String: [Float]] = [
            "f2": values, "f4": values, "f8": values, "i1": whole, "i2": whole, "i4": whole,
            "i8": whole, "u1": whole.map(\.magnitude), "u2": whole.map(\.magnitude),
            "u4": whole.map(\.magnitude), "u8": whole.map(\.magnitude),
            "b1": values.map { $0 == 0 ? 0 : 1 },
        ]
        for (name, numbers) in expected {
            let array = try XCTUnwrap(ArrayFile(path("\(name).npy")).arrays.first)
            XCTAssertEqual(array.shape, [3, 2, 2], name)
            XCTAssertEqual(try array.whole().values, numbers, name)
            XCTAssertEqual(try array.entry(2).values, Array(numbers[8...]), name)
            XCTAssertEqual(try array.entry(1).shape, [2, 2], name)
            XCTAssertEqual(try array.flags(1), numbers[4..<8].map { $0 != 0 }, name)
        }
    }

    /// The memory of an entry is given back after it was read; then it is read again.
    func testEntriesAreReadAgain() throws {
        let folder = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let count = 3 * 5000
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 5000), }\n"
        var file = Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0])
        file += Data(header.utf8)
        for index in 0..<count {
            withUnsafeBytes(of: Float(index).bitPattern.littleEndian) { file += Data($0) }
        }
        try file.write(to: URL(fileURLWithPath: folder + "/maps.npy"))
        let array = try XCTUnwrap(ArrayFile(folder + "/maps.npy").arrays.first)
        for index in [1, 0, 1, 2, 2, 0] {
            XCTAssertEqual(
                try array.entry(index).values, (0..<5000).map { Float(index * 5000 + $0) })
        }
    }

    func testArchives() throws {
        let stored = try ArrayFile(path("stored.npz")).arrays
        XCTAssertEqual(stored.map(\.name), ["maps", "other"])
        XCTAssertEqual(try stored[0].entry(1).values, Array(values[4..<8]))
        let packed = try ArrayFile(path("packed.npz")).arrays
        XCTAssertEqual(packed.map(\.name), ["a", "b"])
        XCTAssertEqual(try packed[0].whole().values, values.map { -$0 })
        XCTAssertEqual(try packed[1].entry(2).values, Array(values[8...]))
    }

    /// Data sets without numbers are left out; compressed ones are read an entry at a time.
    func testHDF5() throws {
        let arrays = try ArrayFile(path("arrays.h5")).arrays
        XCTAssertEqual(arrays.map(\.name), ["group/packed", "maps"])
        for array in arrays {
            XCTAssertEqual(array.shape, [3, 2, 2])
            for index in 0..<3 {
                XCTAssertEqual(
                    try array.entry(index).values, Array(values[4 * index..<4 * index + 4]))
            }
        }
    }

    func testWhatIsRefused() {
        XCTAssertTrue(message("fortran.npy").contains("ascontiguousarray"), message("fortran.npy"))
        XCTAssertTrue(message("big_endian.npy").contains("astype"), message("big_endian.npy"))
        XCTAssertTrue(message("object.npy").contains("type |O"), message("object.npy"))
        XCTAssertTrue(message("record.npy").contains("records"), message("record.npy"))
        XCTAssertTrue(message("none.npy").contains("no such file"), message("none.npy"))
    }

    /// Every cut of a file is refused, and claims are compared with the bytes.
    func testDamagedFiles() throws {
        let folder = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { XCTAssertNoThrow(try FileManager.default.removeItem(atPath: folder)) }
        for name in ["f4.npy", "packed.npz", "stored.npz"] {
            let whole = try Data(contentsOf: URL(fileURLWithPath: path(name)))
            for count in stride(from: 0, to: whole.count, by: 7) {
                let file = URL(fileURLWithPath: "\(folder)/cut")
                try whole.prefix(count).write(to: file)
                XCTAssertThrowsError(try ArrayFile(file.path), "\(name), \(count) bytes")
            }
        }
        let whole = try Data(contentsOf: URL(fileURLWithPath: path("f4.npy")))
        let text = String(decoding: whole, as: UTF8.self)
        XCTAssertTrue(text.contains("(3, 2, 2)"))
        var claim = whole
        let range = try XCTUnwrap(claim.range(of: Data("(3, 2, 2)".utf8)))
        claim.replaceSubrange(range, with: Data("(9,99,99)".utf8))
        let file = URL(fileURLWithPath: "\(folder)/claim.npy")
        try claim.write(to: file)
        XCTAssertThrowsError(try ArrayFile(file.path)) {
            XCTAssertTrue("\($0)".contains("claims a shape"), "\($0)")
        }
    }
}
