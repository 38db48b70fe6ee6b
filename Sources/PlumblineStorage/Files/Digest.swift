import CCrypto
import Foundation

/// The SHA-256 of a file's bytes in hexadecimal.
///
/// It identifies an input, whatever its name is.
///
/// - Throws: ``StorageError`` if the file cannot be read.
public func sha256(ofFile path: String) throws -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw StorageError(path, String(cString: strerror(errno))) }
    defer { close(file) }
    var digest = Digest()
    try digest.add(file, from: 0, path: path)
    return digest.finish()
}

/// The SHA-256 of bytes in hexadecimal.
public func sha256(of data: Data) -> String {
    var digest = Digest()
    data.withUnsafeBytes { digest.add($0) }
    return digest.finish()
}

/// Computes a SHA-256 step by step, with OpenSSL.
struct Digest: ~Copyable {
    private let context: OpaquePointer

    init() {
        // Fails only without free memory, or if OpenSSL was built without SHA-256.
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
        else { preconditionFailure("OpenSSL has no SHA-256") }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// Adds the bytes of an open file from `offset` to its end.
    ///
    /// - Returns: the number of bytes.
    @discardableResult
    mutating func add(_ file: Int32, from offset: Int, path: String) throws -> Int {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { block.deallocate() }
        var count = 0
        while true {
            let read = pread(file, block.baseAddress, block.count, offset + count)
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else {
                throw StorageError(path, "cannot be read: \(String(cString: strerror(errno)))")
            }
            guard read > 0 else { return count }
            add(UnsafeRawBufferPointer(rebasing: block[..<read]))
            count += read
        }
    }

    consuming func finish() -> String {
        var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        EVP_DigestFinal_ex(context, &bytes, &count)
        return bytes.prefix(Int(count)).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }
}
