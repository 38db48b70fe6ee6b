import PlumblineData

/// The border of a mask as the path of an SVG, along the edges of its pixels.
struct MaskOutline {
    let height: Int
    let width: Int
    let path: String

    /// Longer paths are drawn from a smaller mask.
    private static let longestPath = 60_000

    init(_ mask: Mask) {
        var size = 512
        while true {
            let smaller = Self.limited(mask, to: size)
            let path = Self.path(of: smaller)
            if path.utf8.count <= Self.longestPath || size <= 64 {
                (height, width, self.path) = (smaller.height, smaller.width, path)
                return
            }
            size /= 2
        }
    }

    private static func limited(_ mask: Mask, to size: Int) -> Mask {
        let longest = max(mask.height, mask.width)
        guard longest > size else { return mask }
        return mask.resized(
            height: max(1, mask.height * size / longest),
            width: max(1, mask.width * size / longest))
    }

    /// One closed line for each border, with corners only where it turns.
    private static func path(of mask: Mask) -> String {
        var path = ""
        for loop in MaskBorder(mask).loops {
            path += "M\(loop[0].x) \(loop[0].y)"
            for (last, corner) in zip(loop, loop.dropFirst()) {
                path += corner.y == last.y ? "H\(corner.x)" : "V\(corner.y)"
            }
            path += "Z"
        }
        return path
    }
}
