import Foundation
import PlumblineData
import PlumblineStatistics
import PlumblineStorage
import PlumblineTensors

/// The images of a configuration, counted and audited.
///
/// No model is made, and nothing is trained.
public struct DataSurvey {
    public let classes: [String]
    /// The parts into which a run divides the images.
    public let sections: [DataSection]
    /// What the audit found.
    public let findings: [AuditFinding]
    let facts: [SectionFacts]
    private let seed: UInt64

    /// Reads the label files, the size of every image, and the masks; hashes the image files.
    ///
    /// Overlaps that would end a run are findings here. The digests that earlier runs of the
    /// output folder remembered are used, and are kept there if the folder exists.
    ///
    /// - Throws: ``DatasetError`` for a file that is missing or wrong; ``ConfigurationError``;
    ///   ``Interrupted``.
    public init(_ configuration: Configuration) throws {
        _ = try configuration.validated()
        if configuration.threads > 0 { setThreads(configuration.threads) }
        let settings = configuration.data
        let read = try DataSections(
            configuration, needsStart: true, needsAlignment: settings.align.isGiven,
            readsAllMasks: true, isQuiet: true)
        classes = settings.classes
        sections = try DataSection.all(read, configuration)
        facts = try sections.map { try SectionFacts($0, classes: settings.classes) }
        let digests = FileDigests(configuration.digestFile)
        let contents = try ImageContents(sections, digests)
        if FileIdentity(PathText.folder(of: configuration.digestFile))?.isFolder == true {
            try digests.save()
        }
        findings = try DataAudit(sections, contents: contents, configuration).findings
        seed = UInt64(configuration.seed)
    }

    /// The files of all images that have one, so that none is overwritten.
    public var imageFiles: [String] { sections.flatMap { $0.examples.compactMap(\.file) } }

    // MARK: For a reader

    /// The images of each section; its classes; their parts, where there are some.
    public var tables: [DataTable] {
        [imageTable, classTable] + (partTable.rows.isEmpty ? [] : [partTable])
    }

    private var imageTable: DataTable {
        let header = [
            "section", "images", "groups", "no group", "height (least, median, greatest)",
            "width (least, median, greatest)",
        ]
        func range(_ quartiles: Quartiles?) -> String {
            guard let quartiles else { return "-" }
            return [quartiles.least, quartiles.median, quartiles.greatest].map(DataRow.text)
                .joined(separator: ", ")
        }
        return DataTable(
            header: header,
            rows: facts.map {
                [
                    $0.section.name, "\($0.images.count)", "\($0.groups)",
                    "\($0.imagesWithoutGroup)", range($0.heights), range($0.widths),
                ]
            })
    }

    private static let kinds: [Region.Kind] = [.mask, .box, .runLength, .polygon]

    private var classTable: DataTable {
        let header =
            ["section", "class", "positive", "negative", "ignored"] + Self.kinds.map(\.rawValue)
            + ["no region", "area share (quartiles)"]
        func row(_ facts: SectionFacts, _ index: Int) -> [String] {
            let counts =
                [
                    facts.count(.positive, index), facts.count(.negative, index),
                    facts.count(.ignored, index),
                ] + Self.kinds.map { facts.count($0, index) } + [facts.withoutRegion(index)]
            let shares = facts.areaShares(index).map { quartiles in
                [quartiles.first, quartiles.median, quartiles.third]
                    .map { String(format: "%.4f", $0) }.joined(separator: ", ")
            }
            return [facts.section.name, classes[index]] + counts.map(String.init)
                + [shares ?? "-"]
        }
        return DataTable(
            header: header,
            rows: facts.flatMap { facts in classes.indices.map { row(facts, $0) } })
    }

    private var partTable: DataTable {
        let rows = facts.flatMap { facts in
            classes.indices.flatMap { index in
                facts.parts(index).map {
                    [facts.section.name, classes[index], $0.name, "\($0.images)"]
                }
            }
        }
        return DataTable(header: ["section", "class", "part", "images"], rows: rows)
    }

