/// Names of images in results, masks and maps.
public enum ImageKeys {
    /// The name of an image in CheXlocalize: patient, study and view joined by underscores.
    ///
    /// The extension of the file is not part of it.
    public static func short(_ path: String) -> String { key(path, depth: 3) }

    /// A name for each path.
    ///
    /// No two names are equal.
    ///
    /// The name is ``short(_:)`` where no other path has the same. Paths that share it get more of
    /// their folders until they differ. If that is not enough, they get their extension, and then a
    /// number.
    public static func unique(_ paths: [String]) -> [String] {
        var keys = paths.map(short)
        var groups: [String: [Int]] = [:]
        for (index, key) in keys.enumerated() { groups[key, default: []].append(index) }
        let shared = groups.filter { $0.value.count > 1 }
        var taken = Set(groups.filter { $0.value.count == 1 }.keys)
        for (_, members) in shared.sorted(by: { $0.key < $1.key }) {
            let names = distinct(members.map { paths[$0] }, taken)
            for (index, name) in zip(members, names) { keys[index] = name }
            taken.formUnion(names)
        }
        return keys
    }

    private static func distinct(_ paths: [String], _ taken: Set<String>) -> [String] {
        func fits(_ keys: [String]) -> Bool {
            Set(keys).count == keys.count && taken.isDisjoint(with: keys)
        }
        let deepest = paths.map { PathText.parts($0).count }.max() ?? 0
        for depth in stride(from: 4, through: deepest, by: 1) {
            let keys = paths.map { key($0, depth: depth) }
            if fits(keys) { return keys }
        }
        for depth in stride(from: min(3, deepest), through: deepest, by: 1) {
            let keys = paths.map {
                [key($0, depth: depth), PathText.fileExtension($0)].joined(separator: "_")
            }
            if fits(keys) { return keys }
        }
        var used = taken
        return paths.map { path in
            let base = key(path, depth: deepest)
            var name = base
            var number = 1
            while !used.insert(name).inserted {
                number += 1
                name = "\(base)_\(number)"
            }
            return name
        }
    }

    private static func key(_ path: String, depth: Int) -> String {
        PathText.parts(PathText.withoutExtension(path)).suffix(depth).joined(separator: "_")
    }
}
