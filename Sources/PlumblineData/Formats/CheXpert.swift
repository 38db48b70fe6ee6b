/// CheXpert (Irvin et al., arXiv 1901.07031): chest radiographs with labels of 14 observations.
public enum CheXpert {
    /// The 14 observations, in the order of the columns of the label file.
    public static let observations = [
        "No Finding", "Enlarged Cardiomediastinum", "Cardiomegaly", "Lung Opacity", "Lung Lesion",
        "Edema", "Consolidation", "Pneumonia", "Atelectasis", "Pneumothorax", "Pleural Effusion",
        "Pleural Other", "Fracture", "Support Devices",
    ]

    /// One image of the label file.
    public struct Image: Sendable {
        /// The path as in the label file.
        public var path: String
        /// By class: 1, 0, -1 (uncertain) or `nil` (not mentioned).
        public var labels: [Float?]
        /// The patient, or another name for images that belong together; `nil` where it is not
        /// known.
        public var group: String?
        /// The row in the label file; the header is row 1.
        public var row: Int

        /// - Parameter group: by default what ``CheXpert/patient(in:)`` finds in the path.
        public init(path: String, labels: [Float?], group: String? = nil, row: Int = 0) {
            self.path = path
            self.labels = labels
            self.group = group ?? CheXpert.patient(in: path)
            self.row = row
        }

        /// The name in CheXlocalize: patient, study and view joined by underscores.
        public var key: String { ImageKeys.short(path) }
    }

    /// The column of patients that ``PhantomDataset`` writes.
    ///
    /// It is read from any label file that has it.
    static let patientColumn = "Patient"

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
}
