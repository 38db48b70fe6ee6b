/// The names of a file in an architecture's own names.
package struct WeightTranslation {
    /// Whose names they are.
    package let naming: WeightNaming
    /// For each parameter the names in the file, to be joined along the first axis if they are
    /// several.
    package let sources: [String: [String]]

    /// No parameter has a longer name.
    private static let longestName = 256
    /// What torch.compile, FSDP and activation checkpointing put into names.
    private static let wrappers: Set<Substring> = [
        "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module",
    ]

    /// - Parameters:
    ///   - names: without the prefix of a wrapper.
    ///   - architecture: `nil` if the names are those of the model.
    package init(_ names: some Collection<String>, of architecture: (any Architecture.Type)?) {
        var files: [String: String] = [:]
        // Sorted, so that of two names for one parameter the same is taken every time.
        for name in names.sorted() where name.utf8.count <= Self.longestName {
            let plain = Self.unwrapped(name)
            if !plain.isEmpty, files[plain] == nil { files[plain] = name }
        }
        let naming = architecture?.weightNaming(of: Set(files.keys)) ?? .own
        var found: [String: [String?]] = [:]
        for name in files.keys.sorted() {
            // Counters of batch norm are no weights.
            guard !name.hasSuffix("num_batches_tracked"), let place = naming.place(name) else {
                continue
            }
            var parts = found[place.name] ?? Array(repeating: nil, count: place.partCount)
            guard parts.count == place.partCount, parts[place.part] == nil else { continue }
            parts[place.part] = files[name]
            found[place.name] = parts
        }
        self.naming = naming
        // A query without its key and value is no projection.
        sources = found.compactMapValues { parts in
            parts.contains(nil) ? nil : parts.compactMap { $0 }
        }
    }

    private static func unwrapped(_ name: String) -> String {
        guard name.contains("_") else { return name }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.filter { !wrappers.contains($0) }.joined(separator: ".")
    }
}
