import Experiments
import Foundation
import Models
import Storage
import XCTest

final class WeightImportTests: XCTestCase {
    /// A Swin of another window and image size keeps every weight; only the tables of relative
    /// positions are resampled, and it says so.
    func testASwinOfAnotherWindow() throws {
        let path = NSTemporaryDirectory() + "plumbline-\(UUID()).safetensors"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let source = try ModelRegistry.make("swin_mini", classes: 2, seed: 5)
        try SafeTensors.write(source.parameters.map { ($0.name, $0.torchValue) }, to: path)
        let wider = try ModelRegistry.make(
            "swin_mini", classes: 2,
            configuration: ModelConfiguration(json: #"{"window_size": 6, "img_size": 96}"#), seed: 6
        )
        let report = try WeightImport.load(path, into: wider)
        XCTAssertEqual(report.adapted.count, 4, "\(report.lines)")
        XCTAssertTrue(
            report.adapted.allSatisfy { $0.hasSuffix("window of 4 resampled to 6") },
            "\(report.lines)")
        for (from, to) in zip(source.parameters, wider.parameters)
        where !from.name.hasSuffix("relative_position_bias_table") {
            XCTAssertEqual(from.value.values, to.value.values, from.name)
        }
        let table = try XCTUnwrap(
            wider.parameters.first { $0.name.hasSuffix("relative_position_bias_table") })
        XCTAssertEqual(table.value.shape, [121, 2])
        // The middle, a token with itself, stays what it was.
        let original = try XCTUnwrap(source.parameters.first { $0.name == table.name })
        XCTAssertEqual(Array(table.value.values[120..<122]), Array(original.value.values[48..<50]))
    }
}
