import Foundation
import PlumblineTensors

/// How a format stores its numbers.
enum NumberFormat: String {
    case float32, float16, bfloat16, float64, float8e4m3, float8e5m2
    case bool, int8, uint8, int16, uint16, int32, uint32, int64, uint64

    /// Bytes of one value.
    var size: Int {
        switch self {
        case .bool, .int8, .uint8, .float8e4m3, .float8e5m2: 1
        case .float16, .bfloat16, .int16, .uint16: 2
        case .float32, .int32, .uint32: 4
        case .float64, .int64, .uint64: 8
        }
    }

    /// Whether a value is one byte that is 0 where the value is.
    var isByte: Bool { [.bool, .int8, .uint8].contains(self) }

    /// Little-endian bytes as floats.
    ///
    /// The caller has checked the range.
    func floats(_ bytes: FileBytes, at offset: Int, count: Int) -> Tensor {
        Tensor.computed([count]) { out in
            bytes.withPointer(at: offset, count: count * size) { raw in
                func each<Raw>(_ type: Raw.Type, _ value: (Raw) -> Float) {
                    for i in 0..<count {
                        out[i] = value(raw.loadUnaligned(fromByteOffset: size * i, as: type))
                    }
                }
                switch self {
                case .float32: memcpy(out, raw, count * size)
                case .float16: each(UInt16.self, Self.half)
                case .bfloat16: each(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
                case .float64: each(Double.self) { Float($0) }
                case .float8e4m3: each(UInt8.self, Self.e4m3)
                // It is the upper byte of half precision.
                case .float8e5m2: each(UInt8.self) { Self.half(UInt16($0) << 8) }
                case .bool: each(UInt8.self) { $0 == 0 ? 0 : 1 }
                case .int8: each(Int8.self) { Float($0) }
                case .uint8: each(UInt8.self) { Float($0) }
                case .int16: each(Int16.self) { Float($0) }
                case .uint16: each(UInt16.self) { Float($0) }
                case .int32: each(Int32.self) { Float($0) }
                case .uint32: each(UInt32.self) { Float($0) }
                case .int64: each(Int64.self) { Float($0) }
                case .uint64: each(UInt64.self) { Float($0) }
                }
            }
        }
    }

    /// Eight bits: a sign, four of exponent, three of fraction (Micikevicius et al., arXiv
    /// 2209.05433, table 1).
    ///
    /// There is no infinity, and one NaN of each sign.
    private static func e4m3(_ bits: UInt8) -> Float {
        let sign: Float = bits & 0x80 == 0 ? 1 : -1
        let exponent = Int(bits >> 3) & 0xF
        let fraction = Float(bits & 7)
        if bits & 0x7F == 0x7F { return .nan }
        if exponent == 0 { return sign * fraction * 0x1p-9 }
        return sign * Float(sign: .plus, exponent: exponent - 7, significand: 1 + fraction / 8)
    }

    /// IEEE half precision.
    ///
    /// Swift does not have Float16 on every machine.
    private static func half(_ bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10) & 0x1F
        let fraction = UInt32(bits & 0x3FF)
        if exponent == 0x1F { return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13) }
        if exponent == 0 { return (sign == 0 ? 1 : -1) * Float(fraction) * 0x1p-24 }
        return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
}
