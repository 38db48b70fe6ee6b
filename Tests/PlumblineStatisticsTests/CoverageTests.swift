import Foundation
import PlumblineStatistics
import XCTest

/// How often the nominal 95% intervals cover the truth.
///
/// The full simulation is slow; `make coverage` runs it and prints the table.
final class CoverageTests: XCTestCase {
    private struct Case {
        let name: String
        let draw: (inout Simulation) -> (values: [Double], groups: [String]?)
    }

    private var cases: [Case] {
        let sizes = [5, 8, 20, 67]
        let images =
            sizes.map { n in
                Case(name: "normal, n = \(n)") { simulation in
                    ((0..<n).map { _ in simulation.normal() }, nil)
                }
            }
            + sizes.map { n in
                Case(name: "exponential, n = \(n)") { simulation in
                    ((0..<n).map { _ in simulation.exponential() }, nil)
                }
            }
        let patients = [5, 8, 20, 40, 67].map { g in
            Case(name: "\(g) patients x 3 images, ICC 0.5") { simulation in
                simulation.correlated(sizes: Array(repeating: 3, count: g))
            }
        }
        let skewed = [5, 8, 20, 67].map { g in
            Case(name: "\(g) patients x 3 images, ICC 0.5, exponential") { simulation in
                simulation.correlated(sizes: Array(repeating: 3, count: g)) { $0.exponential() }
            }
        }
        let unequal = [8, 20].map { g in
            Case(name: "\(g) patients, 1 to 5 images, ICC 0.5") { simulation in
                simulation.correlated(sizes: (0..<g).map { 1 + $0 % 5 })
            }
        }
        return images + patients + skewed + unequal
    }

    private func covered(_ item: Case, repetitions: Int, resamples: Int) -> Double {
        var simulation = Simulation(random: SplitMix64(seed: 2024))
        let hits = (0..<repetitions).count { repetition in
            let (values, groups) = item.draw(&simulation)
            let interval = meanInterval(
                values, groups: groups, seed: UInt64(repetition), resamples: resamples)!
            return interval.lower <= 0 && 0 <= interval.upper
        }
        return Double(hits) / Double(repetitions)
    }

    private func check(repetitions: Int, resamples: Int, bounds: ClosedRange<Double>) {
        for item in cases {
            let share = covered(item, repetitions: repetitions, resamples: resamples)
            print("coverage | \(item.name) | \(String(format: "%.3f", share))")
            XCTAssertTrue(bounds.contains(share), "\(item.name): \(share)")
        }
    }

    func testFewRepetitions() {
        check(repetitions: 300, resamples: 399, bounds: 0.9...0.995)
    }

    func testManyRepetitions() throws {
        try XCTSkipIf(
            ProcessInfo.processInfo.environment["PLUMBLINE_SLOW"] == nil,
            "a slow test: set PLUMBLINE_SLOW, or run `make coverage`")
        check(repetitions: 10_000, resamples: 1_999, bounds: 0.93...0.97)
    }

    /// DeLong's interval of the difference of two models that are equally good.
    func testAUROCDifference() throws {
        var simulation = Simulation(random: SplitMix64(seed: 31))
        let labels = (0..<80).map { $0 % 4 == 0 }
        let repetitions = 500
        let hits = try (0..<repetitions).count { _ in
            let shared = labels.map { simulation.normal() + ($0 ? 1.2 : 0) }
            let result = try aurocDifference(
                scoresA: shared.map { $0 + simulation.normal() * 0.7 },
                scoresB: shared.map { $0 + simulation.normal() * 0.7 }, labels: labels
            ).get()
            return result.interval!.lower <= 0 && 0 <= result.interval!.upper
        }
        print("coverage | AUROC difference, 20 + 60 images | \(Double(hits) / 500)")
        XCTAssertTrue((0.9...0.99).contains(Double(hits) / 500), "\(hits)")
    }
}
