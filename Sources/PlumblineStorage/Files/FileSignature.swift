/// Recognises the kind of a file by its first bytes, for error messages.
enum FileSignature {
    /// A few words; `nil` if the kind is not known.
    static func name(_ bytes: some Collection<UInt8>) -> String? {
        let start = Array(bytes.prefix(512))
        if start.isEmpty { return "an empty file" }
        for (signature, name) in signatures where start.starts(with: signature) { return name }
        if start.count > 8, start[8] == UInt8(ascii: "{"), start[5...7].allSatisfy({ $0 == 0 }) {
            return "a safetensors file"
        }
        let text = String(decoding: start, as: UTF8.self).lowercased()
            .drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") {
            return "an HTML page (was a web page saved in the place of the file?)"
        }
        return laterName(start)
    }

    /// Of formats that are not told by their first bytes alone.
    private static func laterName(_ start: [UInt8]) -> String? {
        if start.count >= 262, Array(start[257..<262]) == Array("ustar".utf8) {
            return "a tar archive (unpack it first)"
        }
        if start.count >= 8, Array(start[4..<8]) == Array("TFL3".utf8) {
            return "a TensorFlow Lite model (save Keras weights, .h5)"
        }
        // Both are protocol buffers: the version first, then a message.
        guard start.count > 3, start[0] == 8 else { return nil }
        if start[1] == 1, start[2] == 0x12 {
            return "a TensorFlow model (save Keras weights, .h5)"
        }
        if (1...30).contains(start[1]), [0x12, 0x1A, 0x22, 0x3A, 0x42].contains(start[2]) {
            return "an ONNX model (save the weights as safetensors)"
        }
        return nil
    }

    private static let signatures: [([UInt8], String)] = [
        (
            Array("version https://git-lfs".utf8),
            "a Git LFS pointer, not the file itself (git lfs pull fetches it)"
        ),
        ([0x50, 0x4B, 0x03, 0x04], "a zip archive, as PyTorch writes them (.pt, .pth)"),
        ([0x80, 0x02], "a Python pickle, as old PyTorch writes them"),
        ([0x1F, 0x8B], "a gzip archive (unpack it first)"),
        (Array("BZh".utf8), "a bzip2 archive (unpack it first)"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "an xz archive (unpack it first)"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a Zstandard archive (unpack it first)"),
        ([0x37, 0x7A, 0xBC, 0xAF], "a 7z archive (unpack it first)"),
        (Array("Rar!".utf8), "a RAR archive (unpack it first)"),
        ([0x93] + Array("NUMPY".utf8), "a NumPy array (.npy)"),
        (Array("GGUF".utf8), "a GGUF file (use safetensors)"),
        (Array("<?xml".utf8), "an XML file (was a server's answer saved in its place?)"),
        ([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
        ([0xFF, 0xD8, 0xFF], "a JPEG image"),
    ]
}
