import PlumblineData

extension Example {
    /// Checks that regions have the size of the image.
    ///
    /// No pixel is computed.
    ///
    /// - Parameters:
    ///   - name: what the regions show, for the error.
    ///   - file: where they are from, for the error.
    /// - Throws: ``DatasetError`` for a region of another size, and for one that is none.
    func requireSize(of regions: [Region], called name: String, in file: String) throws {
        guard !regions.isEmpty else { return }
        for region in regions { try region.requireReadable() }
        let image = try size()
        let other = regions.first { ($0.height, $0.width) != (image.height, image.width) }
        guard let other else { return }
        throw DatasetError(
            file,
            "\(id): \(name): a mask of \(other.height) x \(other.width) for an image of "
                + "\(image.height) x \(image.width) (\(origin))")
    }
}
