import PlumblineStorage

/// The differences of one score between two runs of the same images, and the images without one.
///
/// Positive images are paired by name. A difference is the first run's score minus the second's.
struct PairedScores {
    private(set) var differences: [Double] = []
    /// The image of each difference.
    private(set) var images: [String] = []
    /// The patient of each difference; empty where it is not known.
    private(set) var groups: [String] = []
    /// The score of a uniform map, of images that have both scores.
    private(set) var shares: [Double] = []
    /// The number of positive images without a difference, by reason.
    private(set) var missing: [String: Int] = [:]

    /// - Parameters:
    ///   - chance: the score of a uniform map; `nil` where the file has none.
    ///   - names: the scenarios of the two runs, for reasons.
    init(
        _ key: ScoreKey, chance: ScoreKey?, _ one: ScoredImages, _ two: ScoredImages,
        names: (first: String, second: String)
    ) {
        let (first, second) = (one.byName, two.byName)
        let positive = Set(first.keys).union(second.keys).filter {
            first[$0]?.label == .positive || second[$0]?.label == .positive
        }.sorted()
        for image in positive {
            // Not every image has every part.
            if !key.part.isEmpty, one.score(key, image) == nil, two.score(key, image) == nil {
                continue
            }
            guard let a = first[image], let b = second[image] else {
                let name = first[image] == nil ? names.first : names.second
                missing["not in \(name.printable)", default: 0] += 1
                continue
            }
            guard a.label == b.label else {
                missing["labels differ", default: 0] += 1
                continue
            }
            guard let x = one.value(key, image), let y = two.value(key, image) else {
                let lacking = one.value(key, image) == nil ? one : two
                missing[lacking.reason(key, image), default: 0] += 1
                continue
            }
            differences.append(x - y)
            images.append(image)
            groups.append(a.group ?? "")
            if let chance, let share = one.value(chance, image) { shares.append(share) }
        }
    }
}
