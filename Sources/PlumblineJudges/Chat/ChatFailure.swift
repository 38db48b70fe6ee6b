/// Why a request has no answer that can be used.
///
/// It concerns one request. What concerns all is a ``ServerError``.
struct ChatFailure: Error, Equatable {
    /// A few words, the same for all failures of one kind.
    let reason: String
    /// What the server said, without the key; may be empty.
    var detail = ""
    /// Whether the server could not be reached or was not ready.
    var isOutage = false
    /// Whether the server may be loading its model.
    var isLoading = false
    /// Seconds that the server asks to wait, if it does.
    var wait: Double?
}
