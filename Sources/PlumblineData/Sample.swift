/// An image and its mask, ready for the model.
public struct Sample: Sendable {
    /// `size x size x channels` values, after ``Preprocessing``.
    public var values: [Float]
    /// The mask of the target class at the model's size; `nil` where there is none.
    public var mask: Mask?
    /// The masks of ``ImageDataset/furtherClasses``, as ``mask``.
    public var furtherMasks: [Mask?] = []
}
