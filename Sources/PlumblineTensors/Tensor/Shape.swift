extension [Int] {
    /// The number of values of a tensor of this shape.
    package var product: Int { reduce(1, *) }

    /// `axis` counted from the start; a negative `axis` is counted from the end.
    package func axis(_ axis: Int, of operation: String) -> Int {
        let positive = axis < 0 ? axis + count : axis
        require(indices.contains(positive), "\(operation): no axis \(axis) in shape \(self)")
        return positive
    }
}
