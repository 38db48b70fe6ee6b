import Foundation
import PlumblineStorage
import PlumblineTensors
import XCTest

/// Files of weights from elsewhere: what they hold, and what a hostile one cannot do.
final class WeightFileTests: XCTestCase {
    private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Weights").path
    private let grid = (0..<12).map(Float.init)

    private func temporary(_ name: String) -> String {
        NSTemporaryDirectory() + "plumbline-\(ProcessInfo.processInfo.processIdentifier)-\(name)"
    }

    func testPyTorchArchives() throws {
        for name in ["small.pt", "nested.pt"] {
            let file = try WeightFile.open("\(folder)/\(name)")
            XCTAssertEqual(file.format, .torch)
            XCTAssertEqual(
                file.shapes,
                [
                    "a": [3, 4], "b": [4, 3], "c": [3], "d": [2], "e": [], "f": [2, 3],
                    "g": [3, 4],
                ])
            XCTAssertEqual(try file.tensor("a").values, grid)
            // A transposed view, and a cut of another tensor's storage.
            XCTAssertEqual(
                try file.tensor("b").values, Tensor(grid, shape: [3, 4]).transposed([1, 0]).values)
            XCTAssertEqual(try file.tensor("f").values, [5, 6, 7, 9, 10, 11])
            XCTAssertEqual(try file.tensor("c").values, [1.5, -2, 0.25])
            XCTAssertEqual(try file.tensor("d").values, [3, -4])
            XCTAssertEqual(try file.tensor("e").values, [7])
            XCTAssertEqual(try file.tensor("g").values, grid)
        }
    }

    func testAPickleThatWouldRunIsRefusedByName() {
        XCTAssertThrowsError(try WeightFile.open("\(folder)/evil.pt")) { error in
            XCTAssertTrue(
                "\(error)".contains("wants posix.system, which can run code"),
                "\(error)")
        }
        XCTAssertFalse(FileManager.default.fileExists(atPath: "/tmp/plumbline_was_here"))
    }

    func testSafetensorsBothWays() throws {
        let path = temporary("w.safetensors")
        defer { unlink(path) }
        try SafeTensors.write(
            [("x.weight", Tensor(grid, shape: [3, 4])), ("y", Tensor([2], shape: []))],
            metadata: ["model": "m"], to: path)
        let file = try WeightFile.open(path)
        XCTAssertEqual(file.format, .safetensors)
        XCTAssertEqual(file.shapes, ["x.weight": [3, 4], "y": []])
        XCTAssertEqual(try file.tensor("x.weight").values, grid)
        XCTAssertThrowsError(
            try SafeTensors.write([("x", Tensor(1))], to: "/nowhere/x.safetensors"))
        XCTAssertFalse(FileManager.default.fileExists(atPath: path + ".partial"))
    }

    func testAHeaderThatLiesIsRefusedBeforeMemoryIsTaken() throws {
        let path = temporary("lies.safetensors")
        defer { unlink(path) }
        func message(_ json: String, length: UInt64? = nil, values: Int = 8) throws -> String {
            var data = withUnsafeBytes(of: (length ?? UInt64(json.utf8.count)).littleEndian) {
                Data($0)
            }
            data.append(Data(json.utf8))
            data.append(Data(count: values))
            try data.write(to: URL(fileURLWithPath: path))
            do { _ = try WeightFile.open(path) } catch { return "\(error)" }
            return "accepted"
        }
        XCTAssertEqual(
            try message("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"),
            "accepted")
        XCTAssertTrue(
            try message("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,16]}}")
                .contains("do not fit the file"))
        XCTAssertTrue(
            try message(
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],"
                    + "\"data_offsets\":[0,8]}}"
            ).contains("do not fit"))
        XCTAssertTrue(
            try message("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}")
                .contains("do not fit"))
        XCTAssertTrue(
            try message("{\"a\":{\"dtype\":\"Q3\",\"shape\":[2],\"data_offsets\":[0,8]}}").contains(
                "type Q3"))
        XCTAssertTrue(try message("{\"a\":3}").contains("dtype, shape and data_offsets"))
        XCTAssertTrue(try message("{\"a\":3", length: 1 << 60).contains("claims"))
        XCTAssertTrue(try message("{}x").contains("no JSON object"))
    }

    /// A file that is cut or has a wrong bit is read or refused; it never ends the process.
    func testDamagedFilesAreReadOrRefused() throws {
        let path = temporary("damaged")
        let safetensors = temporary("whole.safetensors")
        defer {
            unlink(path)
            unlink(safetensors)
        }
        try SafeTensors.write([("x.weight", Tensor(grid, shape: [3, 4]))], to: safetensors)
        var random = RandomGenerator(seed: 4)
        var refused = 0
        for source in [safetensors, "\(folder)/small.pt", "\(folder)/nested.pt"] {
            let whole = try Data(contentsOf: URL(fileURLWithPath: source))
            for trial in 0..<600 {
                var data = whole
                if trial % 3 == 0 {
                    data = data.prefix(Int(random.uniform() * Float(whole.count)))
                } else {
                    for _ in 0...(trial % 4) {
                        data[Int(random.uniform() * Float(whole.count))] ^= UInt8(
                            1 << Int(random.uniform() * 8))
                    }
                }
                try data.write(to: URL(fileURLWithPath: path))
                do {
                    let file = try WeightFile.open(path)
                    for name in file.shapes.keys { _ = try file.tensor(name) }
                } catch is StorageError { refused += 1 }
            }
        }
        XCTAssertGreaterThan(refused, 600)
    }

    func testOtherFilesAreNamed() {
        XCTAssertThrowsError(try WeightFile.open(#filePath)) {
            XCTAssertTrue("\($0)".contains("neither safetensors nor PyTorch"))
        }
        XCTAssertThrowsError(try WeightFile.open("/nowhere")) {
            XCTAssertTrue("\($0)".contains("no such file"))
        }
        XCTAssertThrowsError(try WeightFile.open("/tmp")) {
            XCTAssertTrue("\($0)".contains("is a folder"))
        }
    }

    func testKerasNamesAndLayouts() throws {
        let path = temporary("keras.h5")
        defer { unlink(path) }
        let kernel = Tensor((0..<24).map(Float.init), shape: [1, 2, 3, 4])
        try HDF5File.write(path) { file in
            try file.write("conv1/conv/conv1/conv/kernel:0", kernel)
            try file.write(
                "conv3_block12_1_bn/conv3_block12_1_bn/moving_variance:0",
                Tensor([1, 2], shape: [2]))
            try file.write("model_weights/pool2_conv/pool2_conv/kernel:0", kernel)
            try file.write("bn/bn/gamma:0", Tensor([5], shape: [1]))
        }
        let file = try WeightFile.open(path)
        XCTAssertEqual(file.format, .keras)
        XCTAssertEqual(
            file.shapes,
            [
                "features.conv0.weight": [4, 3, 1, 2],
                "features.denseblock2.denselayer12.norm2.running_var": [2],
                "features.transition1.conv.weight": [4, 3, 1, 2], "features.norm5.weight": [1],
            ])
        XCTAssertEqual(
            try file.tensor("features.conv0.weight").values, kernel.transposed([3, 2, 0, 1]).values)
    }
}