    /// What was left out or is unusual, and what the audit found, in one line each.
    public var notes: [String] {
        var notes: [String] = []
        for facts in facts {
            let name = facts.section.name
            notes += facts.section.omissions.map { "\(name): \($0.note)" }
            for index in classes.indices {
                let soft = facts.count(.soft, index)
                if soft > 0 {
                    notes.append("\(name): \(classes[index]): \(soft) labels between 0 and 1")
                }
                let stray = facts.strayRegions(index)
                if stray > 0 {
                    notes.append(
                        "\(name): \(classes[index]): \(stray) images have a region but no label 1")
                }
            }
            let others = facts.section.examples.count { $0.file == nil }
            if others > 0 {
                notes.append("\(name): the content of \(others) images without a file is not known")
            }
        }
        let audit = findings.map(\.text)
        return notes + (audit.isEmpty ? ["audit: nothing found"] : audit)
    }

    // MARK: For a program

    /// Every number, as a long table.
    public var rows: [DataRow] {
        facts.flatMap { rows($0) }
            + findings.map {
                DataRow(
                    section: $0.section, className: "", what: "audit: \($0.check) (\($0.other))",
                    value: Double($0.count))
            }
    }

    private func rows(_ facts: SectionFacts) -> [DataRow] {
        var rows: [DataRow] = []
        func add(_ className: String, _ what: String, _ value: Double) {
            rows.append(
                DataRow(
                    section: facts.section.name, className: className, what: what, value: value))
        }
        add("", "images", Double(facts.images.count))
        add("", "groups", Double(facts.groups))
        add("", "images without group", Double(facts.imagesWithoutGroup))
        for (side, quartiles) in [("height", facts.heights), ("width", facts.widths)] {
            guard let quartiles else { continue }
            add("", "least \(side)", quartiles.least)
            add("", "median \(side)", quartiles.median)
            add("", "greatest \(side)", quartiles.greatest)
        }
        for (index, name) in classes.enumerated() {
            for (what, value) in numbers(facts, index) { add(name, what, value) }
        }
        for omission in facts.section.omissions {
            add("", "left out: \(omission.note)", Double(omission.count))
        }
        return rows
    }

    private func numbers(_ facts: SectionFacts, _ index: Int) -> [(String, Double)] {
        let counts =
            [
                ("positives", facts.count(.positive, index)),
                ("negatives", facts.count(.negative, index)),
                ("ignored", facts.count(.ignored, index)),
                ("soft labels", facts.count(.soft, index)),
            ] + Self.kinds.map { ("positives with \($0.rawValue)", facts.count($0, index)) }
            + [
                ("positives without region", facts.withoutRegion(index)),
                ("regions without label 1", facts.strayRegions(index)),
            ] + facts.parts(index).map { ("images with part \($0.name)", $0.images) }
        var numbers = counts.map { ($0.0, Double($0.1)) }
        if let shares = facts.areaShares(index) {
            numbers.append(("area share, first quartile", shares.first))
            numbers.append(("area share, median", shares.median))
            numbers.append(("area share, third quartile", shares.third))
        }
        return numbers
    }

    /// Writes ``rows`` as CSV, with the columns section, class, what and value.
    ///
    /// - Throws: ``StorageError`` if the file cannot be written.
    public func writeCSV(_ path: String) throws {
        let lines = [["section", "class", "what", "value"]] + rows.map(\.fields)
        let text = lines.map { CSVText.row($0) + "\n" }.joined()
        try AtomicFile.write(path) { try $0.write(Data(text.utf8)) }
    }

    // MARK: For the eye

    /// Some images of all sections, chosen by the seed and evenly over the classes.
    ///
    /// Images with regions come first.
    ///
    /// - Returns: `count` images, or all if there are fewer, in the order of classes.
    public func sample(_ count: Int) -> [(section: String, example: Example)] {
        SheetChoice(sections, classes: classes, seed: seed).images(count)
    }
}

extension Configuration {
    /// The file of digests of input files.
    var digestFile: String {
        "\(sharedStages.isEmpty ? output : sharedStages)/file_digests.h5"
    }
}
