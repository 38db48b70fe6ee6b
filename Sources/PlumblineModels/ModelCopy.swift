import PlumblineTensors

extension Classifier {
    /// A model of its own with the same weights and buffers.
    ///
    /// - Throws: ``ModelError`` if the architecture is not registered, or if a copy made by name
    ///   has other parameters.
    public func copy() throws -> any Classifier {
        let copy = try ModelRegistry.make(name, classes: classCount, configuration: configuration)
        guard copy.parameters.map(\.name) == parameters.map(\.name),
            copy.parameters.map(\.shape) == parameters.map(\.shape)
        else { throw ModelError("\(name): a model made by its name has other parameters") }
        for (new, old) in zip(copy.parameters, parameters) { new.assign(old.value.detached) }
        return copy
    }
}
