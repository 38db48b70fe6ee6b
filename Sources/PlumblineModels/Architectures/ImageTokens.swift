/// The patches of an image that a transformer reads.
enum ImageTokens {
    /// As many as an image of 4096 pixels per side has in patches of 16.
    private static let largestCount = 1 << 16

    /// - Throws: ``ModelError`` if an image is not a whole number of patches, or has more patches
    ///   than attention can hold.
    static func check(_ model: String, size: Int, patch: Int) throws {
        guard size % patch == 0 else {
            throw ModelError("\(model): img_size \(size) is no multiple of patch_size \(patch)")
        }
        let side = size / patch
        let count = side * side
        guard count <= largestCount else {
            throw ModelError(
                "\(model): img_size \(size) is \(count) patches of patch_size \(patch); "
                    + "at most \(largestCount) are possible")
        }
    }

    /// The settings of timm's transformers for images of a size and a number of channels.
    ///
    /// - Parameters:
    ///   - size: pixels per side.
    ///   - presetSize: the size that the model has by default.
    static func settings(size: Int, presetSize: Int?, channels: Int) -> [String: Int] {
        var settings: [String: Int] = [:]
        if size != presetSize { settings["img_size"] = size }
        if channels != 3 { settings["in_chans"] = channels }
        return settings
    }
}
