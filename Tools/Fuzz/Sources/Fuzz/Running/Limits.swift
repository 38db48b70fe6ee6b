/// What an input may take.
enum Limits {
    /// Seconds of processor time of the reader and its children.
    static let seconds = 5.0
    /// Seconds that pass. More than the above: other programs may have the processor.
    static let wallSeconds = 60.0
    /// Seconds of processor time that are worth a count, no failure.
    static let slowSeconds = 2.0
    /// Bytes more than before the input.
    static let memory = 300 << 20
    /// Bytes of address space of a worker: what wants more fails there, and not the machine.
    static let addressSpace = 8 << 30
}
