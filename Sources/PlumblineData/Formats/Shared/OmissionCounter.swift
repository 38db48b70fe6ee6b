/// Counts what a format leaves out or changes by a rule, so that it can be reported.
struct OmissionCounter {
    private var kinds: [String] = []
    private var counts: [String: Int] = [:]
    private var examples: [String: String] = [:]

    /// Counts one more of a kind, or several.
    ///
    /// - Parameters:
    ///   - kind: a sentence without its end, such as "boxes without area are left out".
    ///   - example: where the first one is.
    mutating func add(_ kind: String, _ example: String, count: Int = 1) {
        if counts[kind] == nil {
            kinds.append(kind)
            examples[kind] = example
        }
        counts[kind, default: 0] += count
    }

    /// Counts what another counter has counted.
    mutating func add(_ other: OmissionCounter) {
        for kind in other.kinds { add(kind, other.examples[kind]!, count: other.counts[kind]!) }
    }

    /// The omissions in the order in which the kinds appeared.
    var omissions: [FormattedImages.Omission] {
        kinds.map { kind in
            let count = counts[kind]!
            return .init(count: count, note: "\(kind): \(count), such as \(examples[kind]!)")
        }
    }
}
