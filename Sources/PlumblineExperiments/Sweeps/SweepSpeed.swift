import Foundation
import PlumblineStorage
import PlumblineTensors

/// Measured seconds of the parts of a cell.
struct SweepSpeed: Codable {
    /// Seconds to check and open an experiment, without decoding images.
    var open: Double
    /// Seconds to decode an image for the first time.
    var image: Double
    /// Seconds per step of the starting model; 0 if it takes no steps.
    var startStep: Double
    /// Seconds per step of the fine-tune.
    var tuneStep: Double
    /// Seconds per image of the evaluation, with all of its methods and metrics.
    var evaluatedImage: Double
    /// Seconds to save a state.
    var save: Double
}

/// The measured speeds of a sweep's folder: `speeds.json`.
///
/// A speed holds for one version of the program on one machine.
struct SweepSpeeds {
    private let path: String
    private var speeds: [String: SweepSpeed] = [:]

    init(_ folder: String) {
        path = "\(folder)/speeds.json"
        if let data = FileManager.default.contents(atPath: path),
            let read = try? JSONDecoder().decode([String: SweepSpeed].self, from: data)
        {
            speeds = read
        }
    }

    /// - Parameter key: of ``key(_:)``.
    subscript(_ key: String) -> SweepSpeed? { speeds[key] }

    /// - Throws: ``StorageError`` if the file cannot be written.
    mutating func remember(_ speed: SweepSpeed, _ key: String) throws {
        speeds[key] = speed
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        let data = try encoder.encode(speeds)
        try AtomicFile.write(path, durable: false) { try $0.write(data) }
    }

    /// Settings that change no time of a step: cells that differ in them are measured once.
    private static let without: Set = [
        "output", "seed", "train.seed", "align.seed", "train.shared", "data.target",
        "data.start.labels", "data.start.masks",
        "model.weights", "model.weights_key", "model.pretraining", "train.epochs", "align.epochs",
        "train.learning_rate", "align.learning_rate", "align.lambda", "train.schedule",
        "align.schedule", "align.scenarios", "checkpoint_minutes",
    ]

    /// The program, the machine and the settings that a time depends on.
    static func key(_ cell: SweepCell) -> String {
        let settings = ConfigurationKeys.all.filter { key in
            !without.contains(key.name) && !key.name.hasPrefix("checkpoints.")
        }.map { "\($0.name) = \($0.write(cell.configuration))" }
        let machine = "\(ClaimHolder(work: "").host) \(instructionSet) \(Parallel.threads)"
        let digest = SweepKeys.hash(settings).prefix(20)
        return "\(plumblineVersion) on \(machine) threads: \(digest)"
    }
}
