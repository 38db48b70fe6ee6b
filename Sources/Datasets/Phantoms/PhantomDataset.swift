import Foundation
import Tensors

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
    public func write(to folder: String, name: String, progress: ((Int) -> Void)? = nil) throws {
        let chosen = (0..<count).map { choose($0) }
        var masks: [String: [String: Mask]] = [:], parts: [String: [String: Mask]] = [:]
        var rows = [
            (["Path", "Sex", "Age", "Frontal/Lateral", "AP/PA"] + CheXpert.observations).joined(
                separator: ",")
        ]
        // Drawn in blocks: every film of a block on some thread, then written in order.
        for start in stride(from: 0, to: count, by: 32) {
            let block = start..<min(count, start + 32)
            let drawn = Self.drawAll(
                block.map { ($0, chosen[$0].shown, chosen[$0].marker) }, size: size, seed: seed)
            for (index, phantom) in zip(block, drawn) {
                let patient = String(format: "patient%05d", index + 1),
                    relative = "\(name)/\(patient)/study1"
                try createFolder("\(folder)/\(relative)")
                try phantom.image.write("\(folder)/\(relative)/view1_frontal.jpg")
                let key = "\(patient)_study1_view1_frontal"
                masks[key] = Dictionary(
                    uniqueKeysWithValues: phantom.findings.map { ($0.key.rawValue, $0.value) })
                parts[key] = phantom.parts.filter { $0.value.area > 0 }
                rows.append(row("\(relative)/view1_frontal.jpg", chosen[index].shown))
            }
            progress?(block.upperBound)
        }
        try Localizations.write(masks, to: "\(folder)/gt_segmentations_\(name).json")
        try Localizations.write(parts, to: "\(folder)/parts_\(name).json")
        do {
            try Data((rows.joined(separator: "\n") + "\n").utf8).write(
                to: URL(fileURLWithPath: "\(folder)/\(name).csv"), options: .atomic)
        } catch {
            throw DatasetError(
                "\(folder)/\(name).csv", "cannot be written: \(error.localizedDescription)")
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
        defer { slots.deinitialize(count: wanted.count); slots.deallocate() }
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

    private func row(_ path: String, _ shown: Set<PhantomFinding>) -> String {
        let names = Set(shown.map(\.rawValue))
        let labels = CheXpert.observations.map { name -> String in
            if name == "No Finding" { return shown.isEmpty ? "1.0" : "0.0" }
            return names.contains(name) ? "1.0" : "0.0"
        }
        return ([path, "Unknown", "0", "Frontal", "PA"] + labels).joined(separator: ",")
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
