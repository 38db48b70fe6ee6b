import Foundation
import PlumblineStorage
import PlumblineTensors
import XCTest

/// Files that `torch.save` and others make of more than a state dictionary, and hostile ones.
final class TorchFileTests: XCTestCase {
    private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Weights").path
    private let grid = (0..<12).map(Float.init)

    private func temporary(_ name: String) -> String {
        NSTemporaryDirectory() + "plumbline-\(ProcessInfo.processInfo.processIdentifier)-\(name)"
    }

    /// `torch.save` (2.15) of a training script's dictionary: `best` (a tensor), `state_dict`,
    /// `ema.module`, the states of Adam and of MultiStepLR (a Counter), an argparse.Namespace with
    /// a set, a defaultdict, numpy's values, bytes, a frozenset, 2^100 and a complex tensor, by
    /// protocols 2 and 4.
    ///
    /// Only tensors and containers are looked at.
    func testWhatStandsBesideTheWeightsIsPassedOver() throws {
        for name in ["training.pt", "training4.pt"] {
            let file = try WeightFile.open("\(folder)/\(name)")
            XCTAssertEqual(file.largest.key, "state_dict")
            XCTAssertEqual(file.shapes, ["a": [3, 4], "b": [4, 3], "c": [3]])
            let found = Dictionary(
                uniqueKeysWithValues: file.candidates.map { ($0.key, $0.shapes) })
            XCTAssertEqual(
                found,
                [
                    "": ["best": []], "state_dict": file.shapes,
                    "ema.module": ["a": [3, 4], "c": [3]],
                    "optimizer.state.0": ["step": [], "exp_avg": [2], "exp_avg_sq": [2]],
                ])
            XCTAssertEqual(try file.tensor("a").values, grid)
            XCTAssertEqual(try file.tensor("a", in: "ema.module").values, grid.map { $0 + 1 })
            XCTAssertEqual(try file.tensor("best", in: "").values, [0.5])
            XCTAssertThrowsError(try file.tensor("b", in: "ema.module"))
            XCTAssertThrowsError(try file.tensor("a", in: "nowhere"))
        }
    }

    func testAModelThatIsNoDictionaryIsNamed() {
        XCTAssertThrowsError(try WeightFile.open("\(folder)/module_within.pt")) {
            XCTAssertTrue("\($0)".contains("it holds torch.nn.modules.linear.Linear"), "\($0)")
        }
    }

    /// `_use_new_zipfile_serialization=False`, with views of one storage and a Counter.
    func testTheFormatFromBeforePyTorch16() throws {
        let file = try WeightFile.open("\(folder)/legacy.pth")
        XCTAssertEqual(file.shapes, ["a": [3, 4], "b": [4, 3], "c": [3]])
        XCTAssertEqual(try file.tensor("a").values, grid)
        XCTAssertEqual(
            try file.tensor("b").values, Tensor(grid, shape: [3, 4]).transposed([1, 0]).values)
        XCTAssertEqual(try file.tensor("c").values, [1.5, -2, 0.25])
        XCTAssertEqual(try file.tensor("f", in: "").values, [5, 6, 7, 9, 10, 11])
        XCTAssertEqual(try file.tensor("row", in: "").values, [0, 1, 2, 3])
        let path = temporary("legacy")
        defer { unlink(path) }
        let whole = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/legacy.pth"))
        for count in [whole.count - 1, whole.count - 30, whole.count / 2, 20] {
            try whole.prefix(count).write(to: URL(fileURLWithPath: path))
            XCTAssertThrowsError(try WeightFile.open(path)) {
                XCTAssertTrue("\($0)".contains("truncated?"), "\($0)")
            }
        }
    }

    /// `expand` gives strides of 0; tensors without values begin anywhere.
    func testRepeatedAndEmptyTensors() throws {
        let file = try WeightFile.open("\(folder)/repeated.pt")
        XCTAssertEqual(try file.tensor("ones").values, [Float](repeating: 1, count: 300))
        XCTAssertEqual(try file.tensor("rows").values, [1, 2, 1, 2, 1, 2])
        XCTAssertEqual(try file.tensor("columns").values, [1, 1, 1, 2, 2, 2])
        XCTAssertEqual(try file.tensor("empty").shape, [4, 0])
        XCTAssertEqual(try file.tensor("cut").shape, [0])
    }

    /// 0, 1, 2, 3 in every type of PyTorch that has them.
    func testTypesOfNumbers() throws {
        let file = try WeightFile.open("\(folder)/types.pt")
        XCTAssertEqual(file.shapes.count, 14)
        for name in file.shapes.keys {
            XCTAssertEqual(
                try file.tensor(name).values, name == "bool" ? [0, 1, 1, 1] : [0, 1, 2, 3], name)
        }
    }

