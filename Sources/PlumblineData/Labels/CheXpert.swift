import Foundation

/// CheXpert (Irvin et al., arXiv 1901.07031): its label file and its films.
public enum CheXpert {
    /// The 14 observations, in the order of the CSV's columns.
    public static let observations = [
        "No Finding", "Enlarged Cardiomediastinum", "Cardiomegaly", "Lung Opacity", "Lung Lesion",
        "Edema", "Consolidation", "Pneumonia",
        "Atelectasis", "Pneumothorax", "Pleural Effusion", "Pleural Other", "Fracture",
        "Support Devices",
    ]

    /// One film of the label file.
    public struct Film: Sendable {
        /// As in the CSV.
        public var path: String
        /// By class: 1, 0, -1 (uncertain) or `nil` (not mentioned).
        public var labels: [Float?]
        /// The patient, or whatever else films belong together by; `nil` where it is not known.
        public var group: String?
        /// Its row in the CSV; the header is row 1.
        public var row: Int

        /// - Parameter group: by default what ``CheXpert/patient(in:)`` finds in the path.
        public init(path: String, labels: [Float?], group: String? = nil, row: Int = 0) {
            self.path = path
            self.labels = labels
            self.group = group ?? CheXpert.patient(in: path)
            self.row = row
        }

        /// CheXlocalize's key: patient, study and view joined by underscores.
        public var key: String { ImageKeys.short(path) }
    }

    /// A label file as read.
    public struct Labels: Sendable {
        public var films: [Film]
        /// Lateral films that were left out.
        public var laterals: [Film]
    }

    /// The column that ``PhantomDataset`` names its patients in; it is read wherever a label file
    /// has it.
    static let patientColumn = "Patient"

    /// Reads the label file.
    ///
    /// Labels are 1, 0 and -1, also as booleans; what pandas takes for a missing value is one. A
    /// class is found under its synonym too (``Synonyms``).
    ///
    /// - Parameters:
    ///   - classes: columns to read; one that is missing is an error.
    ///   - frontalOnly: leave lateral films out, by the column `Frontal/Lateral` or, without one,
    ///   by the file's name.
    ///   - group: the column that says which films belong together; empty: a column `Patient`, else
    ///   the part `patientN` of the path.
    public static func labels(
        _ path: String, classes: [String], frontalOnly: Bool = true, group: String = ""
    ) throws -> Labels {
        let file = try CSVFile(path)
        let pathColumn = try file.column("Path")
        let columns = try classes.map { name -> Int in
            let other = Synonyms.other(name).flatMap { file.header.contains($0) ? $0 : nil }
            return try file.column(file.header.contains(name) ? name : other ?? name)
        }
        let groupColumn =
            !group.isEmpty
            ? try file.column(group)
            : file.header.contains(patientColumn) ? try file.column(patientColumn) : nil
        let view = file.header.contains(viewColumn) ? try file.column(viewColumn) : nil
        var result = Labels(films: [], laterals: [])
        for (index, row) in file.rows.enumerated() {
            let labels = try zip(classes, columns).map { name, column -> Float? in
                let text = row[column]
                if LabelCell.isMissing(text) { return nil }
                guard let value = LabelCell.label(text) else {
                    throw DatasetError(
                        path,
                        "row \(index + 2), \(name): \(text) is not 1, 0, -1, true, false or blank")
                }
                return value
            }
            var film = Film(
                path: row[pathColumn].trimmingCharacters(in: .whitespaces), labels: labels,
                row: index + 2)
            if let groupColumn { film.group = LabelCell.group(row[groupColumn]) }
            if frontalOnly, !isFrontal(film, view.map { row[$0] }) {
                result.laterals.append(film)
            } else {
                result.films.append(film)
            }
        }
        return result
    }

    /// The films of ``labels(_:classes:frontalOnly:group:)`` that are not left out.
    public static func films(_ path: String, classes: [String], frontalOnly: Bool = true) throws
        -> [Film]
    {
        try labels(path, classes: classes, frontalOnly: frontalOnly).films
    }

    private static let viewColumn = "Frontal/Lateral"

    private static func isFrontal(_ film: Film, _ view: String?) -> Bool {
        guard let view, !LabelCell.isMissing(view) else {
            return !film.path.lowercased().contains("lateral")
        }
        return view.trimmingCharacters(in: .whitespaces).lowercased() == "frontal"
    }

    /// The first part of a path that begins with `patient` and a number, cut after the number.
    public static func patient(in path: String) -> String? {
        for part in PathText.parts(path) where part.lowercased().hasPrefix("patient") {
            let rest = part.utf8.dropFirst("patient".utf8.count)
            let start = rest.drop { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
            let digits = start.prefix { (48...57).contains($0) }
            guard !digits.isEmpty else { continue }
            return String(Substring(part.utf8[..<digits.endIndex]))
        }
        return nil
    }

    /// The film's file. CSV paths begin with the archive's own folder ("CheXpert-v1.0/"), which may
    /// have been renamed, and CheXlocalize calls `val` what its CSV calls `valid`.
    ///
    /// A path may be absolute: who names the label file wrote it. A relative one may not leave
    /// `root` by `..`.
    ///
    /// - Throws: ``DatasetError`` that names the file that was looked for, and its row.
    public static func locate(_ film: Film, root: String, labels: String = "the labels") throws
        -> String
    {
        let from = "row \(film.row) of \(labels)"
        let isAbsolute = PathText.isAbsolute(film.path)
        if isAbsolute, FileIdentity(film.path)?.isFile == true { return film.path }
        guard let parts = PathText.resolved(film.path) else {
            throw DatasetError(film.path, "leaves the folder of images by .. (\(from))")
        }
        guard !parts.isEmpty else { throw DatasetError(labels, "row \(film.row) names no image") }
        let whole = parts.joined(separator: "/")
        let trimmed = parts.dropFirst().joined(separator: "/")
        var candidates = [whole, trimmed].filter { !$0.isEmpty }
        for (name, other) in [("valid", "val"), ("val", "valid")] {
            for place in 0..<min(2, parts.count - 1) where parts[place] == name {
                let renamed = [other] + parts[(place + 1)...]
                candidates.append((parts[..<place] + renamed).joined(separator: "/"))
                candidates.append(renamed.joined(separator: "/"))
            }
        }
        let below = candidates.map { PathText.joined(root, $0) }
        let paths = isAbsolute ? [film.path] + below : below
        if let path = paths.first(where: { FileIdentity($0)?.isFile == true }) { return path }
        let others = paths.dropFirst().joined(separator: ", ")
        throw DatasetError(
            paths[0], "no such image (\(from))" + (others.isEmpty ? "" : "; nor is \(others)"))
    }

    /// Splits films by group: `share` of the groups, chosen by `seed` and their name alone, are the
    /// second part.
    ///
    /// - Returns: `nil` where a film's group is not known.
    public static func split(_ films: [Film], share: Double, seed: UInt64) -> (
        first: [Film], second: [Film]
    )? {
        func isSecond(_ group: String) -> Bool {
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ seed
            for byte in group.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
            return Double((hash ^ (hash >> 33)) >> 11) * 0x1p-53 < share
        }
        guard films.allSatisfy({ $0.group != nil }) else { return nil }
        return (films.filter { !isSecond($0.group!) }, films.filter { isSecond($0.group!) })
    }
}
