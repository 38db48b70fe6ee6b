import PlumblineStatistics
import XCTest

/// Expected values: Reference/reference.py (scipy.stats.t).
final class StudentTTests: XCTestCase {
    func testQuantilesAgainstScipy() {
        let expected: [(Double, Double, Double)] = [
            (0.975, 1, 12.706204736174694),
            (0.975, 2, 4.302652729749462),
            (0.975, 4, 2.7764451051977934),
            (0.975, 7, 2.364624251592784),
            (0.975, 19, 2.0930240544083087),
            (0.975, 39, 2.022690920036761),
            (0.975, 66, 1.9965644189523117),
            (0.975, 1000, 1.9623390808264083),
            (0.975, 1_000_000, 1.959966356814107),
            (0.9, 3, 1.637744353696209),
            (0.6, 5, 0.2671808657041451),
            (0.51, 8, 0.025863148428696664),
            (0.9995, 2.5, 18.277893528131457),
            (0.9999999, 3, 222.57159098625124),
            (0.025, 9, -2.2621571627982053),
            (1e-06, 30, -5.871117120418882),
            (0.95, 41.5, 1.6824094777884209),
        ]
        for (probability, degrees, value) in expected {
            XCTAssertEqual(
                StudentT.quantile(probability, degrees: degrees)!, value,
                accuracy: 1e-10 * max(1, abs(value)), "\(probability), \(degrees)")
        }
        XCTAssertEqual(StudentT.quantile(0.5, degrees: 3), 0)
    }

    func testUpperTailsAgainstScipy() {
        let expected: [(Double, Double, Double)] = [
            (2.0, 3, 0.06966298427942152),
            (0.5, 10, 0.3139468028714865),
            (40, 1, 0.007956089912025812),
            (-1.2, 6, 0.8623164186099239),
        ]
        for (value, degrees, tail) in expected {
            XCTAssertEqual(StudentT.upperTail(value, degrees: degrees), tail, accuracy: 1e-12)
        }
    }

    func testNoQuantileOutsideTheDomain() {
        XCTAssertNil(StudentT.quantile(0, degrees: 3))
        XCTAssertNil(StudentT.quantile(1, degrees: 3))
        XCTAssertNil(StudentT.quantile(.nan, degrees: 3))
        XCTAssertNil(StudentT.quantile(0.9, degrees: 0))
        XCTAssertNil(StudentT.quantile(0.9, degrees: .infinity))
    }
}
