import Foundation
import PlumblineExperiments
import PlumblineStorage
import XCTest

/// Runs with `data.decoy`, and with what else changes training images.
final class DecoyRunTests: XCTestCase {
    private static let shared = try! SmallRun()
    private var small: SmallRun { Self.shared }

    override class func tearDown() { shared.remove() }

    private let decoy = [
        "data.decoy.shape=square", "data.decoy.size=0.3", "align.scenarios=[align]",
    ]

    /// The model learns the marker: with it on the other images its predictions are worse.
    ///
    /// The results say which marker it was.
    func testAModelLearnsTheMarker() throws {
        let training = decoy + ["train.epochs=8", "align.epochs=0"]
        let results = try small.run("learns", training)
        let start = try XCTUnwrap(results.runs.first { $0.factors.scenario == "start" })
        XCTAssertEqual(
            start.factors.decoy,
            "square top_left, size 0.3, with Cardiomegaly, correlation 1.0, evaluated same")
        let path = "\(small.folder)/learns/start/last.h5"
        func auroc(_ use: String) throws -> Double {
            let configuration = try small.configuration("x", decoy + ["data.evaluate_decoy=\(use)"])
            let results = try evaluateCheckpoint(path, on: configuration)
            XCTAssertTrue(results.runs[0].factors.decoy.hasSuffix("evaluated \(use)"))
            return try XCTUnwrap(results.runs[0].metrics["auroc"])
        }
        XCTAssertGreaterThan(try auroc("same"), 0.95)
        XCTAssertLessThan(try auroc("flipped"), 0.4)
        let rewritten = "\(small.folder)/copy.h5"
        try results.write(rewritten)
        XCTAssertEqual(
            try Results.read(rewritten).runs.map(\.factors), results.runs.map(\.factors))
    }

    /// The marker is part of a stage's identity; the evaluated images' is not.
    func testTheMarkerIsPartOfTheIdentity() throws {
        try small.run("identity", decoy)
        let other = small.message { try small.run("identity", decoy + ["data.decoy.size=0.2"]) }
        XCTAssertTrue(other.contains("was made with data.decoy.size = 0.3"), other)
        try small.run("identity", decoy + ["data.evaluate_decoy=none"])
        // The marker goes with the target, so the starting model depends on it.
        let target = small.message {
            try small.run("identity", decoy + ["data.target=Pleural Effusion"])
        }
        XCTAssertTrue(
            target.contains("start/last.h5: was made with data.target = \"Cardiomegaly\""), target)
    }

    func testWhatIsRefused() throws {
        for (settings, end) in [
            (["data.decoy.class=Nothing"], "Nothing is not one of the classes"),
            (["data.decoy.at=[0.5]"], "data.decoy.at: has 1 values; 2 are needed, or none"),
            (["align.cutmix=1"], "or train.cutmix for the starting model"),
            (["align.puzzle=1"], "use train.puzzle for the starting model"),
            (["train.puzzle=1", "data.size=40"], "is a multiple of 64"),
            (["data.augment.scale=[2, 1]"], "two numbers from 0.1 to 10.0 in order"),
        ] {
            let message = small.message { try small.run("refused", decoy + settings) }
            XCTAssertTrue(message.contains(end), message)
        }
    }

    /// Everything at once trains, and the same command gives the same bits.
    func testAugmentedTrainingHasTheSameBits() throws {
        let settings = [
            "data.rotation=10", "data.flips=true", "data.augment.vertical_flips=true",
            "data.augment.scale=[0.9, 1.2]", "data.augment.shear=5",
            "data.augment.translation=0.05", "data.augment.crop_area=[0.6, 1]",
            "data.augment.brightness=0.2", "data.augment.hue=0.1", "data.augment.cutout=0.2",
            "train.cutmix=1", "train.puzzle=0.5", "data.size=64", "align.scenarios=[align]",
        ]
        try small.run("one", settings)
        try small.run("two", settings)
        for stage in ["start", "align"] {
            XCTAssertEqual(try small.weights("one", stage), try small.weights("two", stage))
        }
        let message = small.message {
            try small.run("one", settings + ["data.augment.shear=6"])
        }
        XCTAssertTrue(message.contains("was made with data.augment.shear = 5"), message)
    }
}
