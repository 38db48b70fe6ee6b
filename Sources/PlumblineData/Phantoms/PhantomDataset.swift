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
    /// How the marker looks.
    public var marker = PhantomMarker()
    /// The findings that images can show.
    public var findings: [PhantomFinding] = PhantomFinding.standard
    /// The number of images of each patient; at least 1.
    ///
    /// They show the same anatomy and the same findings, with another exposure, noise and position.
    /// The last patient may have fewer.
    public var imagesPerPatient = 1
    /// Where the radiographs are taken.
    public var site = PhantomSite.first

    /// The strength of the shortcut as a dial from 0 to 1.
    ///
    /// The marker is on `(1 + strength) / 2` of the images with the finding and on
    /// `(1 - strength) / 2` of the others, as ``Decoy/correlation`` has it. At 0 it says nothing
    /// about the finding, and at 1 everything.
    public var shortcutStrength: Float {
        get { 2 * shortcutCorrelation - 1 }
        set { shortcutCorrelation = (1 + newValue) / 2 }
    }

    public init() {}

    /// Writes `name.csv`, `name/patientN/studyK/view1_frontal.jpg`, `gt_segmentations_name.json`
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
        let files = PhantomFiles(folder, name, count: count, perPatient: imagesPerPatient)
        for path in [files.labels, files.masks, files.parts] { try PhantomFiles.remove(path) }
        let drawings = (0..<count).map { drawing($0) }
        var masks: [String: [String: Mask]] = [:]
        var parts: [String: [String: Mask]] = [:]
        var rows = [Self.header.joined(separator: ",")]
        // The images of a block are drawn in parallel, then written in order.
        for start in stride(from: 0, to: count, by: 32) {
            let block = start..<min(count, start + 32)
            let drawn = drawAll(Array(drawings[block]))
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
        try files.removeOthers()
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
        let files = PhantomFiles(folder, name, count: count, perPatient: imagesPerPatient)
        guard let labels = try? CSVFile(files.labels), labels.header.names == Self.header,
            labels.rows.count == count
        else { return false }
        let images = (0..<count).map { "\(folder)/\(files.image($0))" }
        return (images + [files.masks, files.parts]).allSatisfy { FileIdentity($0)?.isFile == true }
    }

    private static let header =
        ["Path", CheXpert.patientColumn, "Sex", "Age", "Frontal/Lateral", "AP/PA"]
        + CheXpert.observations

    /// All images, drawn in memory.
    func phantoms() -> [Phantom] {
        drawAll((0..<count).map(drawing))
    }

    /// What an image is to show.
    private struct Drawing: Sendable {
        var patient: Int
        var film: Int
        var shown: Set<PhantomFinding>
        var marker: Bool
    }

    private func drawing(_ index: Int) -> Drawing {
        precondition(imagesPerPatient >= 1, "imagesPerPatient must be at least 1")
        let patient = index / imagesPerPatient
        var random = RandomGenerator(seed: seed).stream("labels \(patient)")
        let shown: Set<PhantomFinding>
        if isSingleLabel {
            let isShown = random.uniform() < prevalence
            let number = Int(random.uniform() * Float(findings.count))
            shown = isShown && !findings.isEmpty ? [findings[min(number, findings.count - 1)]] : []
        } else {
            shown = Set(findings.filter { _ in random.uniform() < prevalence })
        }
        var result = Drawing(
            patient: patient, film: index % imagesPerPatient, shown: shown, marker: false)
        guard let shortcut else { return result }
        // Each image of a patient has a marker or none.
        if result.film > 0 {
            random = RandomGenerator(seed: seed).stream("marker \(patient) \(result.film)")
        }
        let follows = random.uniform() < shortcutCorrelation
        result.marker = follows == shown.contains(shortcut)
        return result
    }

    private func drawAll(_ drawings: [Drawing]) -> [Phantom] {
        let slots = UnsafeMutablePointer<Phantom?>.allocate(capacity: drawings.count)
        slots.initialize(repeating: nil, count: drawings.count)
        defer {
            slots.deinitialize(count: drawings.count)
            slots.deallocate()
        }
        Parallel.forRanges(drawings.count, grain: 1) { range in
            for slot in range {
                let drawing = drawings[slot]
                var random = RandomGenerator(seed: seed).stream("phantom \(drawing.patient)")
                slots[slot] = Phantom(
                    size: size, findings: drawing.shown, marker: drawing.marker ? marker : nil,
                    site: site, seed: random.next(), film: drawing.film)
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
        return ([path, patientName(index), "Unknown", "0", "Frontal", site.view] + labels)
            .joined(separator: ",")
    }

    /// The name of the patient of an image.
    func patientName(_ index: Int) -> String { "phantom \(seed)-\(index / imagesPerPatient + 1)" }

    /// The name of an image: the patient's, and the film's number where there are several.
    func imageName(_ index: Int) -> String {
        let patient = patientName(index)
        return imagesPerPatient == 1 ? patient : "\(patient) film \(index % imagesPerPatient + 1)"
    }
}
