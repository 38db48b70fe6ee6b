import PlumblineData

/// Which images have equal contents, by the digests of their files.
struct ImageContents {
    /// By path.
    private let digests: [String: String]

    /// Hashes the files of images.
    ///
    /// - Throws: an error for a file that cannot be read; ``Interrupted``.
    init(_ sections: [DataSection], _ known: FileDigests) throws {
        let files = Set(sections.flatMap { $0.examples.compactMap(\.file) }).sorted()
        let values = try known.digests(ofFiles: files, title: "audit: digests")
        digests = Dictionary(uniqueKeysWithValues: zip(files, values))
    }

    /// `nil` for an image without a file.
    private func digest(_ example: Example) -> String? { example.file.flatMap { digests[$0] } }

    /// The name of the first image of each content.
    private func firstNames(_ examples: [Example]) -> [String: String] {
        var names: [String: String] = [:]
        for example in examples {
            if let digest = digest(example), names[digest] == nil { names[digest] = example.id }
        }
        return names
    }

    /// The images with the content of an earlier one, and the name of that one.
    func repeats(in examples: [Example]) -> [(copy: Example, original: String)] {
        let names = firstNames(examples)
        return examples.compactMap { example in
            guard let name = digest(example).flatMap({ names[$0] }), name != example.id else {
                return nil
            }
            return (example, name)
        }
    }

    /// The images that have the content of another image in another file, and its name.
    ///
    /// - Parameter identities: one per example.
    func copies(
        _ examples: [Example], _ identities: [ImageIdentity], of others: [Example],
        _ otherIdentities: [ImageIdentity]
    ) -> [(copy: Example, original: String)] {
        let same = Set(otherIdentities)
        let names = firstNames(others)
        return zip(examples, identities).compactMap { example, identity in
            guard !same.contains(identity), let name = digest(example).flatMap({ names[$0] })
            else { return nil }
            return (example, name)
        }
    }
}
