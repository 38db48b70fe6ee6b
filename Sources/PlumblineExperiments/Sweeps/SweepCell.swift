import Foundation
import PlumblineStorage

/// One fine-tune of a sweep with its evaluation.
public struct SweepCell: Sendable {
    /// The label of each axis, in the order of the axes.
    public let labels: [(axis: String, label: String)]
    /// The configuration, whose output is the folder of the cell.
    public let configuration: Configuration
    /// The scenario that it trains.
    public let scenario: String
    /// The name of its folder.
    ///
    /// It says the labels, and ends with a part of the hash of the settings that determine the
    /// result. So a cell of other settings has another folder.
    public let name: String
    /// What no other factor of its results says: settings that its starting model has too.
    var settings: [String] = []
    /// The same of the fine-tune alone.
    var tuneSettings: [String] = []
    /// What it shares with other cells.
    let keys: SweepKeys

    /// The folder of the cell.
    var folder: String { configuration.output }
    var resultsPath: String { "\(folder)/results.h5" }

    /// - Parameter root: the folder of the sweep.
    /// - Throws: an error if the composite's file or the method is wrong.
    init(
        _ labels: [(axis: String, label: String)], _ configuration: Configuration,
        scenario: String, root: String
    ) throws {
        self.labels = labels
        self.scenario = scenario
        let (cells, files) = ("\(root)/cells", FileManager.default)
        var keys = try SweepKeys(configuration, scenario: scenario)
        // A cell that an older program has begun keeps its name. Keys take long, so they are not
        // made twice for a new sweep, or for a cell that is there.
        if files.fileExists(atPath: cells),
            !files.fileExists(atPath: "\(cells)/\(Self.name(labels, keys))")
        {
            let older = try SweepKeys(configuration, scenario: scenario, resolvesPaths: true)
            let isThere = files.fileExists(atPath: "\(cells)/\(Self.name(labels, older))")
            keys = isThere ? older : keys
        }
        self.keys = keys
        name = Self.name(labels, keys)
        var configuration = configuration
        configuration.output = "\(cells)/\(name)"
        self.configuration = configuration
    }

    private static func name(_ labels: [(axis: String, label: String)], _ keys: SweepKeys) -> String
    {
        "\(slug(labels.map(\.label)))-\(keys.cell.prefix(10))"
    }

    /// The name that older programs gave it; it depends on the folder of the sweep.
    package func olderName() throws -> String {
        Self.name(
            labels, try SweepKeys(configuration, scenario: scenario, resolvesPaths: true))
    }

    /// The labels as the beginning of a file's name: letters, digits, `.`, `_` and `-`.
    static func slug(_ labels: [String]) -> String {
        let parts = labels.map { label in
            String(
                label.unicodeScalars.map { scalar -> Character in
                    let isKept =
                        scalar.isASCII
                        && (scalar.properties.isAlphabetic
                            || ("0"..."9").contains(scalar) || "._".unicodeScalars.contains(scalar))
                    return isKept ? Character(scalar) : "_"
                }.prefix(40))
        }
        let text = parts.joined(separator: "-")
        // A name must not be hidden, and a file system takes 255 bytes.
        return "c-" + text.prefix(160)
    }
}