    /// The old format takes a pickle as it is.
    private func error(ofPickle pickle: [UInt8]) throws -> String {
        let path = temporary("pickle")
        defer { unlink(path) }
        var data: [UInt8] = [
            0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
        ]
        data += [0x80, 2, 0x4D, 0xE9, 0x03, 0x2E, 0x7D, 0x2E] + pickle + Array("].".utf8)
        try Data(data).write(to: URL(fileURLWithPath: path))
        do { _ = try WeightFile.open(path) } catch { return "\(error)" }
        return "accepted"
    }

    /// Each bound is named.
    ///
    /// The files hold a little more than the bound, and the limits of time and memory follow from
    /// it.
    func testEndlessPicklesAreRefused() throws {
        func repeated(_ code: [UInt8], _ count: Int) -> [UInt8] {
            [UInt8]([[UInt8]](repeating: code, count: count).joined())
        }
        func text(_ count: UInt8) -> [UInt8] {
            [0x8C, count] + [UInt8](repeating: 0x61, count: Int(count))
        }
        let many = 1_500_001
        let none = UInt8(ascii: "N")
        let drop = UInt8(ascii: "0")
        for (name, pickle, reason) in [
            ("tuples", repeated([none, 0x85, drop], many), "more than 1500000 entries"),
            ("notes", [none] + repeated([0x94], many), "more than 1500000 entries"),
            ("lists", repeated([0x5D, drop], many), "more than 1500000 entries"),
            ("items", [0x7D] + repeated([none, none, 0x73], many), "more than 1500000 entries"),
            ("names", repeated(Array("ca\nb\n0".utf8), many), "more than 1500000 entries"),
            ("stack", repeated([none], 1_000_001), "more than 1000000 values on its stack"),
            ("marks", repeated([UInt8(ascii: "(")], 1_000_001), "more than 1000000 marks"),
            (
                "instructions", repeated([none, drop], 5_000_001),
                "more than 10000000 instructions"
            ),
            ("texts", repeated(text(255) + [drop], 140_000), "more than 33554432 bytes"),
            ("far", [none, UInt8(ascii: "r"), 0xF0, 0xFF, 0xFF, 0xFF], "beyond 1500000"),
            ("line", [UInt8(ascii: "I")] + repeated([0x31], 70_000), "more than 65536 bytes"),
            ("deep", [0x29] + repeated([0x85], 100), "more than 100 deep"),
        ] {
            let start = Date()
            let message = try error(ofPickle: pickle + [0x2E])
            XCTAssertTrue(message.contains(reason), "\(name): \(message.prefix(300))")
            XCTAssertLessThan(Date().timeIntervalSince(start), 20, name)
        }
    }

    /// They are released without recursion.
    ///
    /// A list that holds itself comes to an end.
    func testDeepContainersArePassedOver() throws {
        func repeated(_ text: String, _ count: Int) -> [UInt8] {
            Array(String(repeating: text, count: count).utf8)
        }
        // A dictionary built from the outside: each part is shallow when it is set in the one
        // before, which is recalled by a note. Key 0, note 1 for the last.
        let chain =
            Array("}q\u{0}q\u{1}".utf8) + repeated("h\u{1}K\u{0}}q\u{1}s0", 100_000)
            + Array("0h\u{0}.".utf8)
        for pickle in [
            repeated("]", 100_000) + repeated("a", 99_999) + [0x2E],
            repeated("}K\u{0}", 100_000) + repeated("}s", 1) + repeated("s", 99_999) + [0x2E],
            chain, Array("]q\u{0}h\u{0}a.".utf8),
        ] {
            let message = try error(ofPickle: pickle)
            XCTAssertTrue(message.contains("holds no dictionary of weights"), message)
        }
    }

    /// A tuple of twice the same tuple, ninety times, has more places than can be visited.
    func testATupleOfTuplesIsNotVisitedForEver() throws {
        let pickle: [UInt8] =
            [0x7D, 0x85] + [UInt8]([[UInt8]](repeating: [0x32, 0x86], count: 90).joined())
        let message = try error(ofPickle: pickle + [0x2E])
        XCTAssertTrue(message.contains("holds no dictionary of weights"), message)
    }

