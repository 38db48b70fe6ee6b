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
        ([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
        ([0xFF, 0xD8, 0xFF], "a JPEG image"),
    ]
}
