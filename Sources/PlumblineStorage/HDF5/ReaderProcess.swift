import Foundation
import HDF5Reader

/// A child process that reads one HDF5 file for this one.
///
/// The HDF5 library can corrupt memory on damaged files. Then only the child crashes, and this
/// process gets an error. The child cannot open other files through links. Its memory and time are
/// limited. It ends together with this object.
final class ReaderProcess {
    private let path: String
    private var child: pid_t = 0
    private var channel: Int32 = -1
    /// Why the child ended.
    ///
    /// Every later request throws this error.
    private var failure: StorageError?
    /// If the child is silent for this many seconds, it is ended.
    ///
    /// A network disk may hang.
    private static let patience: Int32 = 60
    /// The largest size of an answer that is not an array of numbers, in bytes.
    private static let longestAnswer = 80 << 20

    /// - Parameter file: the open file. The caller may close it afterwards.
    init(_ path: String, file: Int32) throws {
        self.path = path
        let problem = plumbline_h5_reader_start(file, path, &child, &channel)
        guard problem == 0 else {
            throw StorageError(
                path, "cannot start a process to read it: \(String(cString: strerror(problem)))")
        }
    }

    deinit { end() }

    /// - Returns: the child's status; `nil` if it has ended before.
    @discardableResult
    private func end() -> Int32? {
        guard child > 0 else { return nil }
        close(channel)
        kill(child, SIGKILL)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        child = 0
        return status
    }

    // MARK: Requests

    struct Request {
        var operation: Int
        var name = ""
        var extra = ""
        var number = 0
        var index = 0
        var count = 0

        init(_ operation: Int, _ name: String = "") {
            self.operation = operation
            self.name = name
        }
    }

    /// Sends a request whose answer comes in one piece.
    func answer(_ request: Request) throws -> (value: Int, bytes: [UInt8]) {
        try send(request)
        let reply = try receiveReply()
        guard reply.bytes <= Self.longestAnswer else { throw crashed(end()) }
        var bytes = [UInt8](repeating: 0, count: Int(reply.bytes))
        try bytes.withUnsafeMutableBytes { try receive($0) }
        return (Int(reply.value), bytes)
    }

    /// Sends a request for `target.count` bytes, and writes them to `target`.
    func read(_ request: Request, into target: UnsafeMutableRawBufferPointer) throws {
        guard !target.isEmpty else { return }
        try send(request)
        var done = 0
        while done < target.count {
            let reply = try receiveReply()
            guard reply.bytes > 0, reply.bytes <= target.count - done else { throw crashed(end()) }
            let end = done + Int(reply.bytes)
            try receive(UnsafeMutableRawBufferPointer(rebasing: target[done..<end]))
            done = end
        }
    }

    /// Sends a request for some values of `width` bytes, and gives them to `body` as they come:
    /// whole values, and not all at once.
    func read(
        _ request: Request, values: Int, width: Int, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws {
        guard values > 0 else { return }
        try send(request)
        var left = values
        var block: [UInt8] = []
        while left > 0 {
            let bytes = Int(clamping: try receiveReply().bytes)
            guard bytes > 0, bytes % width == 0, bytes / width <= left else {
                throw crashed(end())
            }
            if block.count < bytes { block = [UInt8](repeating: 0, count: bytes) }
            try block.withUnsafeMutableBytes { block in
                let part = UnsafeMutableRawBufferPointer(rebasing: block[..<bytes])
                try receive(part)
                body(UnsafeRawBufferPointer(part))
            }
            left -= bytes / width
        }
    }

    private func send(_ request: Request) throws {
        if let failure { throw failure }
        let name = Array(request.name.utf8)
        let extra = Array(request.extra.utf8)
        guard max(name.count, extra.count) <= 1 << 16 else {
            throw StorageError(path, "a name of \(max(name.count, extra.count)) bytes")
        }
        let header = plumbline_h5_request(
            operation: UInt32(request.operation), number: UInt32(request.number),
            name_bytes: UInt32(name.count), extra_bytes: UInt32(extra.count),
            index: UInt64(request.index), count: UInt64(request.count))
        var message = withUnsafeBytes(of: header) { Array($0) }
        message += name + extra
        var done = 0
        while done < message.count {
            let sent = message[done...].withUnsafeBytes {
                Foundation.send(channel, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if sent < 0, errno == EINTR { continue }
            guard sent > 0 else { throw crashed(end()) }
            done += sent
        }
    }

    private func receiveReply() throws -> plumbline_h5_reply {
        var reply = plumbline_h5_reply()
        try withUnsafeMutableBytes(of: &reply) { try receive($0) }
        guard reply.failed != 0 else { return reply }
        guard reply.bytes <= 4096 else { throw crashed(end()) }
        var text = [UInt8](repeating: 0, count: Int(reply.bytes))
        try text.withUnsafeMutableBytes { try receive($0) }
        throw StorageError(path, String(decoding: text, as: UTF8.self))
    }

    private func receive(_ target: UnsafeMutableRawBufferPointer) throws {
        var done = 0
        while done < target.count {
            var event = pollfd(fd: channel, events: Int16(POLLIN), revents: 0)
            let ready = poll(&event, 1, Self.patience * 1000)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else {
                end()
                throw fail("the HDF5 library took longer than \(Self.patience) s to read this file")
            }
            let count = recv(channel, target.baseAddress! + done, target.count - done, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw crashed(end()) }
            done += count
        }
    }

    // MARK: The end

    private func crashed(_ status: Int32?) -> StorageError {
        switch (status ?? 0) & 0x7F {
        case plumbline_h5_timeout_signal():
            fail(
                "the HDF5 library took longer than \(PLUMBLINE_H5_SECONDS) s for one step while it "
                    + "read this file: it is damaged")
        default: fail("the HDF5 library crashed while it read this file: it is damaged")
        }
    }

    private func fail(_ problem: String) -> StorageError {
        let error = StorageError(path, problem)
        failure = error
        return error
    }
}
