import PlumblineData

extension RasterImage {
    /// The image with a longer side of at most `side` pixels; 0 for any.
    public func limited(to side: Int) -> RasterImage {
        let longest = max(height, width)
        guard side > 0, longest > side else { return self }
        return resized(
            height: max(1, height * side / longest), width: max(1, width * side / longest),
            antialias: true)
    }
}
