import Foundation
import PlumblineModels
import PlumblineStorage
import PlumblineTensors
import XCTest

/// Presets of torchvision and timm: names and shapes of all weights, logits and input gradients.
///
/// `Tools/oracle/preset_fixture.py` made the expected values with torchvision 0.28 and timm 1.0.31,
/// in float64.
final class PresetTests: XCTestCase {
    private struct Preset: Decodable {
        let model: String
        let settings: [String: Double]
        let parameters: Int
        let names: String
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Weights")
    private static let seed: UInt64 = 11

    private func presets() throws -> [Preset] {
        let json = try Data(contentsOf: Self.folder.appendingPathComponent("presets.json"))
        return try JSONDecoder().decode([Preset].self, from: json)
    }

    private func model(_ preset: Preset) throws -> any Classifier {
        try ModelRegistry.make(
            preset.model, classes: 3,
            configuration: ModelConfiguration(preset.settings.mapValues { .number($0) }))
    }

    func testNamesAndShapesAreTheirs() throws {
        for preset in try presets() {
            let model = try model(preset)
            XCTAssertEqual(model.parameterCount, preset.parameters, preset.model)
            XCTAssertEqual(digest(model), preset.names, preset.model)
        }
    }

    /// FNV-1a over the lines "name shape", sorted.
    private func digest(_ model: any Classifier) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        let lines = model.parameters.map { "\($0.name) \($0.torchShape)\n" }
        for line in lines.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    func testLogitsAndGradients() throws {
        let file = try WeightFile.open(
            Self.folder.appendingPathComponent("presets.safetensors").path)
        var checked = 0
        for preset in try presets() where file.shapes["\(preset.model).logits"] != nil {
            let model = try model(preset)
            for parameter in model.parameters { parameter.assign(drawn(parameter)) }
            let expectedGradient = try file.tensor("\(preset.model).gradient")
            let image = uniform("image", expectedGradient.shape, -1, 1).asVariable
            let logits = model.logits(image, .evaluation)
            let expected = try file.tensor("\(preset.model).logits")
            XCTAssertLessThan(distance(logits, expected), 1e-5, preset.model)
            let gradients = gradient(of: logits.sliced(1, 1..<2).sum(), withRespectTo: [image])
            XCTAssertLessThan(distance(gradients[0], expectedGradient), 1e-4, preset.model)
            checked += 1
        }
        XCTAssertEqual(checked, 4)
    }

    /// The distance relative to the length of `expected`.
    private func distance(_ value: Tensor, _ expected: Tensor) -> Double {
        XCTAssertEqual(value.shape, expected.shape)
        var (difference, length) = (0.0, 0.0)
        for (a, b) in zip(value.values, expected.values) {
            difference += (Double(a) - Double(b)) * (Double(a) - Double(b))
            length += Double(b) * Double(b)
        }
        return (difference / length).squareRoot()
    }

    private func drawn(_ parameter: Parameter) -> Tensor {
        let name = parameter.name
        let shape = parameter.torchShape
        let bounds: (Float, Float)
        if name.hasSuffix("running_var") || (name.hasSuffix("weight") && shape.count == 1) {
            bounds = (0.5, 1.5)
        } else if name.hasSuffix("weight") {
            let bound = (3 / Float(shape[1...].reduce(1, *))).squareRoot()
            bounds = (-bound, bound)
        } else {
            bounds = (-0.1, 0.1)
        }
        return parameter.fromTorch(uniform(name, shape, bounds.0, bounds.1))
    }

    private func uniform(_ name: String, _ shape: [Int], _ low: Float, _ high: Float) -> Tensor {
        var random = RandomGenerator(seed: Self.seed).stream(name)
        return Tensor((0..<shape.reduce(1, *)).map { _ in random.uniform(low, high) }, shape: shape)
    }
}
