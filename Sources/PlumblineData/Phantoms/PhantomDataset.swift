import Foundation
import PlumblineTensors

/// A set of phantoms in the formats of CheXpert and CheXlocalize.
///
/// They go through the same readers as real radiographs.
public struct PhantomDataset: Sendable {
    /// The number of images.
    public var count = 200
    /// Height and width of each image, in pixels.
    public var size = 320
    public var seed: UInt64 = 0
    /// The probability that an image shows a finding: each finding, or any one with
    /// ``isSingleLabel``.
    public var prevalence: Float = 0.35
    /// Whether an image shows at most one finding, so that the findings and "No Finding" exclude
    /// each other.
    public var isSingleLabel = false
    /// The finding that has a marker beside it; `nil`: no image has a marker.
    public var shortcut: PhantomFinding?
    /// The probability that the marker agrees with the finding.
    public var shortcutCorrelation: Float = 0.9
    /// The findings that images can show.
    public var findings: [PhantomFinding] = PhantomFinding.allCases

    public init() {}

    /// Writes `name.csv`, `name/patientN/study1/view1_frontal.jpg`, `gt_segmentations_name.json`
    /// and `parts_name.json` below `folder`.
    ///
    /// The label file is removed first and written last. A set that was not finished has no label
    /// file, so it is never read as a complete one.
    ///
    /// - Parameter progress: called with the number of images done. An error that it throws ends
    ///   the writing.
    /// - Throws: ``DatasetError`` where a file cannot be written.
    public func write(
        to folder: String, name: String, progress: ((Int) throws -> Void)? = nil
    ) throws {
        let files = Files(folder, name)
        for path in [files.labels, files.masks, files.parts] { try removeFile(path) }
        let drawings = (0..<count).map { drawing($0) }
        var masks: [String: [String: Mask]] = [:]
        var parts: [String: [String: Mask]] = [:]
        var rows = [Self.header.joined(separator: ",")]
        // The images of a block are drawn in parallel, then written in order.
        for start in stride(from: 0, to: count, by: 32) {
            let block = start..<min(count, start + 32)
            let drawn = Self.drawAll(Array(drawings[block]), size: size, seed: seed)
            for (index, phantom) in zip(block, drawn) {
                let relative = files.image(index)
                try createFolder(PathText.folder(of: "\(folder)/\(relative)"))
                try phantom.image.write("\(folder)/\(relative)")
                let key = ImageKeys.short(relative)
                masks[key] = Dictionary(
                    uniqueKeysWithValues: phantom.findings.map { ($0.key.rawValue, $0.value) })
                parts[key] = phantom.parts.filter { $0.value.area > 0 }
                rows.append(row(index, relative, drawings[index].shown))
            }
            try progress?(block.upperBound)
        }
        // Images of a larger set that was here before.
        var rest = count
        while FileIdentity("\(folder)/\(files.image(rest))") != nil {
            try removeFile("\(folder)/\(files.image(rest))")
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

    /// Whether a set of this many images is there, with labels, masks and every image.
    public func isWhole(in folder: String, name: String) -> Bool {
        let files = Files(folder, name)
        guard let labels = try? CSVFile(files.labels), labels.header.names == Self.header,
            labels.rows.count == count
        else { return false }
        let images = (0..<count).map { "\(folder)/\(files.image($0))" }
        return (images + [files.masks, files.parts]).allSatisfy { FileIdentity($0)?.isFile == true }
    }

    private static let header =
        ["Path", CheXpert.patientColumn, "Sex", "Age", "Frontal/Lateral", "AP/PA"]
        + CheXpert.observations

    /// The paths of the files of a set.
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

        /// The path of an image below the folder.
        func image(_ index: Int) -> String {
            name + String(format: "/patient%05d/study1/view1_frontal.jpg", index + 1)
        }
    }

    private func removeFile(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else {
            throw DatasetError(path, "cannot be removed: \(String(cString: strerror(errno)))")
        }
    }

    /// All images, drawn in memory.
    func phantoms() -> [Phantom] {
        Self.drawAll((0..<count).map(drawing), size: size, seed: seed)
    }

    /// What an image is to show.
    private struct Drawing: Sendable {
        var index: Int
        var shown: Set<PhantomFinding>
        var marker: Bool
    }

    private func drawing(_ index: Int) -> Drawing {
        var random = RandomGenerator(seed: seed).stream("labels \(index)")
        let shown: Set<PhantomFinding>
        if isSingleLabel {
            let isShown = random.uniform() < prevalence
            let number = Int(random.uniform() * Float(findings.count))
            shown = isShown && !findings.isEmpty ? [findings[min(number, findings.count - 1)]] : []
        } else {
            shown = Set(findings.filter { _ in random.uniform() < prevalence })
        }
        guard let shortcut else { return Drawing(index: index, shown: shown, marker: false) }
        let follows = random.uniform() < shortcutCorrelation
        return Drawing(
            index: index, shown: shown, marker: follows == shown.contains(shortcut))
    }

    private static func drawAll(
        _ drawings: [Drawing], size: Int, seed: UInt64
    ) -> [Phantom] {
        let slots = UnsafeMutablePointer<Phantom?>.allocate(capacity: drawings.count)
        slots.initialize(repeating: nil, count: drawings.count)
        defer {
            slots.deinitialize(count: drawings.count)
            slots.deallocate()
        }
        Parallel.forRanges(drawings.count, grain: 1) { range in
            for slot in range {
                let drawing = drawings[slot]
                var random = RandomGenerator(seed: seed).stream("phantom \(drawing.index)")
                slots[slot] = Phantom(
                    size: size, findings: drawing.shown, marker: drawing.marker,
                    seed: random.next())
            }
        }
        return (0..<drawings.count).map { slots[$0]! }
    }

    /// The row of an image in the label file.
    ///
    /// The name of the patient contains the seed. So sets of two seeds have no patient in common,
    /// although their folders have the same names.
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
