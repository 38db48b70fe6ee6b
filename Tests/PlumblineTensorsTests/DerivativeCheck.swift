import PlumblineTensors
import XCTest

/// Checks the derivatives of `function` up to `order` against central differences, along random
/// directions.
///
/// Level 0 is a random functional of the result; level k + 1 is a random functional of level k's
/// gradient, so that its derivative is one order higher. Every level's gradient is taken twice,
/// recorded and not, which run different code in fused operations and must agree.
func checkDerivatives(
    _ name: String, _ inputs: [Tensor], order: Int = 2, step: Float = 1e-2,
    tolerance: Double = 4e-3,
    file: StaticString = #filePath, line: UInt = #line, _ function: @escaping ([Tensor]) -> Tensor
) {
    var random = RandomGenerator(seed: 42)
    let outputShape = withoutGradients { function(inputs) }.shape
    var levels: [([Tensor]) -> Tensor] = []
    let weight = Tensor.normal(outputShape, using: &random)
    levels.append { (function($0) * weight).sum() }
    for level in 1..<max(order, 1) where order > 1 {
        let weights = inputs.map { Tensor.normal($0.shape, using: &random) }
        levels.append { variables in
            let found = gradient(
                of: levels[level - 1](variables), withRespectTo: variables, createGraph: true)
            return zip(found, weights).map { ($0 * $1).sum() }.reduce(Tensor(0), +)
        }
    }
    for (level, functional) in levels.enumerated() {
        let variables = inputs.map(\.asVariable)
        let value = functional(variables)
        guard value.node != nil else {
            XCTFail(
                "\(name), order \(level + 1): the result is in no graph", file: file, line: line)
            return
        }
        let recorded = gradient(of: value, withRespectTo: variables, createGraph: true)
        let plain = gradient(of: value, withRespectTo: variables)
        for (index, (a, b)) in zip(recorded, plain).enumerated() {
            let scale = max(1e-3, Double(b.values.map(abs).max() ?? 0))
            let difference = zip(a.values, b.values).map { abs(Double($0 - $1)) }.max() ?? 0
            XCTAssertLessThan(
                difference / scale, 1e-4,
                "\(name), order \(level + 1), input \(index): recorded and plain gradients differ",
                file: file,
                line: line)
        }
        for index in inputs.indices {
            let direction = Tensor.normal(inputs[index].shape, using: &random)
            func at(_ distance: Float) -> Double {
                var moved = inputs.map(\.asVariable)
                moved[index] = (inputs[index] + direction * distance).asVariable
                return Double(functional(moved).item)
            }
            // Richardson extrapolation of two central differences.
            let wide = (at(step) - at(-step)) / Double(2 * step)
            let narrow = (at(step / 2) - at(-step / 2)) / Double(step)
            let numeric = (4 * narrow - wide) / 3
            let exact = zip(plain[index].values, direction.values).map { Double($0) * Double($1) }
                .reduce(0, +)
            let size = plain[index].values.map { Double($0) * Double($0) }.reduce(0, +).squareRoot()
            XCTAssertEqual(
                exact, numeric, accuracy: tolerance * max(1, size, abs(numeric)),
                "\(name), order \(level + 1), input \(index)",
                file: file, line: line)
        }
    }
}

/// Checks that two ways to write a function have the same value and the same derivatives of first
/// to third order.
func checkSameDerivatives(
    _ name: String, _ inputs: [Tensor], file: StaticString = #filePath, line: UInt = #line,
    _ function: ([Tensor]) -> Tensor,
    as other: ([Tensor]) -> Tensor
) {
    func functionals(_ function: ([Tensor]) -> Tensor) -> [[Float]] {
        var random = RandomGenerator(seed: 42)
        let variables = inputs.map(\.asVariable)
        let result = function(variables)
        var level = (result * .normal(result.shape, using: &random)).sum()
        var found = [result.values]
        for order in 1...3 {
            // Recorded for the next order; the last one is not, and runs the fused kernels.
            let gradients = gradient(of: level, withRespectTo: variables, createGraph: order < 3)
            found += gradients.map(\.values)
            if order == 2 {
                found += gradient(of: level, withRespectTo: variables, keepGraph: true).map(
                    \.values)
            }
            level = gradients.map { ($0 * .normal($0.shape, using: &random)).sum() }.reduce(
                Tensor(0), +)
        }
        return found
    }
    for (index, (a, b)) in zip(functionals(function), functionals(other)).enumerated() {
        let scale = max(1, b.map(abs).max() ?? 0)
        XCTAssertLessThan(
            zip(a, b).map { abs($0 - $1) }.max() ?? 0, 2e-5 * scale, "\(name), quantity \(index)",
            file: file, line: line)
    }
}

func random(_ shape: [Int], seed: UInt64 = 1, low: Float = -1, high: Float = 1) -> Tensor {
    var generator = RandomGenerator(seed: seed)
    return .uniform(shape, low, high, using: &generator)
}

/// Distinct values at least 0.1 apart in random order: no step of a check crosses a kink or changes
/// a maximum.
func spaced(_ shape: [Int], seed: UInt64 = 1) -> Tensor {
    var generator = RandomGenerator(seed: seed)
    let count = shape.reduce(1, *)
    return Tensor(
        (0..<count).map { (Float($0) - Float(count) / 2 + 0.5) * 0.2 }.shuffled(using: &generator),
        shape: shape)
}
