import Kernels

// The formulas are in Operations/BatchNorm.swift. Numbers per channel are computed in double.

extension CPUBackend {
    func channelMoments(_ x: Tensor) -> (mean: Tensor, variance: Tensor) {
        let channels = x.shape[x.rank - 1]
        let rows = x.count / channels
        return withPointers(x) { p in
            let x = p[0]
            // Sums of differences from the first row: nothing cancels where the mean is far from 0.
            let sums = RowSums.of(
                rows: rows, width: channels, accumulators: 2 * channels, scratch: 2 * channels
            ) {
                pl_channel_moments(
                    x + $0.lowerBound * channels, x, $0.count, channels, $1, $1 + channels, $2)
            }
            var mean = [Float](repeating: 0, count: channels)
            var variance = mean
            for channel in 0..<channels {
                let shifted = sums[channel] / Double(rows)
                mean[channel] = Float(Double(x[channel]) + shifted)
                variance[channel] = Float(
                    max(0, sums[channels + channel] / Double(rows) - shifted * shifted))
            }
            return (Tensor(mean, shape: [channels]), Tensor(variance, shape: [channels]))
        }
    }

    func batchNorm(_ x: Tensor, _ gamma: Tensor, _ beta: Tensor, _ norm: BatchNormalisation)
        -> Tensor
    {
        let channels = ChannelNumbers(norm, gamma, beta)
        let width = channels.count
        return withPointers(x) { p in
            .onHost(x.shape) { out in
                Parallel.forRanges(x.count / width, grain: Parallel.rowGrain(width)) { range in
                    let i = range.lowerBound * width
                    pl_channel_affine(
                        p[0] + i, channels.scale, channels.offset, channels.relu, out + i,
                        range.count, width)
                }
            }
        }
    }

    func batchNormFirst(
        _ inputs: BatchNormInputs, _ norm: BatchNormalisation, neededInputs: [Int]
    ) -> [Tensor] {
        let channels = ChannelNumbers(norm, inputs.gamma, inputs.beta)
        let width = channels.count
        var sums = [Double](repeating: 0, count: 2 * width)
        if norm.usesBatch || neededInputs.contains(1) || neededInputs.contains(2) {
            sums = channels.gradientSums(inputs)
        }
        return neededInputs.map { index in
            switch index {
            case 0: channels.gradient(inputs, sums)
            case 1: Tensor(sums[width...].map { Float($0) }, shape: [width])
            default: Tensor(sums[..<width].map { Float($0) }, shape: [width])
            }
        }
    }

    func batchNormSecond(
        _ inputs: BatchNormInputs, _ norm: BatchNormalisation, cotangents: BatchNormCotangents,
        neededInputs: [Int]
    ) -> [Tensor?] {
        let channels = ChannelNumbers(norm, inputs.gamma, inputs.beta)
        let u = cotangents.dx ?? full(inputs.x.shape, 0)
        let sums = channels.secondSums(inputs, u)
        let (coefficients, towardsGamma) = channels.secondCoefficients(
            sums, rows: inputs.x.count / channels.count, v: cotangents.dgamma?.values,
            w: cotangents.dbeta?.values)
        let dependsOnX = norm.usesBatch || cotangents.dgamma != nil
        let towards = channels.second(
            inputs, u, coefficients, wantsX: neededInputs.contains(0) && dependsOnX,
            wantsG: neededInputs.contains(3))
        return [
            towards.x,
            neededInputs.contains(1) ? Tensor(towardsGamma, shape: [channels.count]) : nil,
            // beta only moves the ReLU's mask, which is constant almost everywhere.
            nil,
            towards.g,
        ]
    }
}

/// The numbers of each channel, as the kernels want them.
private struct ChannelNumbers {
    let norm: BatchNormalisation
    let gamma: [Float]
    let mean: [Float]
    let inverse: [Float]
    /// `y = x scale + offset` is the whole normalisation.
    ///
    /// Every pass derives the ReLU's mask from these same numbers.
    let scale: [Float]
    let offset: [Float]

    init(_ norm: BatchNormalisation, _ gamma: Tensor, _ beta: Tensor) {
        self.norm = norm
        let gammas = gamma.values
        let means = norm.mean.values
        let inverses = norm.inverse.values
        let scales = zip(gammas, inverses).map { $0 * $1 }
        self.gamma = gammas
        mean = means
        inverse = inverses
        scale = scales
        // Rounded once: an error here moves a whole channel across the ReLU's kink.
        offset = beta.values.enumerated().map {
            Float(Double($1) - Double(means[$0]) * Double(scales[$0]))
        }
    }

    var count: Int { gamma.count }
    var relu: Int32 { norm.relu ? 1 : 0 }

