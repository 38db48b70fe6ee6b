/// The patches of an image that a transformer sees.
enum ImageTokens {
    /// An image of 4096 pixels a side in patches of 16.
    private static let largestCount = 1 << 16

    /// - Throws: ``ModelError`` where an image is more patches than attention can hold.
    static func check(_ model: String, size: Int, patch: Int) throws {
        let side = size / patch, count = side * side
        guard count <= largestCount else {
            throw ModelError(
                "\(model): img_size \(size) is \(count) patches of patch_size \(patch); at most \(largestCount) are possible"
            )
        }
    }
}
