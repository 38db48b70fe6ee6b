import Foundation

extension CheXpert {
    /// A label file as read.
    public struct Labels: Sendable {
        public var images: [Image]
        /// Lateral images, which were left out.
        public var laterals: [Image]
        /// Images of other splits, which were left out.
        var others: [Image] = []
        var omitted = OmissionCounter()
    }

    /// Reads the label file.
    ///
    /// Labels are 1, 0 and -1, also as booleans. A cell that pandas reads as a missing value is a
    /// missing label. A class is found under its other name too (``FindingSynonyms``).
    ///
    /// - Parameters:
    ///   - classes: the columns to read.
    ///   - frontalOnly: whether lateral images are left out, by the column `Frontal/Lateral` or,
    ///     without one, by the name of the file.
    ///   - group: the column that says which images belong together; empty: a column `Patient`,
    ///     else the part `patientN` of the path.
    /// - Throws: ``DatasetError`` for a missing column, and for a cell that is not a label.
    public static func labels(
        _ path: String, classes: [String], frontalOnly: Bool = true, group: String = ""
    ) throws -> Labels {
        try labels(path, classes: classes, frontalOnly: frontalOnly, group: group) { _ in nil }
    }

    /// The same for the rows of a split.
    ///
    /// - Parameter split: finds the column of splits in the header.
    static func labels(
        _ path: String, classes: [String], frontalOnly: Bool, group: String,
        split: (CSVHeader) throws -> SplitColumn?
    ) throws -> Labels {
        let file = try CSVFile(path)
        let columns = try Columns(file, classes: classes, group: group)
        let split = try split(file.header)
        var result = Labels(images: [], laterals: [])
        for (index, cells) in file.rows.enumerated() {
            let place = "row \(index + 2) of \(path)"
            let image = try columns.image(cells, row: index + 2, classes: classes, path)
            guard split?.takes(cells, place, &result.omitted) != false else {
                result.others.append(image)
                continue
            }
            if frontalOnly, !isFrontal(image, columns.view.map { cells[$0] }) {
                result.laterals.append(image)
            } else {
                result.images.append(image)
            }
        }
        return result
    }

    /// The images of ``labels(_:classes:frontalOnly:group:)`` that are not left out.
    public static func images(
        _ path: String, classes: [String], frontalOnly: Bool = true
    ) throws -> [Image] {
        try labels(path, classes: classes, frontalOnly: frontalOnly).images
    }

    private static func isFrontal(_ image: Image, _ view: String?) -> Bool {
        guard let view, !LabelCell.isMissing(view) else {
            return !image.path.lowercased().contains("lateral")
        }
        return view.trimmingCharacters(in: .whitespaces).lowercased() == "frontal"
    }

    /// The indices of the columns that are read.
    private struct Columns {
        let path: Int
        let classes: [Int]
        let group: Int?
        let view: Int?

        init(_ file: CSVFile, classes: [String], group: String) throws {
            path = try file.column("Path")
            self.classes = try classes.map { name in
                let other = FindingSynonyms.other(name).flatMap {
                    file.header.contains($0) ? $0 : nil
                }
                return try file.column(file.header.contains(name) ? name : other ?? name)
            }
            func optional(_ name: String) throws -> Int? {
                file.header.contains(name) ? try file.column(name) : nil
            }
            self.group =
                group.isEmpty ? try optional(patientColumn) : try file.column(group)
            view = try optional("Frontal/Lateral")
        }

        /// - Parameter labelFile: for messages.
        func image(
            _ cells: [String], row: Int, classes names: [String], _ labelFile: String
        ) throws -> Image {
            let labels = try zip(names, classes).map { name, column -> Float? in
                let text = cells[column]
                if LabelCell.isMissing(text) { return nil }
                guard let value = LabelCell.label(text) else {
                    throw DatasetError(
                        labelFile,
                        "row \(row), \(name): \(text) is not 1, 0, -1, true, false or blank")
                }
                return value
            }
            var image = Image(
                path: cells[path].trimmingCharacters(in: .whitespaces), labels: labels, row: row)
            if let group { image.group = LabelCell.group(cells[group]) }
            return image
        }
    }
}
