/// How far long work has come.
public struct WorkProgress: Sendable, Equatable {
    public var title: String
    public var done: Int
    public var total: Int
    /// Work that earlier processes did.
    ///
    /// It does not count for the speed.
    public var finishedBefore = 0
    /// What is counted, with a space before it, such as " images".
    ///
    /// May be empty.
    public var unit = ""
    /// More numbers for the reader.
    public var figures = ""
    /// Seconds since the work began in this process.
    public var seconds: Double
}