    /// No instruction of a pickle calls a function of its choice.
    func testNothingIsRun() throws {
        let system = Array("cposix\nsystem\n".utf8)
        let argument: [UInt8] = [0x8C, 4] + Array("true".utf8) + [0x85]
        for call: [UInt8] in [[0x52], [0x81], [0x7D, 0x92], [0x52, 0x4E, 0x62]] {
            let message = try error(ofPickle: system + argument + call + [0x2E])
            XCTAssertTrue(message.contains("wants posix.system"), message)
        }
        // As the argument of what builds a parameter, too.
        let parameter = Array("}X\u{1}\u{0}\u{0}\u{0}actorch._utils\n_rebuild_parameter\n".utf8)
        for pickle in [
            parameter + system + argument + [0x52, 0x85, 0x52, 0x73, 0x2E],
            Array("(iposix\nsystem\n.".utf8),
        ] {
            let message = try error(ofPickle: pickle)
            XCTAssertTrue(message.contains("wants posix.system"), message)
        }
    }

    /// `torch.save((state_dict, {...}))`, and 2^100 beside it.
    func testAStateDictionaryInATuple() throws {
        let file = try WeightFile.open("\(folder)/tuple.pt")
        XCTAssertEqual(file.candidates.map(\.key), ["0"])
        XCTAssertEqual(file.shapes, ["a": [3, 4], "c": [3]])
        XCTAssertEqual(try file.tensor("a").values, grid)
    }

    /// The old format gives each storage's count of values and not of bytes.
    ///
    /// `a`, `z` and `b` lie in this order; `z` is of complex numbers.
    func testTheOldFormatIsReadAsFarAsTypesAreKnown() throws {
        let known = try WeightFile.open("\(folder)/legacy_types.pth")
        XCTAssertEqual(known.shapes, ["a": [2], "b": [3]])
        XCTAssertEqual(try known.tensor("b").values, [5, 6, 7])
        let path = temporary("unknown.pth")
        defer { unlink(path) }
        var data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/legacy_types.pth"))
        let name = try XCTUnwrap(data.range(of: Data("ComplexFloatStorage".utf8)))
        data.replaceSubrange(name, with: Data("ComplexOtherStorage".utf8))
        try data.write(to: URL(fileURLWithPath: path))
        let file = try WeightFile.open(path)
        XCTAssertEqual(try file.tensor("a").values, [1, 2])
        XCTAssertThrowsError(try file.tensor("b")) {
            XCTAssertTrue(
                "\($0)".contains("of torch.ComplexOtherStorage, whose size is not known"), "\($0)")
        }
    }

    func testATensorOfTooManyDimensions() throws {
        let ones = String(repeating: "1,", count: 64)
        for (shape, reason) in [
            ("[\(ones)2]", "more than 64 numbers"), ("[\(ones.dropLast())]", "do not fit"),
        ] {
            let path = try safetensors(
                "{\"a\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[0,8]}}",
                [UInt8](repeating: 0, count: 8))
            defer { unlink(path) }
            XCTAssertThrowsError(try WeightFile.open(path)) {
                XCTAssertTrue("\($0)".contains(reason), "\($0)")
            }
        }
        let sizes =
            Array("(".utf8) + [UInt8]([[UInt8]](repeating: [0x4B, 1], count: 65).joined()) + [0x74]
        let storage = Array("(U\u{7}storagectorch\nFloatStorage\nU\u{1}7U\u{3}cpuK\u{2}tQ".utf8)
        let tensor =
            Array("}U\u{1}actorch._utils\n_rebuild_tensor_v2\n(".utf8) + storage
            + [0x4B, 0] + sizes + sizes + [0x74, 0x52, 0x73, 0x2E]
        let message = try error(ofPickle: tensor)
        XCTAssertTrue(message.contains("a tensor of 65 dimensions (at most 64)"), message)
    }

    func testAHeaderOfTooManyNames() throws {
        let entry = "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}"
        let json = "{" + (0...100_000).map { "\"\($0)\(entry)" }.joined(separator: ",") + "}"
        let path = try safetensors(json, [])
        defer { unlink(path) }
        XCTAssertThrowsError(try WeightFile.open(path)) {
            XCTAssertTrue("\($0)".contains("more than 100000 tensors"), "\($0)")
        }
        // One tensor under many names, in a pickle.
        let storage = Array("(U\u{7}storagectorch\nFloatStorage\nU\u{1}7U\u{3}cpuK\u{2}tQ".utf8)
        var pickle =
            Array("}ctorch._utils\n_rebuild_tensor_v2\n(".utf8) + storage
            + [0x4B, 0, 0x4B, 2, 0x85, 0x4B, 1, 0x85, 0x74, 0x52]
            + Array("q\u{0}0".utf8)
        for index in 0...100_000 {
            let name = String(index)
            pickle += [0x8C, UInt8(name.utf8.count)] + Array(name.utf8) + Array("h\u{0}s".utf8)
        }
        let message = try error(ofPickle: pickle + [0x2E])
        XCTAssertTrue(message.contains("more than 100000 tensors"), message)
    }

