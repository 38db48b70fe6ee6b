import PlumblineExperiments
import PlumblineExplanations
import Foundation
import XCTest

/// Logits, explanations, losses and the gradient through the explanation against PyTorch and zennit
/// in float64, on small models.
final class ParityTests: XCTestCase {
    private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Parity").path

    func testCommittedFiles() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.hasSuffix(".h5")
        }
        XCTAssertEqual(files.count, 11)
        var methods: Set<String> = []
        for file in files {
            let rows = try Parity.check("\(folder)/\(file)")
            methods.formUnion(
                rows.filter { $0.name.hasPrefix("explanation/") }.map {
                    String($0.name.dropFirst("explanation/".count))
                })
            if !file.hasPrefix("methods_") {
                XCTAssertTrue(rows.contains { $0.name == "gradient" }, file)
            }
            // These small models are exact to rounding: ask for more than the command's tolerances
            // do.
            for row in rows where row.limit != nil {
                XCTAssertLessThan(
                    row.relativeError, max(2e-5, 4 * row.float32Error), "\(file): \(row.name)")
            }
        }
        // No reference implementation here has these; our own tests cover them.
        let without: Set = [
            "cam", "smoothgrad_cam_plus_plus", "attention_rollout", "attention_flow",
            "gradient_rollout", "rise", "lime", "kernel_shap",
        ]
        // Other tests register methods of their own.
        let names = ExplanationRegistry.names.filter { !$0.hasPrefix("test_") }
        XCTAssertEqual(methods, Set(names).subtracting(without))
    }

    func testAFileThatIsNoParityFileIsRefused() {
        XCTAssertThrowsError(try Parity.check(#filePath))
    }
}
