import Foundation
import PlumblineStorage
import XCTest

/// Pickles in the format from before PyTorch 1.6, put together by hand: what is beside the weights
/// is passed over, and no code runs.
final class PickleTests: XCTestCase {
    private let path = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString).pth"
    override func tearDown() { unlink(path) }

    private func text(_ value: String) -> [UInt8] {
        [UInt8(ascii: "X"), UInt8(value.utf8.count), 0, 0, 0] + Array(value.utf8)
    }
    private func global(_ module: String, _ name: String) -> [UInt8] {
        Array("c\(module)\n\(name)\n".utf8)
    }

    /// Two values, 1.5 and -2, as a tensor of `shape`.
    private func tensor(_ shape: [UInt8] = [2], strides: [UInt8] = [1], offset: UInt8 = 0)
        -> [UInt8]
    {
        func tuple(_ items: [UInt8]) -> [UInt8] {
            [UInt8(ascii: "(")] + items.flatMap { [UInt8(ascii: "K"), $0] } + [UInt8(ascii: "t")]
        }
        let storage: [UInt8] =
            [UInt8(ascii: "(")] + text("storage") + global("torch", "FloatStorage") + text("7")
            + text("cpu") + [UInt8(ascii: "K"), 2, UInt8(ascii: "N"), UInt8(ascii: "t")]
        return global("torch._utils", "_rebuild_tensor_v2") + [UInt8(ascii: "(")] + storage
            + [UInt8(ascii: "Q"), UInt8(ascii: "K"), offset] + tuple(shape) + tuple(strides)
            + [0x89] + global("collections", "OrderedDict")
            + [UInt8(ascii: ")"), UInt8(ascii: "R"), UInt8(ascii: "t"), UInt8(ascii: "R")]
    }

    /// A file whose object is a dictionary of `items`.
    private func write(_ items: [(String, [UInt8])]) throws {
        let signature: [UInt8] = [
            0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
        ]
        let end = UInt8(ascii: ".")
        var bytes = signature + [0x80, 2, UInt8(ascii: "M"), 0xE9, 3, end]
        bytes += [0x80, 2, UInt8(ascii: "}"), end]
        bytes += [0x80, 2, UInt8(ascii: "}")]
        for (name, value) in items { bytes += text(name) + value + [UInt8(ascii: "s")] }
        bytes += [end, 0x80, 2, UInt8(ascii: "]")] + text("7") + [UInt8(ascii: "a"), end]
        bytes += [2, 0, 0, 0, 0, 0, 0, 0]
        bytes += [Float(1.5), -2].flatMap { withUnsafeBytes(of: $0) { Array($0) } }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    private func message() -> String {
        do { _ = try WeightFile.open(path) } catch { return "\(error)" }
        return "accepted"
    }

    func testTheOldFormat() throws {
        try write([
            ("w", tensor()), ("row", tensor([1, 2], strides: [2, 1])),
            ("expanded", tensor([3, 2], strides: [0, 1])), ("empty", tensor([0], offset: 2)),
        ])
        let file = try WeightFile.open(path)
        XCTAssertEqual(file.shapes, ["w": [2], "row": [1, 2], "expanded": [3, 2], "empty": [0]])
        XCTAssertEqual(try file.tensor("w").values, [1.5, -2])
        XCTAssertEqual(try file.tensor("expanded").values, [1.5, -2, 1.5, -2, 1.5, -2])
        XCTAssertEqual(try file.tensor("empty").values, [])
        for bad in [
            tensor([3]), tensor([2], offset: 1), tensor([2], strides: [2]),
            tensor([0], offset: 3), tensor([200, 200, 200], strides: [0, 0, 0]),
        ] {
            try write([("w", bad)])
            XCTAssertTrue(message().contains("reach beyond its storage"), message())
        }
    }

    /// What no weight needs is passed over unread, whatever made it.
    func testOtherValuesArePassedOver() throws {
        let r = UInt8(ascii: "R")
        let mark = UInt8(ascii: "(")
        let t = UInt8(ascii: "t")
        let others: [[UInt8]] = [
            global("collections", "Counter") + [UInt8(ascii: "}"), 0x85, r],
            global("argparse", "Namespace") + [UInt8(ascii: ")"), 0x81, UInt8(ascii: "}")]
                + [UInt8(ascii: "b")],
            global("numpy.core.multiarray", "scalar") + [mark] + global("numpy", "dtype")
                + text("f8") + [t, r],
            global("my.package", "Thing") + [UInt8(ascii: ")"), r] + text("k")
                + [UInt8(ascii: "N"), UInt8(ascii: "s")],
            [mark] + Array("imy.package\nThing\n".utf8),
            [mark] + global("my.package", "Thing") + [UInt8(ascii: "o")],
            [0x8F, mark, UInt8(ascii: "K"), 1, 0x90], [mark, UInt8(ascii: "K"), 1, 0x91],
            [0x96, 2, 0, 0, 0, 0, 0, 0, 0, 9, 9], global("builtins", "set") + [0x5D, 0x85, r],
            [0x82, 1], [UInt8(ascii: "I")] + Array("12\n".utf8), Array("F1.5\n".utf8),
        ]
        for (index, other) in others.enumerated() {
            try write([("w", tensor()), ("other", other)])
            let file = try WeightFile.open(path)
            XCTAssertEqual(file.shapes, ["w": [2]], "other value \(index)")
            XCTAssertEqual(try file.tensor("w").values, [1.5, -2])
        }
    }

    /// Names that can run code are refused by name, by whatever instruction they come.
    func testWhatCanRunIsRefused() throws {
        let names = [
            ("os", "system"), ("posix", "system"), ("nt", "system"), ("subprocess", "Popen"),
            ("subprocess", "check_output"), ("builtins", "eval"), ("builtins", "exec"),
            ("builtins", "getattr"), ("builtins", "__import__"), ("__builtin__", "compile"),
            ("importlib", "import_module"), ("runpy", "run_path"), ("pty", "spawn"),
            ("shutil", "rmtree"), ("socket", "create_connection"), ("webbrowser", "open"),
            ("ctypes", "CDLL"), ("code", "interact"), ("pickle", "loads"), ("marshal", "loads"),
            ("operator", "attrgetter"), ("functools", "partial"), ("types", "FunctionType"),
            ("os.path", "join"), ("asyncio.subprocess", "create_subprocess_shell"),
        ]
        let call: [UInt8] = text("touch x") + [0x85, UInt8(ascii: "R")]
        for (module, name) in names {
            let forms: [[UInt8]] = [
                global(module, name) + call, text(module) + text(name) + [0x93] + call,
                [UInt8(ascii: "(")] + text("x") + Array("i\(module)\n\(name)\n".utf8),
                [UInt8(ascii: "(")] + global(module, name) + text("x") + [UInt8(ascii: "o")],
                global(module, name) + text("x") + [0x85, 0x81],
            ]
            for form in forms {
                try write([("w", tensor()), ("other", form)])
                XCTAssertTrue(
                    message().contains("wants \(module).\(name), which can run"), message())
            }
        }
        // A call of an unknown function gives no weight.
        try write([("w", global("my.package", "tensor") + [UInt8(ascii: ")"), UInt8(ascii: "R")])])
        XCTAssertTrue(message().contains("my.package.tensor"), message())
    }

    func testDeepNesting() throws {
        let deep =
            [UInt8](repeating: UInt8(ascii: ")"), count: 1)
            + [UInt8](repeating: 0x85, count: 100_000)
        try write([("w", tensor()), ("other", deep)])
        XCTAssertTrue(message().contains("more than 100 deep"), message())
        // Lists in lists are passed over, and their release is no recursion.
        let lists =
            [UInt8](repeating: UInt8(ascii: "]"), count: 200_000)
            + [UInt8](repeating: UInt8(ascii: "a"), count: 199_999)
        try write([("w", tensor()), ("other", lists)])
        XCTAssertEqual(message(), "accepted")
    }

    func testSafetensorsAsTheReferenceRefusesThem() throws {
        func open(_ json: String, values: Int = 8) throws -> String {
            var data = withUnsafeBytes(of: UInt64(json.utf8.count).littleEndian) { Data($0) }
            data.append(Data(json.utf8))
            data.append(Data(count: values))
            try data.write(to: URL(fileURLWithPath: path))
            return message()
        }
        func entry(_ type: String, _ shape: String, _ range: String) -> String {
            "{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(range)}"
        }
        let one = entry("F32", "[1]", "[0,4]")
        let two = entry("F32", "[1]", "[4,8]")
        XCTAssertEqual(try open("{\"a\":\(one),\"b\":\(two)}"), "accepted")
        XCTAssertEqual(try open("{\"a\":\(entry("BOOL", "[8]", "[0,8]"))}"), "accepted")
        XCTAssertEqual(try open("{\"a\":\(entry("F8_E5M2", "[8]", "[0,8]"))}"), "accepted")
        for (json, words) in [
            ("{\"a\":\(one),\"a\":\(two)}", "a is there twice"),
            ("{\"a\":\(one),\"\\u0061\":\(two)}", "a is there twice"),
            ("{\"a\":\(one),\"b\":\(one)}", "overlap"),
            ("{\"b\":\(two)}", "leave a hole"), ("{\"a\":\(one)}", "4 bytes after"),
            ("{\"a\":\(entry("F32", "[true,1]", "[0,4]")),\"b\":\(two)}", "must be a whole number"),
        ] {
            let message = try open(json)
            XCTAssertTrue(message.contains(words), "\(json): \(message)")
        }
        _ = try open("{\"a\":\(entry("I32", "[2]", "[0,8]"))}")
        let wide = try WeightFile.open(path)
        XCTAssertEqual(try wide.tensor("a").values, [0, 0])
    }

    func testOtherFilesAreCalledByTheirName() throws {
        for (content, words) in [
            ("version https://git-lfs.github.com/spec/v1\noid sha256:00", "Git LFS pointer"),
            ("<!DOCTYPE html><html><body>Sign in</body></html>", "HTML page"),
            ("{\"metadata\":{},\"weight_map\":{\"a\":\"m-1.safetensors\"}}", "sharded"),
        ] {
            try Data(content.utf8).write(to: URL(fileURLWithPath: path))
            XCTAssertTrue(message().contains(words), message())
        }
    }
}
