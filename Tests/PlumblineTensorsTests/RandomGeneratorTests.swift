import PlumblineTensors
import XCTest

final class RandomGeneratorTests: XCTestCase {
    /// The first values of the reference implementation of SplitMix64 for the seed 1234567.
    func testSplitMix64() {
        var random = RandomGenerator(seed: 1_234_567)
        XCTAssertEqual(
            (0..<5).map { _ in random.next() },
            [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973,
                9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
                16_408_922_859_458_223_821,
            ])
    }

    /// Moments of 200,000 values, each within five standard errors of the normal distribution's.
    func testNormalValuesHaveTheMomentsOfTheNormalDistribution() {
        var random = RandomGenerator(seed: 5)
        let count = 200_000
        let values = (0..<count).map { _ in Double(random.normal()) }
        func moment(_ power: Int) -> Double {
            values.reduce(0) { sum, value in
                sum + (0..<power).reduce(1) { product, _ in product * value }
            } / Double(count)
        }
        // The variance of x^k is E x^2k - (E x^k)^2: 1, 2, 15, 96.
        for (power, expected, variance) in [(1, 0.0, 1.0), (2, 1, 2), (3, 0, 15), (4, 3, 96)] {
            XCTAssertEqual(
                moment(power), expected, accuracy: 5 * (variance / Double(count)).squareRoot(),
                "moment \(power)")
        }
        let beyondTwo = Double(values.count { abs($0) > 2 }) / Double(count)
        XCTAssertEqual(beyondTwo, 0.0455, accuracy: 0.0024)
    }

    func testUniformValuesFillTheirRange() {
        var random = RandomGenerator(seed: 6)
        let values = (0..<100_000).map { _ in random.uniform(-1, 3) }
        XCTAssertTrue(values.allSatisfy { (-1..<3).contains($0) })
        XCTAssertEqual(values.reduce(0, +) / 100_000, 1, accuracy: 0.02)
        XCTAssertLessThan(values.min()!, -0.99)
        XCTAssertGreaterThan(values.max()!, 2.99)
    }

    func testStreamsAreIndependentOfEachOthersDraws() {
        let random = RandomGenerator(seed: 7)
        var first = random.stream("noise")
        var second = random.stream("order")
        let alone = first.next()
        _ = second.next()
        var again = random.stream("noise")
        XCTAssertEqual(again.next(), alone)
        XCTAssertNotEqual(second.state, first.state)
    }
}
