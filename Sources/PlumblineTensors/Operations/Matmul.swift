extension Tensor {
    /// The matrix product over the last two axes.
    ///
    /// All leading axes must be equal.
    ///
    /// - Parameters:
    ///   - transposed: whether this operand's last two axes are swapped first.
    ///   - otherTransposed: the same for `other`.
    ///   - bias: `[columns]`, added to every row.
    public func matmul(
        _ other: Tensor, transposed: Bool = false, otherTransposed: Bool = false,
        bias: Tensor? = nil
    ) -> Tensor {
        product(
            other, transposed: transposed, otherTransposed: otherTransposed, bias: bias, kind: nil)
    }

    private func product(
        _ other: Tensor, transposed: Bool, otherTransposed: Bool, bias: Tensor?,
        kind: AffineLayer.Kind?
    ) -> Tensor {
        let shapes =
            "matmul: shapes \(shape)\(transposed ? "ᵀ" : "") and "
            + "\(other.shape)\(otherTransposed ? "ᵀ" : "")"
        require(
            rank >= 2 && rank == other.rank && shape.dropLast(2) == other.shape.dropLast(2),
            shapes)
        let (rowsA, columnsA) = (shape[rank - 2], shape[rank - 1])
        let (rowsB, columnsB) = (other.shape[rank - 2], other.shape[rank - 1])
        let (m, k) = transposed ? (columnsA, rowsA) : (rowsA, columnsA)
        let (n, inner) = otherTransposed ? (rowsB, columnsB) : (columnsB, rowsB)
        require(k == inner && m > 0 && n > 0 && k > 0, shapes)
        if let bias { require(bias.shape == [n], "\(shapes) with bias \(bias.shape)") }
        let contraction = Contraction(
            batchShape: Array(shape.dropLast(2)), m: m, n: n, k: k, transposesA: transposed,
            transposesB: otherTransposed)
        return .record(
            Matmul(transposed: transposed, otherTransposed: otherTransposed, kind: kind),
            [self, other] + (bias.map { [$0] } ?? []),
            backend.contract(contraction, self, other, bias: bias))
    }

    /// `x Wᵀ + b` over the last axis, with a weight `[out, in]`.
    ///
    /// - Parameter kind: what the product stands for; only propagation rules use it.
    package func linear(
        _ weight: Tensor, _ bias: Tensor? = nil, as kind: AffineLayer.Kind = .linear
    ) -> Tensor {
        require(
            weight.rank == 2 && rank >= 1 && shape[rank - 1] == weight.shape[1],
            "linear: \(shape) by weight \(weight.shape)")
        return reshaped([-1, weight.shape[1]]).product(
            weight, transposed: false, otherTransposed: true, bias: bias, kind: kind
        )
        .reshaped(shape.dropLast() + [weight.shape[0]])
    }
}

private struct Matmul: Operation {
    let transposed: Bool
    let otherTransposed: Bool
    /// What kind of layer the second operand is the weight of; `nil` for a product of two
    /// activations.
    let kind: AffineLayer.Kind?
    var saves: Saved { [.input(0), .input(1)] }

    var layer: Layer? {
        kind.map {
            .affine(
                AffineLayer(
                    kind: $0, forward: { $0.matmul($1, otherTransposed: true, bias: $2) },
                    backward: { $0.matmul($1) }))
        }
    }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let g = sweep.upstream()
        var results = [
            sweep.when(0) {
                transposed
                    ? sweep.input(1).matmul(g, transposed: otherTransposed, otherTransposed: true)
                    : g.matmul(sweep.input(1), otherTransposed: !otherTransposed)
            },
            sweep.when(1) {
                otherTransposed
                    ? g.matmul(sweep.input(0), transposed: true, otherTransposed: transposed)
                    : sweep.input(0).matmul(g, transposed: !transposed)
            },
        ]
        if sweep.inputCount == 3 {
            results.append(sweep.when(2) { g.sum(to: sweep.inputShape(2)) })
        }
        return results
    }
}
