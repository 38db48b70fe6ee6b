import PlumblineTensors
import XCTest

final class ThreadCountTests: XCTestCase {
    private func gradientOfConvolutions() -> [Float] {
        var random = RandomGenerator(seed: 3)
        let image = Tensor.normal([2, 33, 31, 8], using: &random).asVariable
        let weight = Tensor.normal([16, 3, 3, 8], using: &random).asVariable
        let scale = Tensor.ones([16]).asVariable
        let offset = Tensor.zeros([16]).asVariable
        let output = image.convolved(weight, padding: 1)
            .batchNorm(scale: scale, offset: offset, relu: true).0
        return gradient(of: output.power(2).sum(), withRespectTo: [image, weight])
            .flatMap(\.values)
    }

    /// The number of threads may be changed at any time.
    ///
    /// It changes roundings and nothing else,
    /// and the same number gives the same bits again.
    func testTheThreadCountChangesRoundingsOnly() {
        defer { setThreads(availableProcessors) }
        setThreads(1)
        let one = gradientOfConvolutions()
        setThreads(3)
        let three = gradientOfConvolutions()
        setThreads(1)
        XCTAssertEqual(gradientOfConvolutions(), one)
        setThreads(3)
        XCTAssertEqual(gradientOfConvolutions(), three)
        let scale = one.map(abs).max()!
        for (a, b) in zip(one, three) { XCTAssertEqual(a, b, accuracy: 1e-5 * scale) }
    }
}
