import Foundation
import PlumblineData
import PlumblineStorage

extension [Example] {
    /// A digest of the annotations of all images; `nil` where there are none.
    ///
    /// It tells whether masks changed that are not in a file of their own.
    var regionDigest: String? {
        let lines = flatMap { item in
            item.annotations.map {
                "\(item.id)\u{1}\($0.className)\u{1}\($0.part ?? "")\u{1}\($0.region.fingerprint)"
            }
        }
        return lines.isEmpty ? nil : sha256(of: Data(lines.joined(separator: "\n").utf8))
    }
}
