import Kernels

/// Arithmetic on rows of pixels that are whole numbers: 8 bits count as value / 255, 16 bits as
/// value / 65535.
///
/// It works on plain memory: a thread that does not own the ``Engine`` may call it.
package enum PixelRow {
    package static func floats(_ values: [UInt8]) -> [Float] {
        [Float](unsafeUninitializedCapacity: values.count) { out, count in
            if let out = out.baseAddress { pl_scaled_bytes(values, out, values.count) }
            count = values.count
        }
    }

    package static func floats(_ values: [UInt16]) -> [Float] {
        [Float](unsafeUninitializedCapacity: values.count) { out, count in
            if let out = out.baseAddress { pl_scaled_words(values, out, values.count) }
            count = values.count
        }
    }

    package static func clear(_ out: UnsafeMutablePointer<Float>, _ count: Int) {
        pl_fill(0, out, count)
    }

    /// Adds `weight` times a row.
    package static func accumulate(
        _ weight: Float, _ row: UnsafePointer<UInt8>, into out: UnsafeMutablePointer<Float>,
        _ count: Int
    ) {
        pl_accumulate_bytes(weight, row, out, count)
    }

    /// Adds `weight` times a row.
    package static func accumulate(
        _ weight: Float, _ row: UnsafePointer<UInt16>, into out: UnsafeMutablePointer<Float>,
        _ count: Int
    ) {
        pl_accumulate_words(weight, row, out, count)
    }

    /// Adds `weight` times a row.
    package static func accumulate(
        _ weight: Float, _ row: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>,
        _ count: Int
    ) {
        pl_accumulate(weight, row, out, count)
    }
}
