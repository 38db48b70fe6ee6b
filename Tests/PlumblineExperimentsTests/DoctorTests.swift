import Foundation
import PlumblineExperiments
import PlumblineTensors
import XCTest

/// `plumbline doctor`.
final class DoctorTests: XCTestCase {
    func testTheGradientsAreRight() {
        for check in [GradientSelfCheck.convolution(), GradientSelfCheck.attention()] {
            XCTAssertLessThan(check.loopDifference, 1e-5, check.name)
            XCTAssertLessThan(check.slopeDifference, 1e-2, check.name)
            XCTAssertTrue(check.isRight)
        }
    }

    func testASlowProcessorIsANote() {
        XCTAssertEqual(Doctor.processor("avx2", version: "2.7.2").state, .ok)
        let old = Doctor.processor("sse41", version: "2.7.2")
        XCTAssertEqual(old.state, .note)
        XCTAssertTrue(old.text.contains("instruction set sse41"), old.text)
    }

    func testOpenBLAS() {
        let dynamic = "OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY Haswell MAX_THREADS=64"
        let finding = Doctor.openBLAS(dynamic, kernel: "Haswell", coreType: nil)
        XCTAssertEqual(finding, DoctorFinding(.ok, "OpenBLAS 0.3.21, kernel Haswell"))
        XCTAssertEqual(
            Doctor.openBLAS(dynamic, kernel: "Prescott", coreType: "Prescott").state, .note)
        XCTAssertEqual(
            Doctor.openBLAS("OpenBLAS 0.3.21 Haswell", kernel: "Haswell", coreType: nil).state,
            .note)
    }

    /// Runs the program as a user who is not root would: in a folder that cannot be written.
    func testAFolderThatIsMissingIsAProblem() throws {
        let program = try Program()
        defer { program.remove() }
        let good = try program.run(["doctor", "--folder", program.folder])
        XCTAssertEqual(good.code, 0, good.output + good.errors)
        XCTAssertFalse(good.output.contains("problem"), good.output)
        for word in ["oneDNN", "OpenBLAS", "HDF5", "cairo", "libpng", "libjpeg", "threads: "] {
            XCTAssertTrue(good.output.contains(word), word)
        }
        XCTAssertFalse(
            try FileManager.default.contentsOfDirectory(atPath: program.folder).contains {
                $0.contains("doctor")
            })
        let bad = try program.run(["doctor", "--folder", program.folder + "/none"])
        XCTAssertEqual(bad.code, 1)
        XCTAssertTrue(bad.output.contains("problem  folder"), bad.output)
    }
}
