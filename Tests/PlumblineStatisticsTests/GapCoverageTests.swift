import Foundation
import PlumblineStatistics
import XCTest

/// How often the intervals that could be printed for a gap hold the true one, by simulation.
///
/// `make prove-coverage` runs the slow test and prints its table, which is in the documentation.
final class GapCoverageTests: XCTestCase {
    private typealias Draw = @Sendable (inout Simulation) -> (values: [Double], groups: [String]?)

    private static func images(_ count: Int, isSkewed: Bool = false) -> (String, Draw) {
        (
            "\(count) images" + (isSkewed ? ", exponential" : ""),
            { simulation in
                let values = (0..<count).map { _ in
                    isSkewed ? simulation.exponential() : simulation.normal()
                }
                return (values, nil)
            }
        )
    }

    private static func patients(_ sizes: [Int]) -> (String, Draw) {
        let text =
            Set(sizes).count == 1
            ? "\(sizes.count) patients x \(sizes[0])"
            : "patients of " + sizes.map(String.init).joined(separator: ", ")
        return (text, { $0.correlated(sizes: sizes) })
    }

    private static let normalCases: [(String, Draw)] =
        [2, 3, 4, 5, 7, 10, 15, 20, 30].map { images($0) } + [
            patients([3, 3]), patients([3, 3, 3, 3, 3]), patients(Array(repeating: 3, count: 20)),
            patients([1, 3, 5]), patients([1, 2, 3, 4, 5]), patients([1, 1, 1, 12]),
            patients([1, 1, 1, 1, 1, 1, 1, 20]), patients((0..<12).map { $0 == 0 ? 10 : 2 }),
            patients((0..<24).map { 1 + $0 % 5 }),
        ]

    private func share(
        _ draw: Draw, repetitions: Int, interval: ([Double], [String]?, UInt64) -> Interval?
    ) -> Double {
        var simulation = Simulation(random: SplitMix64(seed: 2026))
        // An interval that does not exist holds nothing.
        let hits = (0..<repetitions).count { repetition in
            let (values, groups) = draw(&simulation)
            guard let found = interval(values, groups, UInt64(repetition)) else { return false }
            return found.lower <= 0 && 0 <= found.upper
        }
        return Double(hits) / Double(repetitions)
    }

    private func recommended(_ draw: Draw, _ repetitions: Int, _ resamples: Int) -> Double {
        share(draw, repetitions: repetitions) { values, groups, seed in
            GapInterval.recommended(values, groups: groups, seed: seed, resamples: resamples)
        }
    }

    func testTheRecommendedIntervalCovers() {
        for (name, draw) in Self.normalCases {
            let share = recommended(draw, 400, 399)
            // Three standard errors around 93 and 97%.
            XCTAssertTrue((0.9...0.993).contains(share), "\(name): \(share)")
        }
    }

    /// Without the correction for sizes, one large patient among small ones is covered half the
    /// time.
    func testUnequalPatientsNeedTheCorrection() {
        let (_, draw) = Self.patients([1, 1, 1, 1, 1, 1, 1, 20])
        let plain = share(draw, repetitions: 400) { values, groups, seed in
            meanInterval(values, groups: groups, seed: seed, resamples: 399)
        }
        XCTAssertLessThan(plain, 0.85)
        XCTAssertGreaterThan(recommended(draw, 400, 399), 0.92)
    }

    // MARK: The table

    private func crossed(pairs: Int, images: Int, pairSpread: Double, repetitions: Int) -> Double {
        var simulation = Simulation(random: SplitMix64(seed: 7))
        let first = (0..<pairs * images).map { "image \($0 % images)" }
        let second = (0..<pairs * images).map { "pair \($0 / images)" }
        let hits = (0..<repetitions).count { _ in
            let pair = (0..<pairs).map { _ in simulation.normal() * pairSpread }
            let image = (0..<images).map { _ in simulation.normal() }
            let values = (0..<pairs * images).map {
                pair[$0 / images] + image[$0 % images] + simulation.normal()
            }
            let found = GapInterval.crossed(values, images: first, pairs: second)!
            return found.lower <= 0 && 0 <= found.upper
        }
        return Double(hits) / Double(repetitions)
    }

