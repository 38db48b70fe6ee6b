/// Why a value does not exist.
///
/// It is stored with its score and counted in every table; no number ever stands in its place.
///
/// A metric may have reasons of its own: `MissingReason(rawValue: "fewer than two parts")`.
public struct MissingReason: RawRepresentable, Hashable, Sendable {
    /// What tables and files say.
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let negativeLabel = MissingReason(rawValue: "negative label")
    public static let uncertainLabel = MissingReason(rawValue: "uncertain label, ignored")
    public static let noMask = MissingReason(rawValue: "no mask")
    public static let noBox = MissingReason(rawValue: "no box")
    public static let notSolved = MissingReason(
        rawValue: "the equations of the filling were not solved")
    public static let chanceIsPerfect = MissingReason(rawValue: "chance reaches the best score")
    public static let noOtherClass = MissingReason(rawValue: "no other class is annotated")
    public static let noArchitecture = MissingReason(
        rawValue: "the model cannot be made anew: its architecture is not registered")
    public static let noAdaptedModel = MissingReason(
        rawValue: "no model is adapted to removed pixels (plumbline adapt)")
    public static let noPermutedLabels = MissingReason(
        rawValue: "no model of permuted labels (evaluate.permuted_labels_model)")
    public static let oneClass = MissingReason(rawValue: "the model has one class")
    public static let noProbability = MissingReason(rawValue: "probability of 0")
    public static let noParts = MissingReason(rawValue: "no parts")
    public static let unknownCorrectness = MissingReason(rawValue: "no label to compare with")
    public static let maskOutsideCrop = MissingReason(rawValue: "mask outside the crop")
    public static let emptyMask = MissingReason(rawValue: "mask has no pixels")
    public static let fullMask = MissingReason(rawValue: "mask covers the image")
    public static let emptyRegion = MissingReason(rawValue: "no pixel is above the threshold")
    public static let notFinite = MissingReason(rawValue: "not finite")
    public static let noPositiveRelevance = MissingReason(rawValue: "no positive relevance")
    public static let noRelevance = MissingReason(rawValue: "no relevance")
    public static let smallMap = MissingReason(rawValue: "map too small for a window")
    public static let constantMap = MissingReason(rawValue: "constant map")
    public static let oneClassOnly = MissingReason(rawValue: "labels of one class only")
    public static let noSingleClass = MissingReason(rawValue: "no single class is explained")
    public static let noImages = MissingReason(rawValue: "no images")
}

/// A value, or the reason why there is none.
public enum Measured: Sendable, Equatable {
    case value(Double)
    case missing(MissingReason)

    public var value: Double? { if case .value(let value) = self { value } else { nil } }
    public var reason: MissingReason? {
        if case .missing(let reason) = self { reason } else { nil }
    }
}

extension Measured: CustomStringConvertible {
    /// The number, or `missing: ` and the reason.
    public var description: String {
        switch self {
        case .value(let value): "\(value)"
        case .missing(let reason): "missing: \(reason.rawValue)"
        }
    }
}
