import PlumblineStatistics
import XCTest

/// Expected values: Reference/methods.py (scipy, scikit-posthocs, statsmodels).
final class MethodComparisonTests: XCTestCase {
    private func assertClose(
        _ value: Double, _ expected: Double, relative: Double, _ name: String = "",
        line: UInt = #line
    ) {
        XCTAssertEqual(value / expected, 1, accuracy: relative, name, line: line)
    }

    func testChiSquareAgainstScipy() {
        for (value, degrees, expected) in [
            (0.1, 1.0, 0.7518296340458492), (3.0, 2, 0.22313016014842982),
            (9.28, 3, 0.025790724198756772), (30.0, 3, 1.3800570312932553e-06),
            (200.0, 4, 3.75727673578106e-42), (5.0, 40, 0.9999999999965196),
            (80.0, 40, 0.0001763028977385677),
        ] {
            assertClose(ChiSquare.upperTail(value, degrees: degrees), expected, relative: 1e-11)
        }
        XCTAssertEqual(ChiSquare.upperTail(0, degrees: 3), 1)
        XCTAssertEqual(ChiSquare.upperTail(.infinity, degrees: 3), 0)
    }

    func testFAgainstScipy() {
        for (value, first, second, expected) in [
            (3.69, 3.0, 39.0, 0.01974409968948888), (0.2, 2, 18, 0.8205256065496255),
            (1.0, 4, 4, 0.5), (50.0, 2, 198, 2.645109725621589e-18),
            (2.5, 7, 3003, 0.014638695557273679), (1.001, 39, 400, 0.4723614896850361),
        ] {
            assertClose(
                FDistribution.upperTail(value, numerator: first, denominator: second), expected,
                relative: 1e-10)
        }
    }

    func testStudentisedRangeAgainstScipy() throws {
        for (value, count, expected) in [
            (0.5, 2, 0.7236736098317631), (2.772, 2, 0.04998410355105598),
            (3.314, 3, 0.05004414040611005), (3.633, 4, 0.0500149789953781),
            (4.474, 10, 0.050013241593053315), (5.0, 20, 0.05136466357913372),
            (9.0, 5, 1.9651212879168156e-09),
        ] {
            let tail = StudentisedRange.upperTail(value, count: count)
            XCTAssertEqual(tail, expected, accuracy: 1e-12, "\(value) of \(count)")
        }
        for (count, five, ten) in [
            (2, 2.771807648699355, 2.3261743073533476), (3, 3.314493155398122, 2.9023802134282515),
            (4, 3.6331595749026278, 3.240446220927359), (5, 3.857655510378623, 3.478280550703068),
            (10, 4.474124221725907, 4.129346398236873), (20, 5.0116887941184425, 4.694104409490512),
        ] {
            for (alpha, expected) in [(0.05, five), (0.1, ten)] {
                let quantile = try XCTUnwrap(
                    StudentisedRange.quantile(upperTail: alpha, count: count))
                XCTAssertEqual(quantile, expected, accuracy: 1e-8)
            }
        }
        // Two values: the range is the size of a normal difference of variance 2.
        assertClose(
            StudentisedRange.upperTail(20, count: 2), 2.088487583762545e-45, relative: 1e-9)
        XCTAssertNil(StudentisedRange.quantile(upperTail: 0, count: 3))
        XCTAssertNil(StudentisedRange.quantile(upperTail: 0.05, count: 1))
    }

    private struct Case {
        let blocks: Int
        let methods: Int
        let levels: Int
        let statistics: [Double]
        let ranks: [Double]
        let nemenyi: [Double]
        let critical: Double

        var values: [[Double]] {
            (0..<blocks).map { i in
                (0..<methods).map { j in
                    Double((i * 37 + j * 61 + i * j * 13) % levels + 2 * j)
                }
            }
        }
    }

