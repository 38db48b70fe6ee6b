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

        public init(path: String, labels: [Float?]) { (self.path, self.labels) = (path, labels) }

        /// CheXlocalize's key: patient, study and view joined by underscores.
        public var key: String {
            (path as NSString).deletingPathExtension.split(separator: "/").suffix(3).joined(
                separator: "_")
        }
        /// Files are split by this, so that no patient is on both sides.
        public var patient: String {
            path.split(separator: "/").first { $0.hasPrefix("patient") }.map(String.init) ?? path
        }
    }

    /// Reads the label file.
    ///
    /// - Parameters:
    ///   - classes: columns to read; one that is missing is an error.
    ///   - frontalOnly: leave lateral films out, by the column `Frontal/Lateral` or, without one,
    ///   by the file's name.
    public static func films(_ path: String, classes: [String], frontalOnly: Bool = true) throws
        -> [Film]
    {
        let file = try CSVFile(path)
        let pathColumn = try file.column("Path"), columns = try classes.map { try file.column($0) }
        let view = file.header.firstIndex(of: "Frontal/Lateral")
        return try file.rows.enumerated().compactMap { index, row in
            let isFrontal =
                view.map { row[$0] == "Frontal" } ?? !row[pathColumn].contains("lateral")
            guard isFrontal || !frontalOnly else { return nil }
            let labels = try zip(classes, columns).map { name, column -> Float? in
                let text = row[column].trimmingCharacters(in: .whitespaces)
                if text.isEmpty { return nil }
                guard let value = Float(text), [-1, 0, 1].contains(value) else {
                    throw DatasetError(
                        path, "row \(index + 2), \(name): \(text) is not 1, 0, -1 or blank")
                }
                return value
            }
            return Film(path: row[pathColumn], labels: labels)
        }
    }

    /// The film's file below `root`; CSV paths begin with the archive's own folder
    /// ("CheXpert-v1.0/"), which may have been renamed.
    public static func locate(_ film: Film, root: String) throws -> String {
        let trimmed = film.path.split(separator: "/").dropFirst().joined(separator: "/")
        for candidate in [film.path, trimmed] {
            let path = (root as NSString).appendingPathComponent(candidate)
            if FileManager.default.fileExists(atPath: path) { return path }
        }
        throw DatasetError(
            (root as NSString).appendingPathComponent(film.path),
            "no such image, nor \(trimmed) below \(root)")
    }

    /// Splits films by patient: `share` of the patients, chosen by `seed` and their name alone, are
    /// the second part.
    public static func split(_ films: [Film], share: Double, seed: UInt64) -> (
        first: [Film], second: [Film]
    ) {
        func isSecond(_ film: Film) -> Bool {
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ seed
            for byte in film.patient.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
            return Double((hash ^ (hash >> 33)) >> 11) * 0x1p-53 < share
        }
        return (films.filter { !isSecond($0) }, films.filter(isSecond))
    }
}

/// What an uncertain label (-1) means (CheXpert, section 4).
public enum UncertaintyPolicy: String, Sendable, CaseIterable {
    case zeros = "u-zero"
    case ones = "u-one"
    case ignore = "u-ignore"

    /// The target and its weight in the loss. A label that is not mentioned is 0, as in CheXpert's
    /// own baselines.
    public func resolve(_ label: Float?) -> (value: Float, weight: Float) {
        guard let label else { return (0, 1) }
        guard label < 0 else { return (label, 1) }
        switch self {
        case .zeros: return (0, 1)
        case .ones: return (1, 1)
        case .ignore: return (0, 0)
        }
    }
}
