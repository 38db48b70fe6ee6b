import Foundation
import PlumblineTensors

/// Phantoms written as CheXpert and CheXlocalize write theirs, so that they go through the same
/// readers as real films.
public struct PhantomDataset: Sendable {
    public var count = 200
    public var size = 320
    public var seed: UInt64 = 0
    /// How often each finding is shown.
    public var prevalence: Float = 0.35
    /// The finding that the marker goes with, if any, and how often it does.
    public var shortcut: PhantomFinding?
    public var shortcutCorrelation: Float = 0.9
    public var findings: [PhantomFinding] = PhantomFinding.allCases
    public init() {}

    /// Writes `name.csv`, `name/patientN/study1/view1_frontal.jpg`, `gt_segmentations_name.json`
    /// and `parts_name.json` below `folder`.
    ///
    /// The label file is removed first and written last: a set that was not finished has none, and
    /// is never taken for a whole one, whatever was there before.
    ///
    /// - Parameter progress: called with the films done; what it throws ends the writing.
    public func write(to folder: String, name: String, progress: ((Int) throws -> Void)? = nil)
        throws
    {
        let files = Files(folder, name)
        for path in [files.labels, files.masks, files.parts] { try removeFile(path) }
        let chosen = (0..<count).map { choose($0) }
        var masks: [String: [String: Mask]] = [:]
        var parts: [String: [String: Mask]] = [:]
        var rows = [Self.header.joined(separator: ",")]
        // Drawn in blocks: every film of a block on some thread, then written in order.
        for start in stride(from: 0, to: count, by: 32) {
            let block = start..<min(count, start + 32)
            let drawn = Self.drawAll(
                block.map { ($0, chosen[$0].shown, chosen[$0].marker) }, size: size, seed: seed)
            for (index, phantom) in zip(block, drawn) {
                let relative = files.film(index)
                try createFolder(PathText.folder(of: "\(folder)/\(relative)"))
                try phantom.image.write("\(folder)/\(relative)")
                let key = ImageKeys.short(relative)
                masks[key] = Dictionary(
                    uniqueKeysWithValues: phantom.findings.map { ($0.key.rawValue, $0.value) })
                parts[key] = phantom.parts.filter { $0.value.area > 0 }
                rows.append(row(index, relative, chosen[index].shown))
            }
            try progress?(block.upperBound)
        }
        // Films of a larger set that was here before.
        var rest = count
        while FileIdentity("\(folder)/\(files.film(rest))") != nil {
            try removeFile("\(folder)/\(files.film(rest))")
            rest += 1
        }
        try Localizations.write(masks, to: files.masks)
        try Localizations.write(parts, to: files.parts)
        do {
            try Data((rows.joined(separator: "\n") + "\n").utf8).write(
                to: URL(fileURLWithPath: files.labels), options: .atomic)
        } catch {
            throw DatasetError(files.labels, "cannot be written: \(error.localizedDescription)")
        }
    }

    /// Whether a set of this many films is there, with its labels, masks and every film.
    public func isWhole(in folder: String, name: String) -> Bool {
        let files = Files(folder, name)
        guard let labels = try? CSVFile(files.labels), labels.header == Self.header,
            labels.rows.count == count
        else { return false }
        let films = (0..<count).map { "\(folder)/\(files.film($0))" }
        return (films + [files.masks, files.parts]).allSatisfy { FileIdentity($0)?.isFile == true }
    }

    private static let header =
        ["Path", CheXpert.patientColumn, "Sex", "Age", "Frontal/Lateral", "AP/PA"]
        + CheXpert.observations

    /// Where a set's files are.
    private struct Files {
        let labels: String
        let masks: String
        let parts: String
        private let name: String

        init(_ folder: String, _ name: String) {
            labels = "\(folder)/\(name).csv"
            masks = "\(folder)/gt_segmentations_\(name).json"
            parts = "\(folder)/parts_\(name).json"
            self.name = name
        }

        /// A film's path below the folder.
        func film(_ index: Int) -> String {
            name + String(format: "/patient%05d/study1/view1_frontal.jpg", index + 1)
        }
    }

    private func removeFile(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else {
            throw DatasetError(path, "cannot be removed: \(String(cString: strerror(errno)))")
        }
    }

    private func choose(_ index: Int) -> (shown: Set<PhantomFinding>, marker: Bool) {
        var random = RandomGenerator(seed: seed).stream("labels \(index)")
        let shown = Set(findings.filter { _ in random.uniform() < prevalence })
        guard let shortcut else { return (shown, false) }
        let follows = random.uniform() < shortcutCorrelation
        return (shown, follows == shown.contains(shortcut))
    }

    private static func drawAll(
        _ wanted: [(Int, Set<PhantomFinding>, Bool)], size: Int, seed: UInt64
    ) -> [Phantom] {
        let slots = UnsafeMutablePointer<Phantom?>.allocate(capacity: wanted.count)
        slots.initialize(repeating: nil, count: wanted.count)
        defer {
            slots.deinitialize(count: wanted.count)
            slots.deallocate()
        }
        Parallel.forRanges(wanted.count, grain: 1) { range in
            for place in range {
                let (index, shown, marker) = wanted[place]
                var random = RandomGenerator(seed: seed).stream("phantom \(index)")
                slots[place] = Phantom(
                    size: size, findings: shown, marker: marker, seed: random.next())
            }
        }
        return (0..<wanted.count).map { slots[$0]! }
    }

    /// - Returns: the film's row. Its patient follows from the seed, so that sets of two seeds have
    ///   no patient in common although their folders have the same names.
    private func row(_ index: Int, _ path: String, _ shown: Set<PhantomFinding>) -> String {
        let names = Set(shown.map(\.rawValue))
        let labels = CheXpert.observations.map { name -> String in
            if name == "No Finding" { return shown.isEmpty ? "1.0" : "0.0" }
            return names.contains(name) ? "1.0" : "0.0"
        }
        let patient = "phantom \(seed)-\(index + 1)"
        return ([path, patient, "Unknown", "0", "Frontal", "PA"] + labels).joined(separator: ",")
    }
}

/// Makes a folder and those above it.
public func createFolder(_ path: String) throws {
    do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
        throw DatasetError(path, "cannot be created: \(error.localizedDescription)")
    }
}
