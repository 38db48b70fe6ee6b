import PlumblineModels
import PlumblineTensors
import XCTest

/// A small network as another package would write it, with public declarations only.
private final class SmallNet: Architecture {
    static let names = ["smallnet", "smallnet_wide"]
    static let aliases = ["small": "smallnet"]

    let name: String
    let classCount: Int
    let configuration: ModelConfiguration
    let parameters: [Parameter]
    var hasBatchNorm: Bool { true }
    var smallestImageSize: Int { 2 }
    var traits: ModelTraits {
        ModelTraits(
            featureLayers: ["norm"], pooledClassifier: head.weight, isRectified: true,
            headNames: ["head.weight", "head.bias"])
    }

    private let convolution: Convolution
    private let norm: BatchNorm
    private let head: Linear

    init(name: String, classes: Int, configuration: ModelConfiguration, seed: UInt64) throws {
        let reader = try ModelConfiguration.Reader(
            configuration, model: name, keys: ["width", "in_channels"])
        let width = try reader.whole("width", name == "smallnet" ? 4 : 8, in: 1...64)
        let channels = try reader.whole("in_channels", 3)
        self.name = name
        classCount = classes
        self.configuration = configuration
        let scope = ParameterScope(seed: seed)
        convolution = Convolution(scope["conv"], channels, width, kernel: 3, padding: 1)
        norm = BatchNorm(scope["norm"], width)
        head = Linear(scope["head"], width, classes)
        parameters = try scope.complete(name)
    }

    func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        let features = pass.noted("norm", norm(convolution(image), pass))
            .maxPooled(kernel: 2, stride: 2)
        return head(pass.noted(pooledFeatures, features).globalAveragePooled())
    }
}

final class ArchitectureSocketTests: XCTestCase {
    private static let registration: Void = {
        do { try ModelRegistry.register(SmallNet.self) } catch { XCTFail("\(error)") }
    }()

    override func setUp() { Self.registration }

    func testARegisteredArchitectureIsMadeByName() throws {
        let model = try ModelRegistry.make("small", classes: 3, seed: 2)
        XCTAssertEqual(model.name, "smallnet")
        XCTAssertTrue(ModelRegistry.names.contains("smallnet_wide"))
        XCTAssertEqual(
            model.parameters.map(\.name),
            [
                "conv.weight", "norm.weight", "norm.bias", "norm.running_mean",
                "norm.running_var", "head.weight", "head.bias",
            ])
        let image = Tensor.ones([2, 8, 8, 3])
        XCTAssertEqual(model.logits(image, .evaluation).shape, [2, 3])
        let trace = model.trace(image, .evaluation, capturing: Captures(features: ["norm"]))
        XCTAssertEqual(trace.feature("norm")?.output.shape, [2, 8, 8, 4])
        XCTAssertEqual(trace.attention.count, 0)
    }

    func testItsSettingsAndImagesAreChecked() throws {
        let wide = try ModelRegistry.make(
            "smallnet_wide", classes: 2,
            configuration: ModelRegistry.fitted(
                ModelConfiguration(), to: "smallnet_wide", size: 32, channels: 1))
        XCTAssertEqual(wide.inputChannels, 1)
        XCTAssertEqual(wide.parameters[0].shape, [8, 3, 3, 1])
        XCTAssertNil(wide.problem(with: .ones([1, 8, 8, 1])))
        for shape in [[8, 8, 1], [1, 8, 8, 3], [1, 1, 8, 1], [0, 8, 8, 1]] {
            XCTAssertNotNil(wide.problem(with: .zeros(shape)), "\(shape)")
        }
        XCTAssertThrowsError(
            try ModelRegistry.make(
                "smallnet", classes: 2, configuration: .init(["depth": .number(2)]))
        ) { XCTAssertTrue("\($0)".contains("it has in_channels, width"), "\($0)") }
    }

    func testNamesAreTakenOnce() {
        XCTAssertThrowsError(try ModelRegistry.register(SmallNet.self)) {
            XCTAssertTrue("\($0)".contains("smallnet is registered already"), "\($0)")
        }
    }
}
