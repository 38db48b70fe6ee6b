import PlumblineMetrics
import PlumblineTensors

/// What of the model is read at changed images.
enum Answer {
    /// The probability of the explained class.
    case probability
    /// Its logit.
    case logit
}

extension Evidence {
    /// Changed copies of the image, in batches `[n, height, width, channels]`.
    ///
    /// - Parameters:
    ///   - count: of the copies.
    ///   - change: changes a copy, `[height * width * channels]`; it begins as the image.
    ///   - body: called with each batch.
    func forEachBatch(
        count: Int, change: (_ index: Int, _ pixels: inout [Float]) -> Void,
        body: (Tensor) throws -> Void
    ) rethrows {
        let shape = Array(image.shape.dropFirst())
        for start in stride(from: 0, to: count, by: probe.batchSize) {
            let indices = start..<min(count, start + probe.batchSize)
            var values: [Float] = []
            values.reserveCapacity(indices.count * input.count)
            for index in indices {
                var pixels = input
                change(index, &pixels)
                values += pixels
            }
            try body(Tensor(values, shape: [indices.count] + shape))
        }
    }

    /// The logits of changed copies of the image, `[count][classes]`.
    func logits(
        count: Int, change: (_ index: Int, _ pixels: inout [Float]) -> Void
    ) -> [[Float]] {
        var rows: [[Float]] = []
        rows.reserveCapacity(count)
        forEachBatch(count: count, change: change) { images in
            let logits = probe.logits(images).values
            let classes = logits.count / images.shape[0]
            rows += stride(from: 0, to: logits.count, by: classes).map {
                Array(logits[$0..<($0 + classes)])
            }
        }
        return rows
    }

    /// The model's answers at changed copies of the image, as ``logits(count:change:)``.
    func answers(
        _ answer: Answer, count: Int, change: (_ index: Int, _ pixels: inout [Float]) -> Void
    ) -> [Double] {
        logits(count: count, change: change).map { self.answer(answer, logits: $0) }
    }

    /// The model's answer at the image itself.
    func answer(_ answer: Answer) -> Double { self.answer(answer, logits: logits) }

    private func answer(_ answer: Answer, logits: [Float]) -> Double {
        switch answer {
        case .logit: Double(logits[target])
        case .probability: probability(logits)
        }
    }

    /// The probability of the explained class.
    func probability(_ logits: [Float]) -> Double {
        withoutGradients {
            Double(
                probe.model.output.probabilities(
                    Tensor(logits, shape: [1, logits.count]), of: [target]
                ).values[0])
        }
    }

    /// The relevance of each pixel at the size of the model's input, with sign.
    func pixelRelevance() -> HeatMap {
        map.heatMap(height: image.shape[1], width: image.shape[2], pooling: .signed)
    }

    /// The pixels from the most relevant to the least; equal ones in random order.
    ///
    /// - Parameter map: finite.
    func pixelOrder(_ map: HeatMap) -> [Int] {
        var random = RandomGenerator(seed: seed)
        // A stable sort of shuffled pixels shuffles equal ones.
        let shuffled = map.values.indices.shuffled(using: &random)
        let ranking = PixelRanking(shuffled.map { map.values[$0] })
        return ranking.order.map { shuffled[Int($0)] }
    }
}
