import Foundation
import PlumblineStorage

/// What a finished cell cost, and where it was computed: `record.json` in its folder.
struct CellRecord: Codable {
    var host: String
    var process: Int32
    var version: String
    var instructionSet: String
    var threads: Int
    /// Seconds of the starting model: its training and evaluation; 0 if it was there.
    var startSeconds: Double
    /// Seconds of the fine-tune that were taken in the last process.
    var fineTuneSeconds: Double
    /// Seconds of everything else: reading the data, and the evaluation.
    var otherSeconds: Double
    /// The SHA-256 of the files that the configuration names, by key.
    var inputs: [String: String]

    var seconds: Double { fineTuneSeconds + otherSeconds }

    /// - Throws: ``StorageError`` if the file cannot be written.
    func write(_ path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        let data = try encoder.encode(self)
        try AtomicFile.write(path, durable: false) { try $0.write(data) }
    }

    /// - Returns: `nil` if there is none, or one of another version.
    static func read(_ path: String) -> CellRecord? {
        FileManager.default.contents(atPath: path)
            .flatMap { try? JSONDecoder().decode(CellRecord.self, from: $0) }
    }
}
