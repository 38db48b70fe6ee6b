import PlumblineModels
import PlumblineTensors
import XCTest

final class OutputKindTests: XCTestCase {
    private let logits: [[Float]] = [
        [-3.375, -3.5, -0.75, -1.25], [1.75, -4.625, -1.0, 5.5], [1.375, -0.5, 4.375, 0.75],
    ]

    private var tensor: Tensor { Tensor(logits.flatMap { $0 }, shape: [3, 4]) }

    /// Values of PyTorch's softmax in double precision.
    func testLogOddsOfASoftmax() {
        let expected = [
            [-3.1380981521677795, -3.268180758373105, 0.2971961508327267, -0.6278368755557897],
            [-3.751542314511649, -10.14971328071726, -6.523284608308526, 3.686432436649563],
            [-3.0337095850879834, -4.948655738065217, 2.476090507351779, -3.680834024110369],
        ]
        for (row, values) in zip(logits, expected) {
            for (found, value) in zip(OutputKind.multiclass.logOdds(row), values) {
                XCTAssertEqual(found, value, accuracy: 1e-12)
            }
            XCTAssertEqual(OutputKind.multilabel.logOdds(row), row.map(Double.init))
        }
    }

    /// In single precision both probabilities are 1; the log-odds still tell them apart.
    func testLogOddsNearOne() {
        let a = OutputKind.multiclass.logOdds([40, 0, -1])
        let b = OutputKind.multiclass.logOdds([41, 0, -1])
        XCTAssertEqual(b[0] - a[0], 1, accuracy: 1e-12)
        XCTAssertEqual(a[1], -40, accuracy: 1e-12)
        XCTAssertTrue(OutputKind.multiclass.logOdds([.nan, 0]).allSatisfy(\.isNaN))
    }

    func testProbabilities() {
        let softmax = OutputKind.multiclass.probabilities(tensor).values
        XCTAssertEqual(softmax[0..<4].reduce(0, +), 1, accuracy: 1e-6)
        let targets = [2, 0, 1]
        let one = OutputKind.multiclass.probabilities(tensor, of: targets).values
        let logs = OutputKind.multiclass.logProbabilities(tensor, of: targets).values
        for row in 0..<3 {
            XCTAssertEqual(one[row], softmax[4 * row + targets[row]])
            XCTAssertEqual(exp(logs[row]), one[row], accuracy: 1e-6)
        }
        let sigmoid = OutputKind.multilabel.probabilities(tensor, of: targets).values
        let sigmoidLogs = OutputKind.multilabel.logProbabilities(tensor, of: targets).values
        for row in 0..<3 {
            let value = 1 / (1 + exp(-logits[row][targets[row]]))
            XCTAssertEqual(sigmoid[row], value, accuracy: 1e-6)
            XCTAssertEqual(sigmoidLogs[row], log(value), accuracy: 1e-5)
        }
    }

    func testAModelKnowsItsKind() throws {
        let model = try ModelRegistry.make(
            "resnet_mini", classes: 3, configuration: ModelConfiguration(output: .multiclass))
        XCTAssertEqual(model.output, .multiclass)
        XCTAssertEqual(try ModelRegistry.make("resnet_mini", classes: 3).output, .multilabel)
        XCTAssertThrowsError(
            try ModelRegistry.make(
                "resnet_mini", classes: 1, configuration: ModelConfiguration(output: .multiclass))
        ) { error in
            XCTAssertEqual(
                "\(error)",
                "resnet_mini: a multiclass model needs at least 2 classes; "
                    + "a model of one class is multilabel")
        }
    }
}
