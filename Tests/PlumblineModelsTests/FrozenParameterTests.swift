import PlumblineModels
import PlumblineTensors
import XCTest

final class FrozenParameterTests: XCTestCase {
    private func densenet() throws -> any Classifier {
        try ModelRegistry.make("densenet121", classes: 14)
    }

    func testTheLine() throws {
        // torchvision's DenseNet-121: 6,953,856 of its values are in 362 tensors of the features.
        let frozen = try densenet().freeze(["features.*"])
        XCTAssertEqual(frozen.tensors.frozen, 362)
        XCTAssertEqual(frozen.values.frozen, 6_953_856)
        XCTAssertEqual(
            frozen.line,
            "frozen: 362 of 364 tensors, 7.0 of 7.0 million values, and 242 running statistics")
        let bias = try densenet().freeze(["classifier.bias"])
        XCTAssertEqual(bias.line, "frozen: 1 of 364 tensors, 0.0 of 7.0 million values")
    }

    func testWhatIsRefused() throws {
        let model = try densenet()
        for (patterns, message) in [
            (
                ["classifier.*", "feature.*"],
                "feature.* matches no parameter of densenet121; the nearest is "
                    + "features.conv0.weight"
            ),
            (
                ["*"],
                "all 364 parameters of densenet121 would be frozen; leave some to train"
            ),
            (
                ["*.weight", "*.bias"],
                "all 364 parameters of densenet121 would be frozen; leave some to train"
            ),
            ([""], "a pattern has from 1 to 200 letters, not 0"),
        ] {
            XCTAssertThrowsError(try model.freeze(patterns)) {
                XCTAssertEqual("\($0)", message)
            }
            XCTAssertEqual(model.trainableParameters.count, 364, "nothing was frozen")
        }
    }

    func testAFrozenParameterIsNoVariable() throws {
        let model = try ModelRegistry.make("densenet_mini", classes: 3)
        let parameter = model.trainableParameters[0]
        let values = parameter.value.values
        XCTAssertNotNil(parameter.value.node)
        parameter.isFrozen = true
        XCTAssertNil(parameter.value.node)
        parameter.assign(parameter.value * 2)
        XCTAssertNil(parameter.value.node)
        parameter.isFrozen = false
        XCTAssertNotNil(parameter.value.node)
        XCTAssertEqual(parameter.value.values, values.map { $0 * 2 })
    }
}
