import PlumblineMetrics

/// Deletion or insertion as AutoTimm defines them: the area divided by the probability at the
/// image.
///
/// `a = area / p`, 50 steps to or from the blurred image. From 0; insertion can exceed 1. Deletion
/// is better when it is lower, insertion when it is higher. AutoTimm's gates, below 0.8 and above
/// 0.6, are for these values. The source is `interpretation/metrics.py` of theja-vanka/AutoTimm at
/// 879f337.
///
/// What that code does otherwise, and is mended here:
///
/// - A step there changes `floor(pixels / steps)` pixels. The remainder never changes, so that the
///   curve ends before its end; with fewer pixels than steps nothing changes at all.
/// - Equal pixels are taken there in the reverse order of an unstable sort.
///   Here their order is random, from the image's own seed.
/// - A map with values that are not a number gives a number there. Here the score is missing.
/// - The probability there is always a softmax: 1 for a model of one logit. Here it is the model's.
/// - "black" there is 0 in the model's input, and "mean" one number for all channels. Here both are
///   made of pixel values, and the mean is one per channel.
/// - The image is not resized or normalised there before the model reads it.
/// - `final_drop` and `final_rise` say how image and replacement differ. They are the same
///   for every explanation, and the rise is 1, -1 or 0 by its formula. Here they are descriptive;
///   where there is no rise, it is missing and not 0.
/// - A probability of 0 is a division by 0 there. Here the score is missing.
/// - One image runs at a time there, and pixels are copied one by one.
public struct AutoTimmRemoval: Metric {
    private let base: RemovalScore

    public init(_ direction: RemovalDirection) {
        base = RemovalScore(direction, suffix: ":autotimm")
    }

    public var quantity: Quantity {
        let name = base.direction.rawValue
        return Quantity(
            "\(name):autotimm", direction: base.quantity.direction,
            definition: "area of \(name) over \(base.steps) steps, blurred, divided by the "
                + "probability at the image; AutoTimm's auc")
    }

    public var companions: [Quantity] {
        [
            base.end,
            Quantity(
                "\(base.direction.rawValue)_half_steps:autotimm",
                direction: base.quantity.direction,
                definition: "the same by every second step"),
        ]
    }

    public var needs: Needs { base.needs }

    public func scores(_ evidence: Evidence) throws -> [Score] {
        switch evidence.curve(base.direction, steps: base.steps, base.replacement) {
        case .failure(let missing): return self.missing(missing.reason)
        case .success(let curve):
            let values = [
                curve.relative(curve.area), curve.end(base.direction),
                curve.relative(curve.areaOfHalf),
            ]
            return zip(quantities, values).map { Score($0.name, $1) }
        }
    }
}
