import PlumblineStatistics
import PlumblineStorage

/// A full factorial design of switches in the results of a sweep: axes of two levels.
///
/// The first level of an axis is off, the second is on. Each seed has a value for every set of
/// switches; their differences are shared out by ``PlumblineStatistics/ShapleyShares``.
struct SwitchDesign {
    /// What a switch may move: the gap of a score, or the change of AUROC of a scenario.
    struct Quantity {
        let title: String
        let value: (StudyPair) -> Double?
    }

    /// The seeds of one group of cells.
    struct Group {
        /// Its levels of the other axes; empty where there are none.
        let title: String
        /// For each complete seed, a pair for every set of switches: bit i is switch i.
        var seeds: [[StudyPair]] = []
        /// Seeds that lack a set.
        var incomplete = 0
    }

    let switches: [(axis: String, off: String, on: String)]
    private(set) var groups: [Group] = []
    let quantities: [Quantity]

    /// - Parameter axes: the switches; `nil` for all axes of two levels that are not seeds.
    /// - Throws: ``StorageError`` for results without cells, an axis that is no switch, or no seed
    ///   with all sets.
    init(_ pairs: StudyPairs, path: String, axes: [String]?) throws {
        var levels: [String: [String]] = [:]
        for pair in pairs.pairs {
            for (axis, label) in pair.labels where levels[axis]?.contains(label) != true {
                levels[axis, default: []].append(label)
            }
        }
        let usual = pairs.axes.filter { levels[$0]?.count == 2 && !RunFactors.isSeed($0) }
        let names = axes ?? usual
        for name in names where levels[name]?.count != 2 {
            throw StorageError(
                path,
                "\(name) is no axis of two levels; there are " + usual.joined(separator: ", "))
        }
        guard (1...12).contains(names.count) else {
            throw StorageError(
                path, "\(names.count) axes of two levels; from 1 to 12 can be shared out")
        }
        switches = names.map { ($0, levels[$0]![0], levels[$0]![1]) }
        quantities = Self.quantities(pairs)
        fill(pairs)
        guard groups.contains(where: { !$0.seeds.isEmpty }) else {
            throw StorageError(
                path,
                "no seed has all \(1 << names.count) combinations of "
                    + names.joined(separator: ", "))
        }
    }

    private static func quantities(_ pairs: StudyPairs) -> [Quantity] {
        let gaps = pairs.keys.map { key in
            Quantity(title: "gap of \(key.title)") { $0.gaps[key] }
        }
        return gaps + [
            Quantity(title: "AUROC change, \(pairs.scenarios.first)") { $0.aurocChanges?.first },
            Quantity(title: "AUROC change, \(pairs.scenarios.second)") { $0.aurocChanges?.second },
        ]
    }

    private mutating func fill(_ pairs: StudyPairs) {
        let own = Set(switches.map(\.axis))
        let others = pairs.axes.filter { !own.contains($0) }
        var order: [String] = []
        var seeds: [String: [String: [Int: StudyPair]]] = [:]
        for pair in pairs.pairs where pair.isTrainedThrough {
            let title = others.filter { !RunFactors.isSeed($0) }
                .map { "\($0)=\(pair.labels[$0] ?? "")" }.joined(separator: ", ")
            let seed = others.filter(RunFactors.isSeed).map { pair.labels[$0] ?? "" }
                .joined(separator: " ")
            var set = 0
            for (bit, item) in switches.enumerated() where pair.labels[item.axis] == item.on {
                set |= 1 << bit
            }
            if seeds[title] == nil { order.append(title) }
            seeds[title, default: [:]][seed, default: [:]][set] = pair
        }
        let wanted = 1 << switches.count
        groups = order.map { title in
            var group = Group(title: title)
            for (_, sets) in seeds[title]!.sorted(by: { $0.key < $1.key }) {
                guard sets.count == wanted else {
                    group.incomplete += 1
                    continue
                }
                group.seeds.append((0..<wanted).map { sets[$0]! })
            }
            return group
        }
    }
}
