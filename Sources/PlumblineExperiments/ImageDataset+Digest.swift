import Foundation
import PlumblineData
import PlumblineStorage

extension ImageDataset {
    /// A digest of the names, labels and groups of the images.
    ///
    /// No image is read.
    var digest: String {
        var text = classes.joined(separator: "\u{1}")
        for item in items {
            text += "\n\(item.id)\u{1}\(item.labels)\u{1}\(item.weights)\u{1}\(item.group ?? "")"
        }
        return sha256(of: Data(text.utf8))
    }
}
