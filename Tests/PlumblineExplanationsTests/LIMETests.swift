import PlumblineExplanations
import PlumblineTensors
import XCTest

final class LIMETests: XCTestCase {
    private static let shown: [[Bool]] = [31, 5, 9, 22, 14, 27, 3, 16, 30, 21, 0, 12].map { row in
        (0..<5).map { row >> $0 & 1 == 1 }
    }
    private static let scores = [
        2.5, 0.3, -0.7, 1.1, 0.2, 1.9, -1.2, 0.05, 2.1, 0.9, -1.5, 0.6,
    ]

    /// Weights by the kernels of lime 0.2.0.1 and Captum 0.9 (which agree) and by the paper's, and
    /// coefficients by scikit-learn's Ridge with them as sample weights: printed by
    /// Tools/oracle/lime_reference.py.
    private static let references: [(LIMERegression, weights: [Double], coefficients: [Double])] = [
        (
            LIMERegression(),
            [
                1, 0.339353994, 0.339353994, 0.666008203, 0.666008203, 0.914694688,
                0.339353994, 0.0867623531, 0.914694688, 0.666008203, 0.000335462628,
                0.339353994,
            ],
            [0.163876185, 0.328436835, 0.410277757, 0.550810894, 0.983183039]
        ),
        (
            LIMERegression(kernel: .paper),
            [
                1, 0.115161133, 0.115161133, 0.443566926, 0.443566926, 0.836666372,
                0.115161133, 0.00752770591, 0.836666372, 0.443566926, 1.12535175e-07,
                0.115161133,
            ],
            [0.189922099, 0.317841177, 0.220790148, 0.445260258, 0.746287813]
        ),
        (
            LIMERegression(kernel: .package, width: 0.6, ridge: 0.1),
            [
                1, 0.828926721, 0.828926721, 0.931867345, 0.931867345, 0.984639175,
                0.828926721, 0.654157795, 0.984639175, 0.931867345, 0.249352209, 0.828926721,
            ],
            [0.353277327, 0.19543322, 0.936362453, 0.925071399, 1.54249586]
        ),
    ]

    func testWeightsAndCoefficientsAgainstOtherPrograms() {
        for (regression, weights, coefficients) in Self.references {
            assertClose(regression.weights(Self.shown), weights, "\(regression)")
            assertClose(
                regression.coefficients(Self.shown, Self.scores), coefficients, "\(regression)")
        }
    }

    func testTheDefaultIsThePackagesKernel() {
        let settings = ExplanationSettings()
        XCTAssertEqual(settings.limeKernel, .package)
        XCTAssertEqual(settings.limeWidth, 0.25)
        XCTAssertEqual(settings.limeRidge, 1)
    }

    /// The settings reach the maps.
    func testKernelWidthAndRidgeAreSettings() throws {
        let model = try sample("resnet_mini")
        let image = images(1)
        func map(_ change: (inout ExplanationSettings) -> Void) throws -> [Float] {
            var settings = ExplanationSettings()
            settings.samples = 60
            settings.segments = 9
            change(&settings)
            return try ExplanationRegistry.make("lime", settings).relevance(
                of: request(model, image)
            ).values
        }
        let standard = try map { _ in }
        XCTAssertEqual(standard, try map { $0.limeKernel = .package })
        XCTAssertNotEqual(standard, try map { $0.limeKernel = .paper })
        XCTAssertNotEqual(standard, try map { $0.limeWidth = 0.5 })
        XCTAssertNotEqual(standard, try map { $0.limeRidge = 0.1 })
        // The paper's kernel of width w sqrt(2) is the packages' of width w.
        let same = try map {
            $0.limeKernel = .paper
            $0.limeWidth = 0.25 * 2.squareRoot()
        }
        for (a, b) in zip(standard, same) { XCTAssertEqual(a, b, accuracy: 1e-5) }
    }

    private func assertClose(
        _ found: [Double], _ expected: [Double], _ name: String, line: UInt = #line
    ) {
        XCTAssertEqual(found.count, expected.count, name, line: line)
        for (a, b) in zip(found, expected) {
            XCTAssertEqual(a, b, accuracy: 1e-8 * max(1, abs(b)), name, line: line)
        }
    }
}
