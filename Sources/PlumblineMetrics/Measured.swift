/// Why a value does not exist.
///
/// The reason is stored with the row and counted in every table. It is never replaced by a number.
public enum MissingReason: String, Sendable, CaseIterable {
    case negativeLabel = "negative label"
    case uncertainLabel = "uncertain label, ignored"
    case noMask = "no mask"
    case emptyMask = "mask has no pixels"
    case notFinite = "not finite"
    case noPositiveRelevance = "no positive relevance"
    case constantMap = "constant map"
    case oneClassOnly = "labels of one class only"
    case noImages = "no images"
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
