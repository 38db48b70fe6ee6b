/// A part of one axis of a tensor, and where it goes along the same axis of another tensor.
///
/// All other sizes of the two agree.
package struct Block {
    package let source: Tensor
    /// The first entry that is copied.
    package let sourceStart: Int
    /// Where this entry goes.
    package let targetStart: Int
    /// How many entries are copied.
    package let length: Int
    package let axis: Int

    package init(
        _ source: Tensor, from sourceStart: Int, to targetStart: Int, length: Int, axis: Int
    ) {
        self.source = source
        self.sourceStart = sourceStart
        self.targetStart = targetStart
        self.length = length
        self.axis = axis
    }

    /// The block as equal runs of neighbouring values, one for each combination of the axes before.
    var runs: (count: Int, length: Int, sourceOffset: Int, sourceStep: Int) {
        let split = AxisSplit(source.shape, axis)
        return (
            split.outer, length * split.inner, sourceStart * split.inner, split.size * split.inner
        )
    }
}
