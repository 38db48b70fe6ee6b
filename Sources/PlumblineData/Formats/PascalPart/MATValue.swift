/// A value of a MATLAB file.
indirect enum MATValue: Sendable {
    case text(String)
    /// Numbers down the columns.
    case numbers(MATNumbers)
    case cells([MATValue])
    /// Structs by their fields; all have the same.
    case structs([[String: MATValue]])

    /// What the value is, for errors.
    var kind: String {
        switch self {
        case .text: "text"
        case .numbers(let numbers): "numbers of \(numbers.height) x \(numbers.width)"
        case .cells: "cells"
        case .structs(let structs): "\(structs.count) structs"
        }
    }
}
