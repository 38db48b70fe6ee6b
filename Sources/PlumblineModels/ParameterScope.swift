/// Where layers register their parameters: a prefix of names over one shared list, in the order of
/// PyTorch's state dictionary.
struct ParameterScope {
    final class Registry {
        /// More than any registered architecture has; 4 GB.
        static let largestCount = 1 << 30

        fileprivate(set) var all: [Parameter] = []
        fileprivate let initial: InitialValues
        /// Values of all parameters together; `Int.max` stands for more than that.
        fileprivate var count = 0

        init(seed: UInt64) { initial = InitialValues(seed: seed) }
    }

    private let registry: Registry
    private let prefix: String
    /// How many parameters there were before this scope: those below it come later.
    private let start: Int

    init(seed: UInt64) { self.init(registry: Registry(seed: seed), prefix: "") }

    private init(registry: Registry, prefix: String) {
        self.registry = registry
        self.prefix = prefix
        start = registry.all.count
    }

    /// The parameters registered below this scope since it was made.
    var parameters: [Parameter] {
        registry.all[start...].filter { $0.name.hasPrefix(prefix) }
    }

    /// All parameters of a model whose last layer is registered.
    ///
    /// - Throws: ``ModelError`` where they are more than a machine could hold.
    func complete(_ model: String) throws -> [Parameter] {
        guard registry.count <= Registry.largestCount else {
            let count = registry.count == .max ? "more than 10^18" : "\(registry.count)"
            throw ModelError(
                "\(model) with this configuration has \(count) parameters; at most 2^30 are possible"
            )
        }
        return registry.all
    }

    subscript(_ name: String) -> ParameterScope {
        ParameterScope(registry: registry, prefix: prefix + name + ".")
    }

    func parameter(
        _ name: String, _ shape: [Int], _ initialisation: Initialisation,
        layout: ParameterLayout = .plain
    ) -> Parameter {
        add(name, shape, initialisation, layout, isTrainable: true)
    }

    func buffer(_ name: String, _ shape: [Int], constant: Float) -> Parameter {
        add(name, shape, .constant(constant), .plain, isTrainable: false)
    }

    private func add(
        _ name: String, _ shape: [Int], _ initialisation: Initialisation,
        _ layout: ParameterLayout, isTrainable: Bool
    ) -> Parameter {
        let parameter = Parameter(
            name: prefix + name, shape: shape, layout: layout, isTrainable: isTrainable,
            initial: registry.initial, place: registry.initial.add(shape, initialisation))
        registry.all.append(parameter)
        registry.count = Self.sum(registry.count, shape)
        return parameter
    }

    /// `count` and the product of `shape`, `Int.max` where that is no `Int`.
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
