import Experiments
import Foundation
import XCTest

/// Logits, explanations, losses and the gradient through the explanation against PyTorch and zennit in float64, on small models.
final class ParityTests: XCTestCase {
    private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Parity").path

    func testCommittedFiles() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".h5") }
        XCTAssertEqual(files.count, 4)
        for file in files {
            let rows = try Parity.check("\(folder)/\(file)")
            XCTAssertTrue(rows.contains { $0.name == "gradient" } && rows.contains { $0.name == "explanation/gradient" })
            // These small models are exact to rounding: ask for more than the command's tolerances do.
            for row in rows where row.limit != nil { XCTAssertLessThan(row.relativeError, 1e-5, "\(file): \(row.name)") }
        }
    }

    func testAFileThatIsNoParityFileIsRefused() {
        XCTAssertThrowsError(try Parity.check(#filePath))
    }
}
