import Foundation
import PlumblineStorage
import XCTest

/// Headers that the reference implementation (safetensors 0.8, Rust) refuses, tried with its
/// `safe_open`; and two that it takes.
final class SafeTensorsHeaderTests: XCTestCase {
    private let tensor = #""w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#

    private func message(_ header: String) throws -> String {
        let path = NSTemporaryDirectory() + "plumbline-\(UUID()).safetensors"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var data = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
        data.append(Data(header.utf8))
        data.append(Data(count: 8))
        try data.write(to: URL(fileURLWithPath: path))
        do { _ = try WeightFile.open(path) } catch { return "\(error)" }
        return "accepted"
    }

    func testWhatTheReferenceRefuses() throws {
        let whole = "this must be a whole number"
        for (header, reason) in [
            ("{\(tensor),}", "\" is missing"),
            ("{\(tensor),\(tensor)}", "w is there twice"),
            (#"{\#(tensor),"\u0077":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, "twice"),
            (#"{"w":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}"#, "twice"),
            (#"{"w":{"dtype":"F32","shape":[true,2],"data_offsets":[0,8]}}"#, whole),
            (#"{"w":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, whole),
            (#"{"w":{"dtype":"F32","shape":[2e0],"data_offsets":[0,8]}}"#, whole),
            (#"{"w":{"dtype":"F32","shape":[NaN],"data_offsets":[0,8]}}"#, whole),
            (#"{"w":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}"#, whole),
            (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[-0,8]}}"#, whole),
            (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}"#, "more than 2 numbers"),
            (#"{"__metadata__":{"a":1},\#(tensor)}"#, "\" is missing"),
            ("{\(tensor)}\0", "more follows"),
            (#"{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, "half of"),
            (String(repeating: "[", count: 100_000), "neither safetensors"),
            (#"{"w":{"x":"# + String(repeating: "[", count: 100_000), "nests more than 100 deep"),
        ] {
            let found = try message(header)
            XCTAssertTrue(found.contains(reason), "\(header.prefix(90)): \(found)")
        }
    }

    func testWhatTheReferenceTakes() throws {
        XCTAssertEqual(try message("{\(tensor)}   "), "accepted")
        XCTAssertEqual(
            try message(
                #"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":{"y":[-2e3]}}}"#),
            "accepted")
    }
}
