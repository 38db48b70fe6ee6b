/// A shape seen from one axis (or one run of neighbouring axes): `[outer, size, inner]`.
package struct AxisSplit: Sendable {
    /// The whole shape.
    package let shape: [Int]
    /// Where the axis stands in ``shape``.
    package let axis: Int
    /// The product of the sizes before the axis.
    package let outer: Int
    /// The size of the axis itself.
    package let size: Int
    /// The product of the sizes after the axis.
    package let inner: Int

    /// One axis.
    package init(_ shape: [Int], _ axis: Int) {
        self.init(shape, axis...axis)
    }

    /// A run of neighbouring axes, which count as one.
    package init(_ shape: [Int], _ axes: ClosedRange<Int>) {
        self.shape = shape
        axis = axes.lowerBound
        outer = shape[..<axes.lowerBound].reduce(1, *)
        size = shape[axes].reduce(1, *)
        inner = shape[(axes.upperBound + 1)...].reduce(1, *)
    }

    /// The shape with another size of the axis.
    package func shape(withSize size: Int) -> [Int] {
        var result = shape
        result[axis] = size
        return result
    }
}
