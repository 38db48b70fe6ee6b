/// What is wrong with a pickle; the path is added where the file is known.
struct PickleFault: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