    private static let cases = [
        Case(
            blocks: 12, methods: 4, levels: 101,
            statistics: [
                3.6000000000000227, 0.30802217155899037, 1.2222222222222308, 0.31708968560904,
            ], ranks: [2.3333333333333335, 2.0, 2.8333333333333335, 2.8333333333333335],
            nemenyi: [0.9216027650250742, 0.7784833687572139, 0.7784833687572139],
            critical: 1.3539986304310858),
        Case(
            blocks: 30, methods: 5, levels: 7,
            statistics: [
                89.18620689655175, 1.9604708824383334e-18, 83.93643688451219,
                2.5073292946393952e-33,
            ],
            ranks: [
                1.2666666666666666, 2.2333333333333334, 3.0, 3.7666666666666666, 4.733333333333333,
            ],
            nemenyi: [
                0.1241790624166692, 0.00021129451391399545, 9.13307518501938e-09,
                3.3306690738754696e-16,
            ], critical: 1.1136092236789705),
        Case(
            blocks: 10, methods: 2, levels: 19,
            statistics: [
                0.11111111111112058, 0.7388826803635165, 0.1011235955056267, 0.757740072772945,
            ], ranks: [1.55, 1.45],
            nemenyi: [0.751829634045849], critical: 0.6197950323045613),
    ]

    func testFriedmanAgainstScipy() throws {
        for item in Self.cases {
            let result = try XCTUnwrap(friedmanTest(item.values))
            let name = "\(item.blocks) blocks of \(item.methods)"
            XCTAssertEqual(result.blocks, item.blocks)
            assertClose(result.chiSquare, item.statistics[0], relative: 1e-12, name)
            assertClose(result.pValue, item.statistics[1], relative: 1e-10, name)
            assertClose(result.imanDavenport, item.statistics[2], relative: 1e-10, name)
            assertClose(result.imanDavenportPValue, item.statistics[3], relative: 1e-9, name)
            for (rank, expected) in zip(result.meanRanks, item.ranks) {
                XCTAssertEqual(rank, expected, accuracy: 1e-14, name)
            }
        }
    }

    func testNemenyiAgainstScikitPosthocs() throws {
        for item in Self.cases {
            let nemenyi = Nemenyi(methods: item.methods, blocks: item.blocks)
            XCTAssertEqual(
                try XCTUnwrap(nemenyi.criticalDifference()), item.critical, accuracy: 1e-8)
            for (other, expected) in item.nemenyi.enumerated() {
                let p = nemenyi.pValue(ofDifference: item.ranks[0] - item.ranks[other + 1])
                XCTAssertEqual(p, expected, accuracy: 1e-11, "\(item.methods) methods, \(other)")
            }
        }
    }

    /// Overlapping groups, as the bars of Demšar's figure 1.
    func testGroupsOfMethods() {
        let nemenyi = Nemenyi(methods: 4, blocks: 12)
        // The critical difference is 1.354.
        XCTAssertEqual(nemenyi.groups([3.9, 1.0, 2.2, 3.0]), [[1, 2], [2, 3], [3, 0]])
        XCTAssertEqual(nemenyi.groups([1.0, 2.5, 4.0, 2.5]), [[0], [1, 3], [2]])
        XCTAssertEqual(nemenyi.groups([2.5, 2.5, 2.5, 2.5]), [[0, 1, 2, 3]])
    }

    /// All blocks have one order: F is infinite, and six orders would be as likely.
    func testOneOrderInAllBlocks() throws {
        let result = try XCTUnwrap(
            friedmanTest((0..<8).map { i in (0..<3).map { Double(i + 10 * $0) } }))
        XCTAssertEqual(result.chiSquare, 16, accuracy: 1e-12)
        assertClose(result.pValue, 0.0003354626279025119, relative: 1e-12)
        XCTAssertEqual(result.imanDavenport, .infinity)
        assertClose(result.imanDavenportPValue, 1 / 279936.0, relative: 1e-12)
    }

    func testWhatFriedmanRefuses() {
        XCTAssertNil(friedmanTest([]))
        XCTAssertNil(friedmanTest([[1, 2, 3]]))
        XCTAssertNil(friedmanTest([[1], [2]]))
        XCTAssertNil(friedmanTest([[1, 2], [1, 2, 3]]))
        XCTAssertNil(friedmanTest([[1, .nan], [1, 2]]))
        XCTAssertNil(friedmanTest([[4, 4, 4], [5, 5, 5]]))
    }

    func testHolmAgainstStatsmodels() {
        let corrected = holmCorrection([0.01, 0.04, 0.03, 0.005, 0.2, 0.03, 0.9])
        for (value, expected) in zip(corrected, [0.06, 0.15, 0.15, 0.035, 0.4, 0.15, 0.9]) {
            XCTAssertEqual(value, expected, accuracy: 1e-15)
        }
        XCTAssertEqual(holmCorrection([]), [])
        XCTAssertEqual(holmCorrection([0.7, 0.8]), [1, 1])
    }
}
