import PlumblineTensors

/// How a tensor of another shape is made to fit a parameter.
public struct WeightAdaptation: CustomStringConvertible, Sendable {
    /// What is done, for the report, such as "14 x 14 positions resampled to 24 x 24".
    public let description: String
    private let adapted: @Sendable (Tensor) -> Tensor

    /// - Parameters:
    ///   - description: what is done.
    ///   - adapted: from a tensor of the file to the parameter's shape, both in PyTorch's layout.
    public init(_ description: String, adapted: @escaping @Sendable (Tensor) -> Tensor) {
        self.description = description
        self.adapted = adapted
    }

    public func callAsFunction(_ value: Tensor) -> Tensor { adapted(value) }

    /// A convolution of colour images for grey ones, or the reverse, as in timm's
    /// `adapt_input_conv`.
    ///
    /// - Parameter shape: of the file's tensor, `[outputs, inputs, kernel, kernel]`.
    /// - Returns: `nil` if the two differ in anything but 1 and 3 inputs.
    public static func channels(of parameter: Parameter, from shape: [Int]) -> WeightAdaptation? {
        let target = parameter.torchShape
        guard parameter.layout == .convolution, shape.count == 4, shape[0] == target[0],
            shape[2...] == target[2...]
        else { return nil }
        switch (shape[1], target[1]) {
        case (3, 1):
            return WeightAdaptation("its three input channels summed to one") {
                $0.sum([1], keepingDimensions: true)
            }
        case (1, 3):
            return WeightAdaptation("its one input channel spread over three") {
                $0.broadcast(to: target) * (1 / Float(3))
            }
        default: return nil
        }
    }
}

/// The side of a square of `count` values; `nil` if it is no square.
func squareSide(_ count: Int) -> Int? {
    guard count > 0 else { return nil }
    let side = Int(Double(count).squareRoot().rounded())
    return side * side == count ? side : nil
}
