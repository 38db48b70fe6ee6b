/// The limits for one input.
enum Limits {
    /// Seconds of processor time, of the reader and its children.
    static let seconds = 5.0
    /// Seconds of wall-clock time.
    ///
    /// They are more, because other programs may use the processor.
    static let wallSeconds = 60.0
    /// After these seconds of processor time, an input counts as slow.
    ///
    /// This is not a failure.
    static let slowSeconds = 2.0
    /// Bytes of additional memory.
    static let memory = 300 << 20
    /// Bytes of address space of a worker.
    ///
    /// So a large allocation fails in the worker only.
    static let addressSpace = 8 << 30
}
