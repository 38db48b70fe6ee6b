import PlumblineStatistics
import XCTest

/// Regressions beside R (lm, clubSandwich, lme4): Tools/oracle/statistics_reference.R.
final class RegressionTests: XCTestCase {
    private func fit() throws -> (LeastSquares, ReferenceValues) {
        let reference = try ReferenceValues()
        return (try LeastSquares(reference.gap, on: reference.design), reference)
    }

    func testLeastSquaresAgainstR() throws {
        let (fit, reference) = try fit()
        try reference.check("r_squared", fit.rSquared)
        for coefficient in fit.coefficients {
            try reference.check("ols_\(coefficient.term)", coefficient.estimate)
            try reference.check("ols_se_\(coefficient.term)", coefficient.standardError)
            try reference.check("ols_p_\(coefficient.term)", coefficient.pValue)
        }
    }

    func testClusteredErrorsAgainstClubSandwich() throws {
        let (fit, reference) = try fit()
        for (kind, clusters) in [("image", reference.image), ("pair", reference.pair)] {
            for coefficient in try fit.clustered(by: clusters) {
                try reference.check("cr1_\(kind)_\(coefficient.term)", coefficient.standardError)
            }
            for coefficient in try fit.clusteredCR2(by: clusters) {
                let name = "\(kind)_\(coefficient.term)"
                try reference.check("cr2_\(name)", coefficient.standardError)
                try reference.check("cr2_df_\(name)", coefficient.degrees)
                try reference.check("cr2_p_\(name)", coefficient.pValue)
            }
        }
        for coefficient in try fit.clustered(by: reference.image, and: reference.pair) {
            try reference.check("two_way_\(coefficient.term)", coefficient.standardError)
            XCTAssertEqual(coefficient.degrees, 7)
        }
    }

    /// A cluster that a column describes alone leaves CR2 no direction there, and no NaN.
    func testCR2WithAClusterOfItsOwnColumn() throws {
        let reference = try ReferenceValues()
        var design = reference.design
        design.add("first", reference.image.map { $0 == "i3" ? 1 : 0 })
        let fit = try LeastSquares(reference.gap, on: design)
        for coefficient in try fit.clusteredCR2(by: reference.image).dropLast() {
            XCTAssertGreaterThan(coefficient.standardError, 0)
            XCTAssertTrue(coefficient.standardError.isFinite, coefficient.term)
        }
    }

    func testWildBootstrapAgainstEnumeration() throws {
        let (fit, reference) = try fit()
        for term in ["vit", "pretrained", "size"] {
            let result = try fit.wildBootstrap(term, by: reference.pair)
            XCTAssertTrue(result.isExact)
            XCTAssertEqual(result.draws, 256)
            try reference.check("wild_\(term)_t", result.statistic)
            try reference.check("wild_\(term)_p", result.pValue)
        }
        let drawn = try fit.wildBootstrap("vit", by: reference.image)
        XCTAssertFalse(drawn.isExact)
        XCTAssertLessThan(drawn.pValue, 0.01)
    }

    func testMixedModelAgainstLme4() throws {
        let reference = try ReferenceValues()
        for (name, factors) in [
            ("mixed", [reference.image, reference.pair]), ("mixed_one", [reference.image]),
        ] {
            let model = try MixedModel(reference.gap, on: reference.design, factors: factors)
            try reference.check("\(name)_image", model.variances[0], to: 1e-6)
            if factors.count > 1 {
                try reference.check("\(name)_pair", model.variances[1], to: 1e-6)
            }
            try reference.check("\(name)_residual", model.residualVariance, to: 1e-6)
            try reference.check("\(name)_criterion", model.criterion)
            for coefficient in model.coefficients {
                try reference.check("\(name)_\(coefficient.term)", coefficient.estimate, to: 1e-6)
                try reference.check(
                    "\(name)_se_\(coefficient.term)", coefficient.standardError, to: 1e-6)
            }
            XCTAssertLessThan(model.shares.reduce(0, +), 1)
        }
        // The order of the factors does not matter.
        let swapped = try MixedModel(
            reference.gap, on: reference.design, factors: [reference.pair, reference.image])
        try reference.check("mixed_image", swapped.variances[1], to: 1e-6)
        let reliability = swapped.reliability(of: 0, rows: 12)
        XCTAssertEqual(
            reliability,
            swapped.variances[0] / (swapped.variances[0] + swapped.residualVariance / 12),
            accuracy: 1e-12)
    }

    /// A variance of 0 is the edge of the space, and it is reached.
    func testAVarianceOfZero() throws {
        let y = (0..<24).map { Double(($0 * 7) % 5) }
        // Each level has the same mean, so levels explain nothing.
        let level = (0..<24).map { "\($0 % 4)" }
        var values = y
        for name in 0..<4 {
            let own = (0..<24).filter { $0 % 4 == name }
            let mean = own.map { y[$0] }.reduce(0, +) / Double(own.count)
            for index in own { values[index] -= mean }
        }
        let model = try MixedModel(values, on: DesignMatrix(rows: 24), factors: [level])
        XCTAssertEqual(model.variances[0], 0, accuracy: 1e-9)
    }

    func testWhatCannotBeComputedIsSaid() throws {
        let reference = try ReferenceValues()
        var twice = reference.design
        twice.add("copy", twice.columns[1].map { 1 - $0 })
        XCTAssertThrowsError(try LeastSquares(reference.gap, on: twice)) {
            XCTAssertTrue("\($0)".hasPrefix("copy follows from the terms before it"), "\($0)")
        }
        XCTAssertThrowsError(
            try LeastSquares([1, 2], on: DesignMatrix(rows: 2)).clustered(by: ["a", "a"])
        ) {
            XCTAssertEqual("\($0)", "1 cluster; at least 2 are needed")
        }
        XCTAssertThrowsError(try LeastSquares([1], on: DesignMatrix(rows: 1)))
        XCTAssertThrowsError(try LeastSquares([1, .nan, 2], on: DesignMatrix(rows: 3)))
        XCTAssertThrowsError(
            try MixedModel([1, 2, 4], on: DesignMatrix(rows: 3), factors: [["a", "b", "c"]]))
        let (fit, _) = try fit()
        XCTAssertThrowsError(try fit.wildBootstrap("swin", by: reference.pair)) {
            XCTAssertEqual(
                "\($0)", "no term swin; there are intercept, vit, pretrained, size")
        }
    }
}
