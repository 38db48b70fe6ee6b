/// Where layers register their parameters: a prefix of names over one shared list.
///
/// Parameters are registered in the order of PyTorch's state dictionary.
///
/// ```swift
/// let scope = ParameterScope(seed: seed)
/// convolution = Convolution(scope["conv"], 3, 16, kernel: 3, padding: 1)
/// classifier = Linear(scope["fc"], 16, classes)
/// parameters = try scope.complete(name)
/// ```
public struct ParameterScope {
    private final class Registry {
        /// More values than any architecture of this package has: 4 GB.
        static let largestCount = 1 << 30

        fileprivate(set) var all: [Parameter] = []
        fileprivate let initial: InitialValues
        /// The number of values of all parameters together; `Int.max` if it is larger.
        fileprivate var count = 0

        init(seed: UInt64) { initial = InitialValues(seed: seed) }
    }

    private let registry: Registry
    private let prefix: String
    /// The number of parameters that were registered before this scope was made.
    private let start: Int

    /// The scope of a model.
    ///
    /// - Parameter seed: what the initial values are drawn from.
    public init(seed: UInt64) { self.init(registry: Registry(seed: seed), prefix: "") }

    private init(registry: Registry, prefix: String) {
        self.registry = registry
        self.prefix = prefix
        start = registry.all.count
    }

    /// The parameters that were registered below this scope since it was made.
    public var parameters: [Parameter] {
        registry.all[start...].filter { $0.name.hasPrefix(prefix) }
    }

    /// All parameters of a model.
    ///
    /// Called after its last layer was made.
    ///
    /// - Parameter model: the name of the model, for the error.
    /// - Throws: ``ModelError`` if there are more than 2^30 values.
    public func complete(_ model: String) throws -> [Parameter] {
        guard registry.count <= Registry.largestCount else {
            let count = registry.count == .max ? "more than 10^18" : "\(registry.count)"
            throw ModelError(
                "\(model) with this configuration has \(count) parameters; "
                    + "at most 2^30 are possible")
        }
        return registry.all
    }

    /// The scope of a layer: its parameters' names begin with `name` and a dot.
    public subscript(_ name: String) -> ParameterScope {
        ParameterScope(registry: registry, prefix: prefix + name + ".")
    }

    /// Registers a trainable parameter.
    ///
    /// - Parameters:
    ///   - name: the last part of its name.
    ///   - initialisation: how its values are drawn.
    ///   - layout: how its axes differ from PyTorch's.
    public func parameter(
        _ name: String, _ shape: [Int], _ initialisation: Initialisation,
        layout: ParameterLayout = .plain
    ) -> Parameter {
        add(name, shape, initialisation, layout, isTrainable: true)
    }

    /// Registers a buffer, which has no gradient.
    public func buffer(_ name: String, _ shape: [Int], constant: Float) -> Parameter {
        add(name, shape, .constant(constant), .plain, isTrainable: false)
    }

    private func add(
        _ name: String, _ shape: [Int], _ initialisation: Initialisation,
        _ layout: ParameterLayout, isTrainable: Bool
    ) -> Parameter {
        let parameter = Parameter(
            name: prefix + name, shape: shape, layout: layout, isTrainable: isTrainable,
            initial: registry.initial, initialIndex: registry.initial.add(shape, initialisation))
        registry.all.append(parameter)
        registry.count = Self.sum(registry.count, shape)
        return parameter
    }

    /// `count` plus the product of `shape`; `Int.max` if that is larger.
    private static func sum(_ count: Int, _ shape: [Int]) -> Int {
        var product = 1
        for size in shape {
            let (next, overflows) = product.multipliedReportingOverflow(by: size)
            if overflows { return .max }
            product = next
        }
        let (sum, overflows) = count.addingReportingOverflow(product)
        return overflows ? .max : sum
    }
}
