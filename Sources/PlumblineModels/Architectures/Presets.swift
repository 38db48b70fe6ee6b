extension Architecture {
    /// The defaults of a registered name.
    ///
    /// - Throws: ``ModelError`` for another name; the message lists the registered ones.
    static func preset<Preset>(_ name: String, _ presets: [String: Preset]) throws -> Preset {
        guard let preset = presets[name] else {
            throw ModelError(
                "unknown model \(name); there are \(names.sorted().joined(separator: ", "))")
        }
        return preset
    }
}
