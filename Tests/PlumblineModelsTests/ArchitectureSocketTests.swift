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

    /// An older version called the convolution "stem" and stored its weight as a table.
    static func weightNaming(of names: Set<String>) -> WeightNaming? {
        guard names.contains("stem.weight") else { return nil }
        return WeightNaming(library: "smallnet 1", modules: ["stem": "conv"])
    }

    static func weightAdaptation(
        of parameter: Parameter, from shape: [Int]
    ) -> WeightAdaptation? {
        let target = parameter.torchShape
        guard parameter.name == "conv.weight", shape.count == 2, shape[0] == target[0],
            shape[1] == target[1...].reduce(1, *)
        else { return nil }
        return WeightAdaptation("a table read as a convolution") { $0.reshaped(target) }
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

    /// An architecture of another package translates names and adapts shapes, as ours do.
    func testItsWeightsInAnotherLibrary() throws {
        let model = try ModelRegistry.make("smallnet", classes: 2)
        let places = model.parameters.map {
            WeightMatch.Place(
                name: $0.name, shape: $0.torchShape, isHead: model.headNames.contains($0.name))
        }
        let shapes = Dictionary(
            uniqueKeysWithValues: places.map {
                ($0.name == "conv.weight" ? "module.stem.weight" : "module." + $0.name, $0.shape)
            })
        let candidate = WeightMatch.Candidate(key: "", shapes: shapes)
        let match = try XCTUnwrap(
            WeightMatch.best([candidate], for: places, of: model.architecture))
        XCTAssertEqual(match.fitting, places.count)
        XCTAssertEqual(match.naming.library, "smallnet 1")
        XCTAssertEqual(match.sources["conv.weight"], ["module.stem.weight"])
        // Without the architecture no name is translated.
        XCTAssertNil(WeightMatch.best([candidate], for: places)?.sources["conv.weight"])
        let convolution = model.parameters[0]
        let adaptation = model.architecture?.weightAdaptation(of: convolution, from: [4, 27])
        XCTAssertEqual(adaptation?(.ones([4, 27])).shape, [4, 3, 3, 3])
        XCTAssertNil(model.architecture?.weightAdaptation(of: convolution, from: [4, 28]))
    }
}
