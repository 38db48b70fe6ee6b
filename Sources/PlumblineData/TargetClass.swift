/// Which class of an image is explained, aligned and evaluated.
public enum TargetClass: Sendable, Equatable {
    /// The same class in every image, by its index.
    case index(Int)
    /// The class that the image is labelled with.
    case label
    /// The class of the model's largest logit.
    case predicted
}

extension TargetClass: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) { self = .index(value) }
}

extension TargetClass {
    /// The name in a configuration that stands for ``label``.
    public static let labelName = "label"
    /// The name in a configuration that stands for ``predicted``.
    public static let predictedName = "predicted"

    /// The class that a name stands for; `nil` for a name that is not one of `classes`.
    ///
    /// A class that is called `label` or `predicted` comes first.
    public init?(_ name: String, in classes: [String]) {
        if let index = classes.firstIndex(of: name) {
            self = .index(index)
            return
        }
        switch name {
        case Self.labelName: self = .label
        case Self.predictedName: self = .predicted
        default: return nil
        }
    }

    /// The class of one image.
    ///
    /// - Parameters:
    ///   - labels: by class, of the image.
    ///   - weights: by class: whether the label counts.
    ///   - logits: by class, of the model; `nil` where the model was not run.
    /// - Returns: `nil` where the image has no label, or the model was not run.
    public func index(labels: [Float], weights: [Float], logits: [Float]? = nil) -> Int? {
        switch self {
        case .index(let index): index
        case .label: labels.indices.first { labels[$0] == 1 && weights[$0] > 0 }
        case .predicted: logits.map(\.indexOfMaximum)
        }
    }
}

extension [Float] {
    /// The index of the largest value, the first of equals.
    ///
    /// 0 for an empty array.
    package var indexOfMaximum: Int {
        indices.dropFirst().reduce(0) { self[$1] > self[$0] ? $1 : $0 }
    }
}
