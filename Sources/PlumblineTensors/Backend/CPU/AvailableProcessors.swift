/// How many processors this process may use: ``AllowedThreads``.
///
/// A machine's core count is wrong in a container or a batch job.
public let availableProcessors: Int = AllowedThreads.ofThisProcess.count
