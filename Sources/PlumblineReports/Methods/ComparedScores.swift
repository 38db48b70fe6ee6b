import PlumblineStorage

/// The scores of several methods on the same images of one model.
///
/// Only complete images count: those that every method has a value for.
struct ComparedScores {
    /// The names of the methods, in the order of the file.
    let methods: [String]
    /// `[image][method]`: the values of the complete images.
    let values: [[Double]]
    /// The patient of each complete image; empty if it is not known.
    let groups: [String]
    /// Images that lack a value of some method.
    let incomplete: Int
    /// Why values are missing, by method: the number of images of each reason.
    let reasons: [[String: Int]]

    /// - Parameter runs: of one model, one per method.
    init(_ runs: [ScoredImages], _ key: ScoreKey) {
        methods = runs.map(\.run.factors.explanation)
        var values: [[Double]] = []
        var groups: [String] = []
        var incomplete = 0
        var reasons = [[String: Int]](repeating: [:], count: runs.count)
        for (image, group) in Self.images(runs, key) {
            let found = runs.map { $0.value(key, image) }
            guard found.contains(where: { $0 == nil }) else {
                values.append(found.compactMap { $0 })
                groups.append(group)
                continue
            }
            incomplete += 1
            for (method, run) in runs.enumerated() where found[method] == nil {
                reasons[method][run.reason(key, image), default: 0] += 1
            }
        }
        self.values = values
        self.groups = groups
        self.incomplete = incomplete
        self.reasons = reasons
    }

    /// The images that are explained, by name: positive ones, and others that have a value.
    ///
    /// Not every image has every part.
    private static func images(
        _ runs: [ScoredImages], _ key: ScoreKey
    ) -> [(name: String, group: String)] {
        var groups: [String: String] = [:]
        for run in runs {
            for image in run.images {
                let score = run.score(key, image.image)
                let isExplained = image.label == .positive && (key.part.isEmpty || score != nil)
                guard isExplained || score?.value != nil else { continue }
                groups[image.image] = image.group ?? groups[image.image] ?? ""
            }
        }
        return groups.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Whether some complete images are of one patient.
    private var hasRepeatedGroups: Bool {
        let named = groups.filter { !$0.isEmpty }
        return Set(named).count < named.count
    }

    /// What the methods are ranked on, `[block][method]`: the complete images, or the means over
    /// the images of each patient where patients repeat.
    ///
    /// Images of one patient are not independent.
    var blocks: [[Double]] {
        guard hasRepeatedGroups else { return values }
        var members: [String: [[Double]]] = [:]
        var blocks: [[Double]] = []
        for (row, group) in zip(values, groups) {
            if group.isEmpty { blocks.append(row) } else { members[group, default: []].append(row) }
        }
        return blocks
            + members.sorted { $0.key < $1.key }.map { _, rows in
                methods.indices.map { method in
                    // Sorted, so that the order of the images changes no bit.
                    rows.map { $0[method] }.sorted().reduce(0, +) / Double(rows.count)
                }
            }
    }

    /// `patients` if the blocks are means over patients, else `images`.
    var blockName: String { hasRepeatedGroups ? "patients" : "images" }
}
