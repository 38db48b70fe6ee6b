/// The patches of an image that a transformer reads.
enum ImageTokens {
    /// As many as an image of 4096 pixels per side has in patches of 16.
    private static let largestCount = 1 << 16

    /// - Throws: ``ModelError`` if an image has more patches than attention can hold.
    static func check(_ model: String, size: Int, patch: Int) throws {
        let side = size / patch
        let count = side * side
        guard count <= largestCount else {
            throw ModelError(
                "\(model): img_size \(size) is \(count) patches of patch_size \(patch); "
                    + "at most \(largestCount) are possible")
        }
    }
}
