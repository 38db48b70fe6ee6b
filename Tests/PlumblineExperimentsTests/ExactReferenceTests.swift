import PlumblineExperiments
import Foundation
import PlumblineStorage
import XCTest

/// `align.exact_reference` is a preset of single keys, and each key has its effect.
final class ExactReferenceTests: XCTestCase {
    private func lines(_ overrides: [String]) throws -> [String: String] {
        let yaml = try Configuration(yaml: "", file: "x", overrides: overrides).yaml(
            commented: false)
        var found: [String: String] = [:]
        var path: [String] = []
        for line in yaml.split(separator: "\n") {
            let depth = line.prefix { $0 == " " }.count / 2
            let parts = line.split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false
            ).map { $0.trimmingCharacters(in: .whitespaces) }
            path = path.prefix(depth) + [parts[0]]
            if !parts[1].isEmpty { found[path.joined(separator: ".")] = parts[1] }
        }
        return found
    }

    private func published() throws -> [String: String] {
        let usual = try lines([])
        let exact = try lines(["align.exact_reference=true"])
        return exact.filter { usual[$0.key] != $0.value && $0.key != "align.exact_reference" }
    }

    func testThePresetIsWhatItsCommentSays() throws {
        let comment = Configuration().yaml().split(separator: "\n")
            .first { $0.contains("exact_reference:") }!
        let named = comment.components(separatedBy: "sets ")[1]
            .components(separatedBy: ", each unless")[0].components(separatedBy: ", ")
            .map { $0.replacing(" (DenseNet)", with: "") }
        XCTAssertEqual(Set(named), Set(try published().keys))
        XCTAssertEqual(named.count, 12)
        let vit = try Configuration(
            yaml: "model: {name: vit_base}", file: "x", overrides: ["align.exact_reference=true"])
        XCTAssertFalse(vit.explanation.coversFunctions)
    }

    /// A key that is given keeps its value: the preset with all the other keys taken back is the
    /// single key.
    func testEachSwitchIsItsSingleKey() throws {
        let usual = try lines([])
        let exact = try published()
        for key in exact.keys {
            let others = exact.keys.filter { $0 != key }.map { "\($0)=\(usual[$0]!)" }
            var preset = try lines(["align.exact_reference=true"] + others)
            preset["align.exact_reference"] = "false"
            XCTAssertEqual(preset, try lines(["\(key)=\(exact[key]!)"]), key)
        }
    }

    /// The preset trains to the same bits as its keys given one by one, and without any one of
    /// them something that is stored differs.
    func testEachKeyReachesWhatItGoverns() throws {
        let small = try SmallRun(laterals: 2, unmasked: 2)
        defer { small.remove() }
        // 24 images in batches of 4, 4 to a step: the last step of an epoch has two batches.
        let setting = [
            "align.explanation=lrp_epsilon_plus", "align.warm_up=2", "align.clip=0",
            "align.scenarios=[misalign]", "align.epochs=2", "align.accumulation=4",
        ]
        let exact = try published()
        func stored(_ name: String, _ settings: [String]) throws -> String {
            let results = try small.run(name, setting + settings)
            let bests = ["best_auroc", "best_location"].filter {
                FileManager.default.fileExists(atPath: "\(small.folder)/\(name)/misalign/\($0).h5")
            }
            let weights = try small.weights(name, "misalign").sorted { $0.key < $1.key }
            let accuracies = results.scores.map(\.value)
            // A digest: a failure would print megabytes.
            return sha256(of: Data("\(weights) \(bests) \(accuracies)".utf8))
        }
        let preset = try stored("preset", ["align.exact_reference=true"])
        XCTAssertEqual(preset, try stored("keys", exact.map { "\($0)=\($1)" }))
        let usual = try lines([])
        for key in exact.keys.sorted() {
            // LRP starts from the logit by itself; this switch is of the gradient.
            let own =
                key.hasSuffix("output_seed")
                ? ["align.explanation=gradient", "align.explanation_mode=eval"] : []
            let with =
                own.isEmpty
                ? preset : try stored("\(key)-with", ["align.exact_reference=true"] + own)
            let without = try stored(
                "\(key)-without", ["align.exact_reference=true", "\(key)=\(usual[key]!)"] + own)
            // One forward pass where it may serve both losses: the same but for rounding, so that
            // the bits show that the key arrives.
            XCTAssertNotEqual(with, without, key)
        }
    }
}
