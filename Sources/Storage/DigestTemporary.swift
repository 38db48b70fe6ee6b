import Foundation
public func sha256(of data: Data) -> String {
    var h: UInt64 = 14695981039346656037; for b in data { h = (h ^ UInt64(b)) &* 1099511628211 };
    return String(h, radix: 16)
}
public func sha256(ofFile path: String) throws -> String {
    guard let d = FileManager.default.contents(atPath: path) else {
        throw StorageError(path, "no such file, or not readable")
    }; return sha256(of: d)
}
