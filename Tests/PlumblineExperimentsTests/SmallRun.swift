import PlumblineData
import PlumblineExperiments
import Foundation
import PlumblineStorage

/// A folder with a small set of phantoms, and runs on it that take a fraction of a second.
struct SmallRun {
    let folder: String

    /// - Parameters:
    ///   - laterals: how many of the first positive images the labels call lateral.
    ///   - unmasked: how many of the last positive images lose their mask.
    init(count: Int = 24, laterals: Int = 0, unmasked: Int = 0) throws {
        folder = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        for (name, seed) in [("train", 1), ("valid", 2)] {
            var phantoms = PhantomDataset()
            phantoms.count = count
            phantoms.size = 40
            phantoms.seed = UInt64(seed)
            phantoms.prevalence = 0.5
            try phantoms.write(to: folder, name: name)
        }
        try relabel(laterals: laterals)
        try dropMasks(unmasked)
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    private func relabel(laterals: Int) throws {
        let path = "\(folder)/train.csv"
        var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            .map(String.init)
        let cardiomegaly = lines[0].split(separator: ",").firstIndex(of: "Cardiomegaly")!
        var left = laterals
        for index in lines.indices.dropFirst() where left > 0 {
            let fields = lines[index].split(separator: ",", omittingEmptySubsequences: false)
            guard fields[cardiomegaly] == "1.0" else { continue }
            lines[index] = lines[index].replacingOccurrences(of: ",Frontal,", with: ",Lateral,")
            left -= 1
        }
        try (lines.joined(separator: "\n") + "\n").write(
            toFile: path, atomically: true, encoding: .utf8)
    }

    private func dropMasks(_ count: Int) throws {
        let path = "\(folder)/gt_segmentations_train.json"
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        var masks = try JSONSerialization.jsonObject(with: data) as! [String: [String: Any]]
        for key in masks.filter({ $0.value["Cardiomegaly"] != nil }).keys.sorted().suffix(count) {
            masks[key]!["Cardiomegaly"] = nil
        }
        try JSONSerialization.data(withJSONObject: masks).write(to: URL(fileURLWithPath: path))
    }

    /// - Parameter settings: `key=value`, over a model and a training that take no time.
    func configuration(_ output: String, _ settings: [String] = []) throws -> Configuration {
        let yaml = """
            output: \(folder)/\(output)
            seed: 3
            threads: 1
            data:
              classes: [Cardiomegaly, Pleural Effusion]
              target: Cardiomegaly
              size: 32
              align:
                labels: \(folder)/train.csv
                masks: \(folder)/gt_segmentations_train.json
              evaluate:
                labels: \(folder)/valid.csv
                masks: \(folder)/gt_segmentations_valid.json
            model:
              name: densenet_mini
              config: {growth_rate: 4, block_config: [2, 2], num_init_features: 8, bn_size: 2}
            train: {epochs: 1, batch_size: 8, learning_rate: 0.002}
            align: {epochs: 1, batch_size: 4, accumulation: 2, learning_rate: 0.001}
            evaluate: {panel_images: 0}
            """
        return try Configuration(yaml: yaml, file: "small.yaml", overrides: settings)
    }

    @discardableResult
    func run(_ output: String, _ settings: [String] = []) throws -> Results {
        try Experiment(configuration(output, settings)).run()
    }

    func weights(_ output: String, _ stage: String) throws -> [String: [UInt32]] {
        try Checkpoint.read("\(folder)/\(output)/\(stage)/last.h5").weights
            .mapValues { $0.values.map(\.bitPattern) }
    }

    /// The paths of the images of a set, in order.
    func images(_ set: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/\(set)").sorted()
            .filter { $0.hasSuffix(".jpg") || $0.hasSuffix(".png") }
            .map { "\(folder)/\(set)/\($0)" }
    }

    /// Gives each of two files the content of the other.
    func exchange(_ a: String, _ b: String) throws {
        let contents = try [a, b].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        try contents[1].write(to: URL(fileURLWithPath: a))
        try contents[0].write(to: URL(fileURLWithPath: b))
    }

    /// What `body` throws, in words.
    func message(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return "nothing was thrown"
    }
}