    func testSeveralPairsOnTheSameImages() {
        for (pairs, images) in [(3, 20), (6, 20)] {
            let share = crossed(pairs: pairs, images: images, pairSpread: 1, repetitions: 400)
            XCTAssertTrue((0.9...0.993).contains(share), "\(pairs) x \(images): \(share)")
        }
    }

    /// A coefficient between clusters, such as that of the initialisation over starting models: by
    /// CR1, CR2 and the wild bootstrap.
    private func regression(clusters: Int, repetitions: Int) throws -> [Double] {
        var simulation = Simulation(random: SplitMix64(seed: 11))
        let sizes = (0..<clusters).map { 2 + $0 % 4 }
        var hits = [0, 0, 0]
        for repetition in 0..<repetitions {
            let (values, groups) = simulation.correlated(sizes: sizes)
            var design = DesignMatrix(rows: values.count)
            design.add("level", groups.map { Int($0.dropFirst(8))! % 2 == 0 ? 1 : 0 })
            let fit = try LeastSquares(values, on: design)
            for (place, terms) in try [fit.clustered(by: groups), fit.clusteredCR2(by: groups)]
                .enumerated()
            {
                let interval = terms[1].interval!
                if interval.lower <= 0, 0 <= interval.upper { hits[place] += 1 }
            }
            let wild = try fit.wildBootstrap(
                "level", by: groups, draws: 499, seed: UInt64(repetition))
            if wild.pValue > 0.05 { hits[2] += 1 }
        }
        return hits.map { Double($0) / Double(repetitions) }
    }

    func testCoefficientsBetweenFewClusters() throws {
        let shares = try regression(clusters: 10, repetitions: 300)
        XCTAssertTrue((0.9...0.993).contains(shares[1]), "CR2 \(shares[1])")
        XCTAssertTrue((0.9...0.993).contains(shares[2]), "wild \(shares[2])")
    }

    func testTheTable() throws {
        try XCTSkipIf(
            ProcessInfo.processInfo.environment["PLUMBLINE_SLOW"] == nil,
            "a slow test: set PLUMBLINE_SLOW, or run `make prove-coverage`")
        let bounds = 0.93...0.97
        func line(_ cells: [String]) { print("coverage | " + cells.joined(separator: " | ")) }
        func text(_ value: Double) -> String { String(format: "%.3f", value) }
        line(["differences", "percentile", "BCa", "bootstrap-t rule", "CR2 t", "printed"])
        let skewed = [2, 3, 4, 5, 8, 20].map { Self.images($0, isSkewed: true) }
        for (place, (name, draw)) in (Self.normalCases + skewed).enumerated() {
            let mean = { (values: [Double]) in values.reduce(0, +) / Double(values.count) }
            let bootstrap = [BootstrapInterval.Method.percentile, .bca].map { method in
                share(draw, repetitions: 2_000) { values, groups, seed in
                    BootstrapInterval.compute(
                        values, groups: groups, method: method, resamples: 499, seed: seed,
                        statistic: mean)
                }
            }
            let rule = share(draw, repetitions: 4_000) { values, groups, seed in
                meanInterval(values, groups: groups, seed: seed, resamples: 999)
            }
            let corrected = share(draw, repetitions: 4_000) { values, groups, _ in
                ClusteredMean(values, groups: groups)?.interval()
            }
            let printed = recommended(draw, 10_000, 999)
            line([name] + (bootstrap + [rule, corrected, printed]).map(text))
            // No interval of fewer than 5 skewed values covers both kinds: it is said in its text.
            if place < Self.normalCases.count || place >= Self.normalCases.count + 3 {
                XCTAssertTrue(bounds.contains(printed), "\(name): \(printed)")
            }
        }
        line(["pairs x images", "printed"])
        for (pairs, images) in [(3, 10), (3, 40), (5, 20), (10, 40)] {
            let share = crossed(pairs: pairs, images: images, pairSpread: 1, repetitions: 4_000)
            line(["\(pairs) pairs x \(images) images", text(share)])
            XCTAssertTrue(bounds.contains(share), "\(pairs) x \(images): \(share)")
        }
        line(["coefficient between clusters", "CR1", "CR2", "wild bootstrap"])
        for clusters in [6, 10, 20] {
            let shares = try regression(clusters: clusters, repetitions: 4_000)
            line(["\(clusters) starting models"] + shares.map(text))
            XCTAssertTrue(bounds.contains(shares[1]), "CR2, \(clusters): \(shares[1])")
        }
    }
}
