/// Names of images in results, masks and maps.
public enum ImageKeys {
    /// CheXlocalize's name of an image: patient, study and view joined by underscores, without the
    /// extension.
    public static func short(_ path: String) -> String { key(path, depth: 3) }

    /// A name for each path, no two alike.
    ///
    /// It is ``short(_:)`` where no other path has the same. Where some share it, they get as many
    /// further folders as make them differ, then the extension, and at last a number.
    public static func unique(_ paths: [String]) -> [String] {
        var keys = paths.map(short)
        var groups: [String: [Int]] = [:]
        for (index, key) in keys.enumerated() { groups[key, default: []].append(index) }
        let shared = groups.filter { $0.value.count > 1 }
        var taken = Set(groups.filter { $0.value.count == 1 }.keys)
        for (_, members) in shared.sorted(by: { $0.key < $1.key }) {
            let found = distinct(members.map { paths[$0] }, taken)
            for (index, key) in zip(members, found) { keys[index] = key }
            taken.formUnion(found)
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