    /// The sums of g' and of g' xhat over the rows.
    func gradientSums(_ inputs: BatchNormInputs) -> [Double] {
        let width = count
        return withPointers(inputs.x, inputs.g) { p in
            RowSums.of(
                rows: inputs.x.count / width, width: width, accumulators: 2 * width,
                scratch: 2 * width
            ) {
                let i = $0.lowerBound * width
                pl_norm_gradient_sums(
                    p[0] + i, p[1] + i, scale, offset, relu, mean, inverse, $0.count, width, $1,
                    $1 + width, $2)
            }
        }
    }

    /// The gradient towards x.
    func gradient(_ inputs: BatchNormInputs, _ sums: [Double]) -> Tensor {
        let width = count
        let rows = inputs.x.count / width
        var cg = [Float](repeating: 0, count: width)
        var cx = cg
        var c0 = cg
        for c in 0..<width {
            let k = Double(gamma[c]) * Double(inverse[c])
            cg[c] = Float(k)
            guard norm.usesBatch else { continue }
            let a = sums[c] / Double(rows)
            let b = sums[width + c] / Double(rows) * Double(inverse[c])
            cx[c] = Float(-k * b)
            c0[c] = Float(-k * (a - Double(mean[c]) * b))
        }
        return withPointers(inputs.x, inputs.g) { p in
            .onHost(inputs.x.shape) { out in
                Parallel.forRanges(rows, grain: Parallel.rowGrain(width)) { range in
                    let i = range.lowerBound * width
                    pl_norm_gradient_apply(
                        p[0] + i, p[1] + i, scale, offset, relu, cg, cx, c0, out + i, range.count,
                        width)
                }
            }
        }
    }

    /// The sums over the rows of g', g' xhat, u, u xhat and u g'.
    func secondSums(_ inputs: BatchNormInputs, _ u: Tensor) -> [Double] {
        let width = count
        return withPointers(inputs.x, inputs.g, u) { p in
            RowSums.of(
                rows: inputs.x.count / width, width: width, accumulators: 5 * width,
                scratch: 5 * width
            ) {
                let i = $0.lowerBound * width
                pl_norm_second_sums(
                    p[0] + i, p[1] + i, p[2] + i, scale, offset, relu, mean, inverse, $0.count,
                    width, $1, $2)
            }
        }
    }

    /// The seven coefficients of `pl_norm_second_apply`, and what goes towards gamma.
    func secondCoefficients(_ sums: [Double], rows: Int, v: [Float]?, w: [Float]?)
        -> (coefficients: [Float], towardsGamma: [Float])
    {
        var result = [Float](repeating: 0, count: 7 * count)
        var towardsGamma = [Float](repeating: 0, count: count)
        for channel in 0..<count {
            let means = (0..<5).map { sums[$0 * count + channel] / Double(rows) }
            let (coefficients, e) = secondCoefficients(
                channel, means, v: Double(v?[channel] ?? 0), w: Double(w?[channel] ?? 0))
            towardsGamma[channel] = Float(Double(rows) * e * Double(inverse[channel]))
            for (index, value) in coefficients.enumerated() {
                result[index * count + channel] = Float(value)
            }
        }
        return (result, towardsGamma)
    }

    private func secondCoefficients(_ channel: Int, _ means: [Double], v: Double, w: Double)
        -> (coefficients: [Double], e: Double)
    {
        let inverse = Double(inverse[channel])
        let mean = Double(mean[channel])
        let scale = Double(gamma[channel]) * inverse
        guard norm.usesBatch else {
            return ([scale, v * inverse, w - mean * v * inverse, v * inverse, 0, 0, 0], means[4])
        }
        let (a, b, c, d) = (means[0], means[1], means[2], means[3])
        let e = means[4] - a * c - b * d
        let k1 = (v - scale * d) * inverse
        let k5 = (scale * inverse * (2 * b * d - e) - v * b * inverse) * inverse
        let coefficients = [
            scale, k1, w - scale * c - mean * k1,
            -scale * d * inverse + v * inverse, -scale * b * inverse, k5,
            scale * inverse * (d * a + b * c) - v * a * inverse - mean * k5,
        ]
        return (coefficients, e)
    }

    func second(
        _ inputs: BatchNormInputs, _ u: Tensor, _ coefficients: [Float], wantsX: Bool, wantsG: Bool
    ) -> (x: Tensor?, g: Tensor?) {
        let shape = inputs.x.shape
        let width = count
        let towardsX = wantsX ? Tensor.uninitialised(shape) : nil
        let towardsG = wantsG ? Tensor.uninitialised(shape) : nil
        withPointers(inputs.x, inputs.g, u, towardsX ?? u, towardsG ?? u) { p in
            Parallel.forRanges(inputs.x.count / width, grain: Parallel.rowGrain(width)) { range in
                let i = range.lowerBound * width
                pl_norm_second_apply(
                    p[0] + i, p[1] + i, p[2] + i, scale, offset, relu, coefficients,
                    wantsG ? p[4] + i : nil, wantsX ? p[3] + i : nil, range.count, width)
            }
        }
        return (towardsX, towardsG)
    }
}
