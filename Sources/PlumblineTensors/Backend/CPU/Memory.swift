import Kernels

/// From now on this process keeps freed memory for its next use.
///
/// To give memory back to the system and to take it anew costs more than most computations on a
/// map. For work that frees and takes buffers of some hundred kilobytes all the time.
public func keepFreedMemory() { pl_keep_freed_memory() }
