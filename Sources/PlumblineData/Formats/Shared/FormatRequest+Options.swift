extension FormatRequest {
    /// The text of an option; `nil` where it is not given or empty.
    func option(_ name: String) -> String? {
        guard let text = options[name], !text.isEmpty else { return nil }
        return text
    }

    /// An option that is one of a few words.
    ///
    /// - Throws: ``DatasetError`` for another word, with those that are possible.
    func choice<Value: RawRepresentable & CaseIterable>(
        _ name: String, _ standard: Value
    ) throws -> Value where Value.RawValue == String {
        guard let text = option(name) else { return standard }
        guard let value = Value(rawValue: text) else {
            let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw optionError(name, "must be one of \(words), not \(text)")
        }
        return value
    }

    /// An option that is a whole number; `nil` where it is not given.
    ///
    /// - Throws: ``DatasetError`` for anything else, and for a number outside `range`.
    func whole(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = option(name) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw optionError(
                name,
                "must be a whole number from \(range.lowerBound) to \(range.upperBound), not "
                    + text)
        }
        return value
    }

    func optionError(_ name: String, _ problem: String) -> DatasetError {
        keyError("options.\(name)", problem)
    }

    /// An error that names a key of the request's section.
    func keyError(_ key: String, _ problem: String) -> DatasetError {
        DatasetError(section.isEmpty ? key : "\(section).\(key)", problem)
    }

    /// The folder or file of a key.
    ///
    /// - Parameter meaning: what the key must name, for the error.
    /// - Throws: ``DatasetError`` where the key is empty.
    func require(_ path: String, _ key: String, _ meaning: String) throws -> String {
        guard !path.isEmpty else { throw keyError(key, "\(meaning) is wanted") }
        return path
    }

    /// The folder of a key, without `/` at its end.
    ///
    /// - Throws: ``DatasetError`` where the key is empty or does not name a folder.
    func requireFolder(_ path: String, _ key: String, _ meaning: String) throws -> String {
        var folder = try require(path, key, meaning)
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        guard FileIdentity(folder)?.isFolder == true else {
            throw DatasetError(folder, "no such folder (\(key): \(meaning))")
        }
        return folder
    }

    /// - Throws: ``DatasetError`` where a key is given that the format would ignore.
    func refuse(_ path: String, _ key: String, _ reason: String) throws {
        guard path.isEmpty else { throw keyError(key, "must be empty: \(reason)") }
    }
}