    private func safetensors(_ json: String, _ values: [UInt8]) throws -> String {
        let path = temporary("made.safetensors")
        var data = withUnsafeBytes(of: UInt64(json.utf8.count).littleEndian) { Data($0) }
        data.append(Data(json.utf8))
        data.append(contentsOf: values)
        try data.write(to: URL(fileURLWithPath: path))
        return path
    }

    func testSafetensorsOfEveryType() throws {
        // 1.5, -448 and NaN of F8_E4M3; 1.5 and -inf of F8_E5M2 (torch.float8_*).
        let path = try safetensors(
            """
            {"b":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]},
            "i":{"dtype":"I32","shape":[1],"data_offsets":[2,6]},
            "u":{"dtype":"U8","shape":[1],"data_offsets":[6,7]},
            "e4":{"dtype":"F8_E4M3","shape":[3],"data_offsets":[7,10]},
            "e5":{"dtype":"F8_E5M2","shape":[2],"data_offsets":[10,12]},
            "c":{"dtype":"C64","shape":[1],"data_offsets":[12,20]}}
            """,
            [0, 1, 0xFE, 0xFF, 0xFF, 0xFF, 200, 0x3C, 0xFE, 0x7F, 0x3E, 0xFC]
                + [UInt8](repeating: 0, count: 8))
        defer { unlink(path) }
        let file = try WeightFile.open(path)
        XCTAssertEqual(file.candidates.map(\.key), [""])
        XCTAssertEqual(try file.tensor("b").values, [0, 1])
        XCTAssertEqual(try file.tensor("i", in: "").values, [-2])
        XCTAssertEqual(try file.tensor("u").values, [200])
        let e4 = try file.tensor("e4").values
        XCTAssertEqual(Array(e4.prefix(2)), [1.5, -448])
        XCTAssertTrue(e4[2].isNaN)
        XCTAssertEqual(try file.tensor("e5").values, [1.5, -.infinity])
        XCTAssertEqual(file.shapes["c"], [1])
        XCTAssertThrowsError(try file.tensor("c")) {
            XCTAssertTrue("\($0)".contains("c: type C64 cannot be read as numbers"), "\($0)")
        }
    }

    func testFilesThatAreNoWeightsAreNamed() throws {
        let path = temporary("other.pth")
        defer { unlink(path) }
        let files: [([UInt8], String)] = [
            (
                Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\n".utf8),
                "LFS pointer"
            ),
            (Array("\n <!DOCTYPE html><html></html>".utf8), "HTML page"),
            ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0, 0], "gzip"),
            ([8, 7, 0x12, 7] + Array("pytorch1.13".utf8), "ONNX"),
            ([8, 1, 0x12, 0x90, 3] + Array("1234567".utf8), "TensorFlow"),
            ([], "an empty file"),
            ([0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, 0x7D, 0x2E], "torch.save did not write"),
            (Array("{\"a\": 1, \"b\": 2}".utf8), "no index of sharded weights"),
        ]
        for (bytes, name) in files {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            XCTAssertThrowsError(try WeightFile.open(path)) {
                XCTAssertTrue("\($0)".contains(name), "\($0)")
            }
        }
    }

    func testShardedWeights() throws {
        let place = temporary("shards")
        defer { try? FileManager.default.removeItem(atPath: place) }
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let index = "\(place)/model.safetensors.index.json"
        func map(_ last: String) throws {
            try "{\"metadata\":{},\"weight_map\":{\"x\":\"1.safetensors\",\"y\":\"\(last)\"}}"
                .write(
                    toFile: index, atomically: true, encoding: .utf8)
        }
        try map("2.safetensors")
        try SafeTensors.write([("x", Tensor(grid, shape: [3, 4]))], to: "\(place)/1.safetensors")
        XCTAssertThrowsError(try WeightFile.open(index)) {
            XCTAssertTrue("\($0)".hasSuffix("into the same folder: 2.safetensors"), "\($0)")
        }
        try SafeTensors.write([("y", Tensor([7], shape: []))], to: "\(place)/2.safetensors")
        let file = try WeightFile.open(index)
        XCTAssertEqual(file.shapes, ["x": [3, 4], "y": []])
        XCTAssertEqual(try file.tensor("x").values, grid)
        XCTAssertEqual(try file.tensor("y").values, [7])
        try map("1.safetensors")
        XCTAssertThrowsError(try WeightFile.open(index)) {
            XCTAssertTrue("\($0)".contains("has no tensor y"), "\($0)")
        }
        try map("../2.safetensors")
        XCTAssertThrowsError(try WeightFile.open(index)) {
            XCTAssertTrue("\($0)".contains("is not in the same folder"), "\($0)")
        }
    }
}
