/// Which tensor of a file is which parameter of a model, found by names and shapes.
///
/// Scripts put prefixes of their own before the names of a model, or store a part of it. Every
/// prefix that occurs in the file is tried; the one under which the most parameters are found with
/// their shape is taken.
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

    /// One dictionary of a file, and the key it lies under; "" at the file's top.
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
    /// For each parameter found the names in the file, to be joined along the first axis where they
    /// are several.
    public let sources: [String: [String]]
    /// How many parameters are found with their shape.
    public let fitting: Int
    /// How many names carry the prefix.
    private let nameCount: Int
    /// The last layer in the file, where the model calls it otherwise.
    private let renamedHead: String?
    /// The epsilon of layer norm that the weights were trained with, where the names tell it.
    public let normEpsilon: Double?
    /// Other choices that fit as well: keys of dictionaries, and prefixes.
    public internal(set) var others: [String] = []

    /// Names that are translated in all; a model has hundreds.
    private static let largestEffort = 100_000

    /// - Parameters:
    ///   - candidates: at least one dictionary.
    ///   - wanted: the key of a dictionary, or a prefix of names; `nil`: the best.
    /// - Returns: the best match, and `nil` where nothing is called `wanted`.
    public static func best(
        _ candidates: [Candidate], for places: [Place], wanted: String? = nil
    ) -> WeightMatch? {
        var matches: [WeightMatch] = []
        let additions = NamePrefix.additions(places.map(\.name))
        let byName = Dictionary(places.map { ($0.name, $0) }) { first, _ in first }
        let heads = places.filter(\.isHead)
        var effort = largestEffort
        for candidate in candidates {
            let isChosen = wanted == nil || wanted == candidate.key
            // Fewer names than the best has found cannot fit better, a head beside them apart.
            var most = 0
            for (stripped, names) in NamePrefix.candidates(candidate.shapes.keys) {
                guard isChosen || stripped == wanted || String(stripped.dropLast()) == wanted else {
                    continue
                }
                if names.count + heads.count < most { break }
                // Nor is a part a model, and a hostile file must not take long.
                guard stripped.isEmpty || 2 * names.count >= places.count, effort > 0 else { break }
                effort -= names.count
                for added in additions {
                    let match = WeightMatch(
                        candidate, NamePrefix(stripped: stripped, added: added), names, byName,
                        heads)
                    most = max(most, match.fitting)
                    matches.append(match)
                }
            }
        }
        guard var best = matches.min(by: { $0.isBetter(than: $1) }) else { return nil }
        // A few that fit by chance are no choice.
        guard 2 * best.fitting > places.count else { return best }
        // The same tensors under two descriptions of their prefix are one choice.
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
        _ places: [String: Place], _ heads: [Place]
    ) {
        key = candidate.key
        self.prefix = prefix
        nameCount = names.count
        var stored: [String: String] = [:]
        for name in names {
            if let plain = prefix.plain(name) { stored[plain] = name }
        }
        normEpsilon = WeightNames.normEpsilon(stored.keys)
        var sources: [String: [String]] = [:]
        for (target, parts) in WeightNames.translated(stored.keys) where places[target] != nil {
            sources[target] = parts.map { stored[$0]! }
        }
        if heads.contains(where: { sources[$0.name] == nil }) {
            let found = HeadNames(heads, in: candidate.shapes, scopes: prefix.enclosing)
            sources.merge(found.sources) { _, new in new }
            renamedHead = found.renamed
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

    /// More parameters with their shape, then more names, then weights that were trained before
    /// their averages, then fewer changes to the names, then more tensors: of a file that fits
    /// nowhere, the weights are spoken of, not a metric beside them.
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

    /// The shape of tensors joined along the first axis; the first one's where they do not fit.
    public static func shape(_ shapes: [[Int]]) -> [Int] {
        guard shapes.count > 1, let first = shapes.first, !first.isEmpty,
            shapes.allSatisfy({ $0.dropFirst() == first.dropFirst() })
        else { return shapes[0] }
        return [shapes.reduce(0) { $0 + $1[0] }] + first.dropFirst()
    }

    /// What was guessed, in words; `nil` where the names are the model's own.
    public var guess: String? {
        var words: [String] = []
        if !prefix.stripped.isEmpty { words.append("names are below \(prefix.stripped)") }
        if !prefix.added.isEmpty { words.append("names lack \(prefix.added)") }
        if let renamedHead { words.append("the head is \(renamedHead)") }
        return words.isEmpty ? nil : words.joined(separator: " and ")
    }
}
