/// Findings that CheXpert's label files and CheXlocalize's masks name differently.
enum Synonyms {
    private static let pairs = [("Lung Opacity", "Airspace Opacity")]

    /// CheXpert's name of a finding.
    static func canonical(_ name: String) -> String {
        pairs.first { $0.1 == name }?.0 ?? name
    }

    /// The finding's other name, if it has one.
    static func other(_ name: String) -> String? {
        for (one, other) in pairs {
            if name == one { return other }
            if name == other { return one }
        }
        return nil
    }
}
