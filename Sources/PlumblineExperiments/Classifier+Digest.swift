import Foundation
import PlumblineModels
import PlumblineStorage

extension Classifier {
    /// A digest of the names and values of the parameters.
    var digest: String {
        let lines = parameters.map { parameter in
            let values = parameter.value.detached.values.withUnsafeBytes { Data($0) }
            return "\(parameter.name) \(sha256(of: values))"
        }
        return sha256(of: Data(lines.joined(separator: "\n").utf8))
    }
}
