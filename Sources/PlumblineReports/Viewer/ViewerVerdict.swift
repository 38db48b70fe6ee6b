import PlumblineStorage

/// The label and the prediction of an image in words, and whether they agree.
struct ViewerVerdict {
    var label = ""
    var prediction = ""
    /// `right`, `wrong`, or empty where the label is not known.
    var correctness = ""

    /// A multiclass model is right where it predicts the image's label.
    ///
    /// Another is right where the probability of the explained class is on the side of its label.
    ///
    /// - Parameter label: what the data say; `nil` where they are not given.
    init(_ row: ImageResult, _ run: RunResult, label: String?) {
        let name = run.factors.className
        let isOneClass = name != "label" && name != "predicted" && !name.isEmpty
        if !run.confusion.isEmpty || !isOneClass {
            self.label = label ?? Self.known(row, name: isOneClass ? name : "")
            prediction = row.prediction ?? ""
            if !self.label.isEmpty, !prediction.isEmpty, label != nil || row.label == .positive {
                correctness = self.label == prediction ? "right" : "wrong"
            }
            return
        }
        let isPredicted = row.probability >= 0.5
        prediction = isPredicted ? name : "no \(name)"
        switch row.label {
        case .positive: self.label = name
        case .negative: self.label = "no \(name)"
        case .uncertain: self.label = "uncertain"
        }
        guard row.label != .uncertain else { return }
        correctness = isPredicted == (row.label == .positive) ? "right" : "wrong"
    }

    /// What the results alone say about the label of an image of a multiclass model.
    private static func known(_ row: ImageResult, name: String) -> String {
        row.label == .positive ? name : ""
    }
}
