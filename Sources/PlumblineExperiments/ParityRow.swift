/// One quantity compared with PyTorch.
public struct ParityRow: Sendable {
    public var name: String
    public var maxDifference: Double
    /// `|ours - expected| / |expected|`, in L2 norms.
    public var relativeError: Double
    /// The relative error of PyTorch's float32 result.
    public var float32Error: Double
    public var cosine: Double
    /// The largest relative error that passes.
    ///
    /// `nil` for a quantity that is only shown.
    public var limit: Double?
    /// The relative error with products accumulated in double.
    ///
    /// `nil` if it was not computed.
    ///
    /// It is the smallest over the image and the images one rounding away.
    public var preciseError: Double?

    public enum Verdict: String, Sendable {
        case ok
        /// Beyond the limit in float32, and within it in double. Some ReLU inputs near zero have
        /// another sign than in PyTorch.
        case rounding = "ok, rounding"
        case fails = "FAIL"
    }

    /// The largest difference that was measured between two correct float32 programs, in gradients
    /// of ReLU networks.
    static let largestRounding = 3e-2

    public var verdict: Verdict {
        guard let limit, relativeError > limit else { return .ok }
        guard let preciseError, preciseError <= limit, relativeError <= Self.largestRounding else {
            return .fails
        }
        return .rounding
    }
}
