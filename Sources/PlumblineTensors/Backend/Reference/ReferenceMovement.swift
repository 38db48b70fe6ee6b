extension ReferenceBackend {
    func strided(_ x: Tensor, _ layout: StridedLayout) -> Tensor {
        let inner = layout.inner
        return make(layout.shape) { out in
            read(x) { x in
                for run in 0..<layout.runCount {
                    let start = layout.offset(ofRun: run)
                    for i in 0..<inner.size {
                        out[run * inner.size + i] = x[start + i * inner.stride]
                    }
                }
            }
        }
    }

    func assemble(_ shape: [Int], _ blocks: [Block]) -> Tensor {
        make(shape) { out in
            out.update(repeating: 0)
            for block in blocks {
                let runs = block.runs
                let target = AxisSplit(shape, block.axis)
                read(block.source) { source in
                    for run in 0..<runs.count {
                        let from = run * runs.sourceStep + runs.sourceOffset
                        let to = (run * target.size + block.targetStart) * target.inner
                        for i in 0..<runs.length { out[to + i] = source[from + i] }
                    }
                }
            }
        }
    }

    func gather(_ x: Tensor, _ axis: AxisSplit, _ indices: [Int]) -> Tensor {
        make(axis.shape(withSize: indices.count)) { out in
            read(x) { x in
                forEntries(axis, indices, size: axis.size) { out[$0] = x[$1] }
            }
        }
    }

    func scatter(_ x: Tensor, _ axis: AxisSplit, _ indices: [Int], size: Int) -> Tensor {
        make(axis.shape(withSize: size)) { out in
            out.update(repeating: 0)
            read(x) { x in
                forEntries(axis, indices, size: size) { out[$1] += x[$0] }
            }
        }
    }

    /// Calls `body` for every value of the entries of an axis that has one entry for each index:
    /// with its own offset, and its offset where the axis has `size` entries and it is at its
    /// index.
    private func forEntries(
        _ axis: AxisSplit, _ indices: [Int], size: Int,
        _ body: (_ entry: Int, _ indexed: Int) -> Void
    ) {
        for outer in 0..<axis.outer {
            for (position, index) in indices.enumerated() {
                for inner in 0..<axis.inner {
                    body(
                        (outer * indices.count + position) * axis.inner + inner,
                        (outer * size + index) * axis.inner + inner)
                }
            }
        }
    }
}
