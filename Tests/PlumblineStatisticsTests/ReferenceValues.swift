import Foundation
import PlumblineStatistics
import XCTest

/// The data and the expected values of Tools/oracle/statistics_reference.py and .R.
struct ReferenceValues {
    private let values: [String: Double]
    let gap: [Double]
    let design: DesignMatrix
    let image: [String]
    let pair: [String]

    init() throws {
        var values: [String: Double] = [:]
        for file in ["expected_scipy.csv", "expected_r.csv"] {
            for fields in try Self.rows(file) {
                values[fields[0]] = try XCTUnwrap(Double(fields[1]), "\(file): \(fields)")
            }
        }
        self.values = values
        let rows = try Self.rows("regression.csv").dropFirst()
        gap = rows.map { Double($0[0])! }
        var design = DesignMatrix(rows: gap.count)
        for (index, name) in ["vit", "pretrained", "size"].enumerated() {
            design.add(name, rows.map { Double($0[index + 1])! })
        }
        self.design = design
        image = rows.map { $0[4] }
        pair = rows.map { $0[5] }
    }

    static func rows(_ file: String) throws -> [[String]] {
        let path = "\(#filePath)".split(separator: "/").dropLast().joined(separator: "/")
        let text = try String(contentsOfFile: "/\(path)/Reference/\(file)", encoding: .utf8)
        return text.split(separator: "\n").map {
            $0.split(separator: ",").map(String.init)
        }
    }

    /// The expected value of a name.
    func value(_ name: String) throws -> Double { try XCTUnwrap(values[name], name) }

    /// Compares a value with the expected one, relative to its size but at least to 0.001.
    func check(
        _ name: String, _ value: Double, to tolerance: Double = 1e-8, line: UInt = #line
    ) throws {
        let expected = try self.value(name)
        XCTAssertEqual(
            value, expected, accuracy: tolerance * max(abs(expected), 1e-3), name, line: line)
    }
}
