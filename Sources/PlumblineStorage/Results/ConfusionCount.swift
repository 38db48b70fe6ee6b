/// How many images of one label a multiclass model takes for one class.
public struct ConfusionCount: Sendable, Equatable {
    public var label: String
    public var prediction: String
    public var count: Int

    public init(label: String, prediction: String, count: Int) {
        self.label = label
        self.prediction = prediction
        self.count = count
    }
}
