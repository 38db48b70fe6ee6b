import Tensors

/// How a parameter's axes differ from PyTorch's. Converted once at import and back at export.
public enum ParameterLayout: Sendable {
    /// The same axes.
    case plain
    /// OHWI here, OIHW in PyTorch.
    case convolution
}

/// A named trainable tensor, or a named buffer (running statistics) that training updates without a
/// gradient.
public final class Parameter: @unchecked Sendable {
    /// The name in torchvision's or timm's state dictionary.
    public let name: String
    public let layout: ParameterLayout
    public let isTrainable: Bool
    /// For a trainable parameter the start of a graph.
    public private(set) var value: Tensor

    init(name: String, value: Tensor, layout: ParameterLayout, isTrainable: Bool) {
        self.name = name
        self.layout = layout
        self.isTrainable = isTrainable
        self.value = isTrainable ? value.detached.asVariable : value.detached
    }

    public var shape: [Int] { value.shape }

    /// Replaces the values.
    public func assign(_ tensor: Tensor) {
        require(
            tensor.shape == shape,
            "\(name): shape \(tensor.shape) for a parameter of shape \(shape)")
        value = isTrainable ? tensor.detached.asVariable : tensor.detached
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

/// Where layers register their parameters: a prefix of names over one shared list, in the order of
/// PyTorch's state dictionary.
struct ParameterScope {
    final class Registry {
        var all: [Parameter] = []
        var random: RandomGenerator
        init(seed: UInt64) { random = RandomGenerator(seed: seed).stream("initialisation") }
    }

    let registry: Registry
    let prefix: String

    init(seed: UInt64) {
        registry = Registry(seed: seed)
        prefix = ""
    }

    private init(registry: Registry, prefix: String) {
        self.registry = registry
        self.prefix = prefix
    }

    /// The parameters registered below this scope.
    var parameters: [Parameter] { registry.all.filter { $0.name.hasPrefix(prefix) } }

    subscript(_ name: String) -> ParameterScope {
        ParameterScope(registry: registry, prefix: prefix + name + ".")
    }

    func parameter(
        _ name: String, _ shape: [Int], _ initialisation: Initialisation,
        layout: ParameterLayout = .plain
    ) -> Parameter {
        add(name, initialisation.values(shape, &registry.random), layout, isTrainable: true)
    }

    func buffer(_ name: String, _ value: Tensor) -> Parameter {
        add(name, value, .plain, isTrainable: false)
    }

    private func add(_ name: String, _ value: Tensor, _ layout: ParameterLayout, isTrainable: Bool)
        -> Parameter
    {
        let parameter = Parameter(
            name: prefix + name, value: value, layout: layout, isTrainable: isTrainable)
        registry.all.append(parameter)
        return parameter
    }
}
