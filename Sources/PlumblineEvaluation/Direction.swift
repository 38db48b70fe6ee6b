/// Which values are better.
public enum Direction: String, Sendable, CaseIterable {
    case higherIsBetter = "higher is better"
    case lowerIsBetter = "lower is better"
    /// Neither is better: a property of the image, such as the size of its mask.
    case descriptive
}
