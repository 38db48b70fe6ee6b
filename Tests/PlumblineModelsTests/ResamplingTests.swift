import Foundation
import PlumblineModels
import PlumblineTensors
import XCTest

final class ResamplingTests: XCTestCase {
    /// Values of timm's `resize_rel_pos_bias_table` (without scipy) of the table sin(0.7 i):
    /// windows 3 to 5, the middle rows, and 5 to 3.
    func testRelativePositionsAreResampledAsTimmDoes() {
        let wider = Tensor((0..<25).map { Float(sin(0.7 * Double($0))) }, shape: [25, 1])
            .resampledRelativePositions(from: 5, to: 9)
        assertClose(
            Array(wider.values[18..<36]),
            [
                -0.116928, -0.116928, -0.0316339, 0.138954, 0.329483, 0.365051, 0.274304, 0.22893,
                0.22893, -0.350783, -0.350783, -0.524381,
                -0.871576, -0.982453, -0.631267, -0.199213, 0.0168139, 0.0168139,
            ], 2e-5)
        let narrower = Tensor((0..<81).map { Float(sin(0.7 * Double($0))) }, shape: [81, 1])
            .resampledRelativePositions(from: 9, to: 5)
        assertClose(
            Array(narrower.values[..<10]),
            [
                0.989193, 0.845657, 0.302959, -0.382225, -0.882638, 0.991221, 0.836656, 0.287053,
                -0.397556, -0.89026,
            ], 2e-5)
    }

    private func assertClose(
        _ a: [Float], _ b: [Float], _ tolerance: Float, file: StaticString = #filePath,
        line: UInt = #line
    ) {
        XCTAssertEqual(a.count, b.count, file: file, line: line)
        for (index, pair) in zip(a, b).enumerated() {
            XCTAssertEqual(
                pair.0, pair.1, accuracy: tolerance * max(1, abs(pair.1)), "value \(index)",
                file: file, line: line)
        }
    }
}
