/// Which tensor of a file is which parameter of a model, found by names and shapes.
///
/// Training scripts put prefixes before the names of a model, or store a part of it. Every prefix
/// that occurs in the file is tried. The prefix with which the most parameters are found in their
/// shape is taken.
public struct WeightMatch: Sendable {
    /// A parameter's name and its shape in PyTorch's layout.
    public struct Place: Sendable {
        public let name: String
        public let shape: [Int]
        /// Whether it belongs to the last layer.
        public let isHead: Bool

        public init(name: String, shape: [Int], isHead: Bool) {
            self.name = name
            self.shape = shape
            self.isHead = isHead
        }
    }

    /// One dictionary of a file and its key; the key is "" at the top of the file.
    public struct Candidate: Sendable {
        public let key: String
        public let shapes: [String: [Int]]

        public init(key: String, shapes: [String: [Int]]) {
            self.key = key
            self.shapes = shapes
        }
    }

    /// The dictionary that was taken.
    public let key: String
    public let prefix: NamePrefix
    /// Whose names the file has.
    public let naming: WeightNaming
    /// For each parameter found the names in the file, to be joined along the first axis if they
    /// are several.
    public let sources: [String: [String]]
    /// How many parameters were found with their shape.
    public let fitting: Int
    /// How many names carry the prefix.
    private let nameCount: Int
    /// The last layer in the file, if the model has another name for it.
    private let renamedHead: String?
    /// Other choices that fit as well: keys of dictionaries, and prefixes.
    public internal(set) var others: [String] = []

    /// The largest number of names that are translated.
    ///
    /// A model has hundreds.
    private static let largestEffort = 100_000

    /// - Parameters:
    ///   - candidates: at least one dictionary.
    ///   - places: the parameters of the model.
    ///   - architecture: of the model, which knows the names of other libraries; `nil` if it is not
    ///     registered by name.
    ///   - key: of a dictionary, or a prefix of names; `nil`: the best of all.
    /// - Returns: `nil` if no dictionary and no prefix is called `key`.
    public static func best(
        _ candidates: [Candidate], for places: [Place],
        of architecture: (any Architecture.Type)? = nil, key: String? = nil
    ) -> WeightMatch? {
        var matches: [WeightMatch] = []
        let additions = NamePrefix.additions(places.map(\.name))
        let byName = Dictionary(places.map { ($0.name, $0) }) { first, _ in first }
        let heads = places.filter(\.isHead)
        var effort = largestEffort
        for candidate in candidates {
            let isChosen = key == nil || key == candidate.key
            // A prefix with fewer names than were found already cannot be better. The head may
            // stand outside the prefix.
            var most = 0
            for (stripped, names) in NamePrefix.candidates(candidate.shapes.keys) {
                guard isChosen || stripped == key || String(stripped.dropLast()) == key else {
                    continue
                }
                if names.count + heads.count < most { break }
                // Less than half of a model is no model, and a hostile file must not take long.
                guard stripped.isEmpty || 2 * names.count >= places.count, effort > 0 else { break }
                effort -= names.count
                for added in additions {
                    let match = WeightMatch(
                        candidate, NamePrefix(stripped: stripped, added: added), names, byName,
                        heads, architecture)
                    most = max(most, match.fitting)
                    matches.append(match)
                }
            }
        }
        guard var best = matches.min(by: { $0.isBetter(than: $1) }) else { return nil }
        // If fewer than half fit, they fit by chance, and other choices are worth no line.
        guard 2 * best.fitting > places.count else { return best }
        // Two prefixes that lead to the same tensors are one choice.
        var seen: Set = [best.choice]
        for match in matches where match.fitting == best.fitting {
            let name = match.key != best.key ? match.key : match.prefix.module
            if seen.insert(match.choice).inserted, !name.isEmpty, !best.others.contains(name) {
                best.others.append(name)
            }
        }
        return best
    }

    private init(
        _ candidate: Candidate, _ prefix: NamePrefix, _ names: [String],
        _ places: [String: Place], _ heads: [Place], _ architecture: (any Architecture.Type)?
    ) {
        key = candidate.key
        self.prefix = prefix
        nameCount = names.count
        var stored: [String: String] = [:]
        for name in names {
            if let plain = prefix.plain(name) { stored[plain] = name }
        }
        let translation = WeightTranslation(stored.keys, of: architecture)
        naming = translation.naming
        var sources: [String: [String]] = [:]
        for (target, parts) in translation.sources where places[target] != nil {
            sources[target] = parts.map { stored[$0]! }
        }
        if heads.contains(where: { sources[$0.name] == nil }) {
            let head = HeadNames(heads, in: candidate.shapes, scopes: prefix.enclosing)
            sources.merge(head.sources) { _, new in new }
            renamedHead = head.renamed
        } else {
            renamedHead = nil
        }
        fitting = sources.count { name, parts in
            Self.shape(parts.map { candidate.shapes[$0]! }) == places[name]!.shape
        }
        self.sources = sources
    }

    /// Which tensors were taken.
    private var choice: [[String]] { [[key]] + sources.values.sorted { $0[0] < $1[0] } }

    /// Compares, in this order: more parameters with their shape; more names; trained weights
    /// before their averages; fewer changes to the names; more tensors.
    ///
    /// The last one matters for a file that does not fit: its error then names the weights, and not
    /// a metric that is stored beside them.
    private func isBetter(than other: WeightMatch) -> Bool {
        func rank(_ match: WeightMatch) -> (Int, Int, Int, Int, Int) {
            (
                -match.fitting, -match.sources.count,
                NamePrefix.isSecondary(match.key + "." + match.prefix.stripped) ? 1 : 0,
                match.prefix.stripped.count + match.prefix.added.count,
                -match.nameCount
            )
        }
        let (mine, theirs) = (rank(self), rank(other))
        if mine != theirs { return mine < theirs }
        return (key, prefix.stripped) < (other.key, other.prefix.stripped)
    }

    /// The shape of tensors that are joined along the first axis; that of the first one if they
    /// cannot be joined.
    public static func shape(_ shapes: [[Int]]) -> [Int] {
        guard shapes.count > 1, let first = shapes.first, !first.isEmpty,
            shapes.allSatisfy({ $0.dropFirst() == first.dropFirst() })
        else { return shapes[0] }
        return [shapes.reduce(0) { $0 + $1[0] }] + first.dropFirst()
    }

    /// What was guessed, in words; `nil` if the file has the names of the model.
    public var guess: String? {
        var words: [String] = []
        if !prefix.stripped.isEmpty { words.append("names are below \(prefix.stripped)") }
        if !prefix.added.isEmpty { words.append("names lack \(prefix.added)") }
        if let renamedHead { words.append("the head is \(renamedHead)") }
        return words.isEmpty ? nil : words.joined(separator: " and ")
    }
}
