import Foundation

/// The few functions of Open MPI that are used, found when the program runs.
///
/// The program is built, and runs on one process, without Open MPI. Its versions 2 to 5 share the
/// names and the binary interface used here: communicators and data types are addresses of
/// variables of the library, and their size does not matter.
struct MPILibrary {
    typealias Buffer = UnsafeMutableRawPointer?
    typealias Constant = UnsafeRawPointer?
    typealias Counts = UnsafePointer<Int32>?

    typealias Initialise = @convention(c) (Buffer, Buffer) -> Int32
    typealias Finalise = @convention(c) () -> Int32
    typealias Abort = @convention(c) (Buffer, Int32) -> Int32
    typealias Ask = @convention(c) (Buffer, UnsafeMutablePointer<Int32>) -> Int32
    typealias Broadcast = @convention(c) (Buffer, Int32, Buffer, Int32, Buffer) -> Int32
    /// Send buffer, count, type; receive buffer, counts, offsets, type; communicator.
    typealias GatherAll =
        @convention(c) (Constant, Int32, Buffer, Buffer, Counts, Counts, Buffer, Buffer) -> Int32
    /// Send buffer, counts, offsets, type; receive buffer, counts, offsets, type; communicator.
    typealias ExchangeAll =
        @convention(c) (
            Constant, Counts, Counts, Buffer, Buffer, Counts, Counts, Buffer, Buffer
        ) -> Int32

    let initialise: Initialise
    let finalise: Finalise
    let abort: Abort
    let rank: Ask
    let size: Ask
    let broadcast: Broadcast
    let gatherAll: GatherAll
    let exchangeAll: ExchangeAll
    /// `MPI_COMM_WORLD`, `MPI_BYTE` and `MPI_FLOAT`.
    let world: Buffer
    let byte: Buffer
    let float: Buffer

    /// - Throws: ``MPIError`` if the library is not found, or is not Open MPI.
    init() throws {
        let names = ["libmpi.so.40", "libmpi.so"]
        // Its plug-ins look for the library's symbols in the whole program.
        guard
            let library = names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_GLOBAL) }).first
        else {
            let reason = dlerror().map { String(cString: $0) } ?? "not found"
            throw MPIError(
                "mpirun started this process, but Open MPI's library cannot be loaded (\(reason)); "
                    + "load the cluster's module of Open MPI, or set LD_LIBRARY_PATH to its folder")
        }
        func symbol(_ name: String) throws -> UnsafeMutableRawPointer {
            guard let address = dlsym(library, name) else {
                throw MPIError(
                    "libmpi lacks \(name): it is not Open MPI, which plumbline needs for several "
                        + "processes")
            }
            return address
        }
        func function<Function>(_ name: String, _ type: Function.Type) throws -> Function {
            unsafeBitCast(try symbol(name), to: type)
        }
        world = try symbol("ompi_mpi_comm_world")
        byte = try symbol("ompi_mpi_byte")
        float = try symbol("ompi_mpi_float")
        initialise = try function("MPI_Init", Initialise.self)
        finalise = try function("MPI_Finalize", Finalise.self)
        abort = try function("MPI_Abort", Abort.self)
        rank = try function("MPI_Comm_rank", Ask.self)
        size = try function("MPI_Comm_size", Ask.self)
        broadcast = try function("MPI_Bcast", Broadcast.self)
        gatherAll = try function("MPI_Allgatherv", GatherAll.self)
        exchangeAll = try function("MPI_Alltoallv", ExchangeAll.self)
    }
}
