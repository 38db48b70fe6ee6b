import Synchronization
import PlumblineTensors

/// How a parameter's axes differ from PyTorch's.
///
/// They are converted once at import and back at export.
public enum ParameterLayout: Sendable {
    /// The same axes.
    case plain
    /// OHWI here, OIHW in PyTorch.
    case convolution
}

/// A named trainable tensor, or a named buffer (running statistics) that training updates without a
/// gradient.
///
/// Its initial values are drawn when they are first read. A model whose weights come from a file
/// therefore needs no memory until they are assigned, and shapes can be compared before.
///
/// Layers make parameters with a ``ParameterScope``.
public final class Parameter: @unchecked Sendable {
    /// The name in torchvision's or timm's state dictionary.
    public let name: String
    public let shape: [Int]
    public let layout: ParameterLayout
    public let isTrainable: Bool
    private let initial: InitialValues
    /// The number of its initial values.
    private let initialIndex: Int
    /// The values, guarded by `lock`; `nil` until they are assigned or drawn.
    private var current: Tensor?
    /// Guarded by `lock`.
    private var frozen = false
    private let lock = Mutex(())

    init(
        name: String, shape: [Int], layout: ParameterLayout, isTrainable: Bool,
        initial: InitialValues, initialIndex: Int
    ) {
        self.name = name
        self.shape = shape
        self.layout = layout
        self.isTrainable = isTrainable
        self.initial = initial
        self.initialIndex = initialIndex
    }

    /// The values; those of a parameter that is trained are the start of a graph.
    public var value: Tensor {
        lock.withLock { _ in
            if let current { return current }
            let drawn = stored(initial.take(initialIndex))
            current = drawn
            return drawn
        }
    }

    /// Whether training leaves the values as they are, by default not.
    ///
    /// A frozen parameter is no variable: no gradient is computed towards it.
    public var isFrozen: Bool {
        get { lock.withLock { _ in frozen } }
        set {
            lock.withLock { _ in
                frozen = newValue
                if let values = current { current = stored(values) }
            }
        }
    }

    /// Whether training changes the values by their gradient.
    public var isTrained: Bool { isTrainable && !isFrozen }

    /// The number of values.
    public var count: Int { shape.reduce(1, *) }

    /// Replaces the values.
    ///
    /// - Parameter tensor: of the parameter's shape.
    public func assign(_ tensor: Tensor) {
        require(
            tensor.shape == shape,
            "\(name): shape \(tensor.shape) for a parameter of shape \(shape)")
        lock.withLock { _ in
            if current == nil { initial.drop(initialIndex) }
            current = stored(tensor)
        }
    }

    private func stored(_ tensor: Tensor) -> Tensor {
        isTrainable && !frozen ? tensor.detached.asVariable : tensor.detached
    }

    /// The shape in PyTorch's layout.
    public var torchShape: [Int] {
        layout == .convolution ? [shape[0], shape[3], shape[1], shape[2]] : shape
    }

    /// The values in PyTorch's layout.
    public var torchValue: Tensor {
        layout == .convolution ? value.detached.transposed([0, 3, 1, 2]) : value.detached
    }

    /// A tensor in PyTorch's layout as this parameter stores it.
    public func fromTorch(_ tensor: Tensor) -> Tensor {
        layout == .convolution ? tensor.transposed([0, 2, 3, 1]) : tensor
    }
}
