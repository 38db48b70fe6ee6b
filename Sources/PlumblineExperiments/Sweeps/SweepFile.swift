import Foundation
import PlumblineReports
import Yams

/// A sweep as its file says it: a base, axes, and cells that are left out or added.
///
/// ```yaml
/// output: runs/sweep
/// base: configs/demo.yaml            # or a configuration itself
/// axes:
///   model.name: [densenet_mini, vit_mini]
///   start:                           # an axis of its own, with named levels
///     scratch: {model.pretraining: from_scratch}
///     pretrained: {model.pretraining: phantoms, model.weights: start.h5}
///   scenario: [align, misalign]
/// exclude:
///   - {model.name: vit_mini, start: pretrained}
/// include:
///   - {model.name: swin_mini, start: scratch}
/// ```
struct SweepFile {
    let path: String
    /// The folder of the sweep.
    var output = ""
    /// The parts that every cell has.
    var base: [Configuration.Part] = []
    /// The file that errors of the base name.
    var baseFile = ""
    var axes: [SweepAxis] = []
    var excluded: [SweepFilter] = []
    var included: [SweepFilter] = []
    /// The numbers of images that a plan assumes where the data are not there.
    var expectedImages: [String: Int] = [:]
    /// The claims that were declared before the run; `nil` for a sweep without a study.
    var study: StudyPlan?

    private static let keys = [
        "output", "base", "axes", "exclude", "include", "expected_images", "study",
    ]
    private static let expectedKeys = ["start", "align", "evaluate"]

    /// - Parameter overrides: `key=value`, over the base.
    /// - Throws: ``ConfigurationError`` that names the place in the file.
    init(_ path: String, overrides: [String] = []) throws {
        self.path = path
        let root = try Self.root(path)
        for (key, _) in root {
            let name = SweepAxis.label(key)
            guard Self.keys.contains(name) else {
                throw ConfigurationError(
                    path, name,
                    "is no key of a sweep; there are "
                        + Self.keys.joined(separator: ", "))
            }
        }
        output = try readOutput(root["output"])
        try readBase(root["base"], overrides)
        axes = try SweepAxisReader(file: path).axes(root["axes"])
        if !axes.contains(where: { $0.name == SweepAxis.scenario }) {
            axes.append(try scenarioAxis())
        }
        excluded = try SweepFilter.all(root["exclude"], "exclude", self, isOpen: false)
        included = try SweepFilter.all(root["include"], "include", self, isOpen: true)
        try readExpectedImages(root["expected_images"])
        if let node = root["study"] {
            var plan = try StudyReader(file: path, axes: axes).plan(node)
            plan.hash = try studyHash(root)
            study = plan
        }
    }

    private func studyHash(_ root: Node.Mapping) throws -> String {
        var hash = StudyHash(path)
        for part in base { try hash.add("base \(part.prefix)", part.node) }
        for name in ["axes", "exclude", "include", "study"] {
            try hash.add(name, root[Node(name)])
        }
        return hash.digits
    }

    private static func root(_ path: String) throws -> Node.Mapping {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(path, "file", "no such file, or not readable")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ConfigurationError(path, "file", "is not a text in UTF-8")
        }
        let parts = try Configuration.parts(yaml: text, file: path, overrides: [])
        guard let mapping = parts.first?.node.mapping else {
            throw ConfigurationError(path, "file", "must be a mapping with base and axes")
        }
        return mapping
    }

    private func readOutput(_ node: Node?) throws -> String {
        guard let node else {
            let name = (path as NSString).lastPathComponent
            return "runs/\((name as NSString).deletingPathExtension)"
        }
        guard let text = node.scalar?.string, !text.isEmpty else {
            throw ConfigurationError(path, "output", "must name the folder of the sweep")
        }
        return text
    }

    private mutating func readBase(_ node: Node?, _ overrides: [String]) throws {
        if let name = node?.scalar?.string, !name.isEmpty {
            guard let data = FileManager.default.contents(atPath: name) else {
                throw ConfigurationError(path, "base", "\(name): no such file, or not readable")
            }
            baseFile = name
            base = try Configuration.parts(
                yaml: String(decoding: data, as: UTF8.self), file: name, overrides: overrides)
        } else if let node, node.mapping != nil {
            baseFile = path
            base = [("", node, "\(path): base")]
            base += try Configuration.parts(yaml: "", file: path, overrides: overrides)
        } else {
            throw ConfigurationError(
                path, "base", "must be a configuration, or the name of a file with one")
        }
    }

    /// The scenarios of the base, where no axis names them.
    private func scenarioAxis() throws -> SweepAxis {
        let configuration = try Configuration(base, file: baseFile)
        let levels = configuration.align.scenarios.map {
            SweepAxis.Level(label: $0.name, settings: [])
        }
        return SweepAxis(name: SweepAxis.scenario, levels: levels)
    }

    private mutating func readExpectedImages(_ node: Node?) throws {
        guard let node else { return }
        for (key, value) in node.mapping ?? [:] {
            let name = SweepAxis.label(key)
            guard Self.expectedKeys.contains(name), let count = value.int, count > 0 else {
                throw ConfigurationError(
                    path, "expected_images.\(name)",
                    "must be a number of images, of "
                        + Self.expectedKeys.joined(separator: ", "))
            }
            expectedImages[name] = count
        }
    }
}
