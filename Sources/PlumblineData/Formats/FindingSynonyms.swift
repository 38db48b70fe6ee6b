/// Findings that have one name in CheXpert's label files and another in CheXlocalize's masks.
enum FindingSynonyms {
    private static let pairs = [(labels: "Lung Opacity", masks: "Airspace Opacity")]

    /// The name of a finding in CheXpert's label files.
    static func canonical(_ name: String) -> String {
        pairs.first { $0.masks == name }?.labels ?? name
    }

    /// The other name of a finding; `nil` where it has only one.
    static func other(_ name: String) -> String? {
        for pair in pairs {
            if name == pair.labels { return pair.masks }
            if name == pair.masks { return pair.labels }
        }
        return nil
    }
}
