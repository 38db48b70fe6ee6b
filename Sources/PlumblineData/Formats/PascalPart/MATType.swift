/// The types of elements that are read.
enum MATType: UInt32, Sendable {
    case int8 = 1
    case uint8 = 2
    case int16 = 3
    case uint16 = 4
    case int32 = 5
    case uint32 = 6
    case single = 7
    case double = 9
    case int64 = 12
    case uint64 = 13
    case matrix = 14
    case compressed = 15
    case utf8 = 16
    case utf16 = 17
    case utf32 = 18

    /// Bytes per number.
    var width: Int {
        switch self {
        case .int8, .uint8, .utf8, .matrix, .compressed: 1
        case .int16, .uint16, .utf16: 2
        case .int32, .uint32, .single, .utf32: 4
        case .double, .int64, .uint64: 8
        }
    }

    var isReal: Bool { self == .single || self == .double }
}
