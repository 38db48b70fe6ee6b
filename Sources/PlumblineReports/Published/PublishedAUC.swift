import PlumblineData
import PlumblineStorage

/// The published AUROC of each fine-tuned model: `chexlocalize_aucroc.csv`.
public struct PublishedAUC: Sendable {
    /// One model.
    public struct Value: Sendable {
        /// As in ``PublishedRow/models``.
        public var model: String
        /// As in ``PublishedRow/initialisations``.
        public var initialisation: String
        /// As in ``PublishedRow/methods``.
        public var method: String
        public var label: String
        public var isAligned: Bool
        public var auc: Double
    }

    public let values: [Value]

    /// The name of the file.
    static let table = "chexlocalize_aucroc.csv"

    /// - Parameter folder: with the file, or with a folder `results` that has it.
    /// - Returns: `nil` where there is no such file.
    /// - Throws: ``DatasetError`` for a file, row or field that is wrong.
    public static func read(_ folder: String) throws -> PublishedAUC? {
        let places = ["\(folder)/\(table)", "\(folder)/results/\(table)"]
        guard let path = places.first(where: { FileIdentity($0) != nil }) else { return nil }
        let file = try CSVFile(path)
        let label = try file.column("selected_class")
        let factors = try ["Attribution method", "Model training", "Attack"].map {
            try file.column($0)
        }
        let columns = try ["DenseNet", "ViT", "Swin-ViT"].map { ($0, try file.column($0)) }
        var values: [Value] = []
        try file.forEachRow { cells, place in
            let names = try zip(factors, PublishedAUC.levels).map { column, levels in
                try level(cells[column], levels, place)
            }
            for (model, (name, column)) in zip(PublishedRow.models, columns) {
                guard let auc = try PublishedNumber.read(cells[column], column: name, place: place)
                else { continue }
                guard (0...1).contains(auc) else {
                    throw DatasetError(place, "\(name) is \(auc); an AUROC from 0 to 1 is wanted")
                }
                values.append(
                    Value(
                        model: model, initialisation: names[1], method: names[0],
                        label: cells[label], isAligned: names[2] == "align", auc: auc))
            }
        }
        guard !values.isEmpty else { throw DatasetError(path, "has no row with numbers") }
        return PublishedAUC(values: values)
    }

    /// What the file writes for methods, starts and scenarios, and our names of them.
    private static let levels: [[String: String]] = [
        [
            "lrp": "lrp", "gradient": "gradient", "integrated gradients": "integrated_gradients",
            "smoothgrad": "smoothgrad",
        ],
        ["from scratch": "from_scratch", "pretrained": "pretrained"],
        ["In mask": "align", "Out mask": "misalign"],
    ]

    private static func level(
        _ text: String, _ levels: [String: String], _ place: String
    ) throws -> String {
        guard let name = levels[text] else {
            throw DatasetError(
                place,
                "\"\(text.prefix(40).description.printable)\" is not known; it must be one of "
                    + levels.keys.sorted().joined(separator: ", "))
        }
        return name
    }

    /// The mean of some values; `nil` without one.
    func mean(where isMeant: (Value) -> Bool) -> Double? {
        let chosen = values.filter(isMeant).map(\.auc)
        return chosen.isEmpty ? nil : chosen.reduce(0, +) / Double(chosen.count)
    }
}
