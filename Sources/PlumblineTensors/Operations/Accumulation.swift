extension [Tensor] {
    /// Adds `others` entry by entry.
    ///
    /// An empty list becomes `others`.
    package mutating func accumulate(_ others: [Tensor]) {
        if isEmpty {
            self = others
        } else {
            for index in others.indices { self[index].accumulate(others[index]) }
        }
    }
}
