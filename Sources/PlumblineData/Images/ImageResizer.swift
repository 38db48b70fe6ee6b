import PlumblineTensors

/// Cuts and resizes images of one size to the model's input.
///
/// Only the pixels of the input are computed, row by row. So the memory does not depend on how long
/// the longer side becomes. It runs on the caller's thread, because loaders run beside training.
struct ImageResizer: Sendable {
    private let geometry: ImageGeometry
    private let arithmetic: Arithmetic

    private enum Arithmetic {
        case floats(rows: LinearMap, columns: LinearMap)
        case bytes(rows: ByteResizing, columns: ByteResizing)
        /// The image has the model's size already.
        case none
    }

    init(_ geometry: ImageGeometry, _ preprocessing: Preprocessing) {
        self.geometry = geometry
        let part = geometry.part
        let resized = geometry.resized
        let crop = geometry.crop
        let filter: ResizingFilter? =
            switch (preprocessing.resizeValues, preprocessing.interpolation) {
            case (.pillow, .bilinear): .triangle
            case (.pillow, .bicubic): .cubic
            case (.pillow, .nearest), (.float, _): nil
            }
        if geometry.showsAll, resized == geometry.source {
            arithmetic = .none
        } else if let filter {
            arithmetic = .bytes(
                rows: ByteResizing(
                    filter, from: part.height, to: resized.height, outputs: crop.rows),
                columns: ByteResizing(
                    filter, from: part.width, to: resized.width, outputs: crop.columns))
        } else {
            func map(_ from: Int, _ to: Int, _ outputs: Range<Int>) -> LinearMap {
                .resizing(
                    preprocessing.interpolation, from: from, to: to,
                    antialias: preprocessing.antialias, outputs: outputs)
            }
            arithmetic = .floats(
                rows: map(part.height, resized.height, crop.rows),
                columns: map(part.width, resized.width, crop.columns))
        }
    }

    /// - Parameter image: has the size that the geometry is for.
    func callAsFunction(_ image: DecodedImage) -> RasterImage {
        precondition(
            image.height == geometry.source.height && image.width == geometry.source.width,
            "ImageResizer: an image of \(image.height)x\(image.width)")
        switch arithmetic {
        case .none: return RasterImage(image)
        case .bytes(let rows, let columns):
            return result(image.channels, .bytes(bytes(image, rows, columns)))
        case .floats(let rows, let columns):
            switch image.values {
            case .bytes(let values):
                return result(image, values, rows, columns) {
                    PixelRow.accumulate($0, $1, into: $2, $3)
                }
            case .words(let values):
                return result(image, values, rows, columns) {
                    PixelRow.accumulate($0, $1, into: $2, $3)
                }
            case .floats(let values):
                return result(image, values, rows, columns) {
                    PixelRow.accumulate($0, $1, into: $2, $3)
                }
            }
        }
    }

    private func result(_ channels: Int, _ values: DecodedImage.Values) -> RasterImage {
        RasterImage(
            height: geometry.crop.height, width: geometry.crop.width, channels: channels,
            values: values.floats)
    }

    /// Resizes in floating point: each row of the input first down the columns, then along the row.
    private func result<Value>(
        _ image: DecodedImage, _ values: [Value], _ rows: LinearMap, _ columns: LinearMap,
        _ accumulate: (Float, UnsafePointer<Value>, UnsafeMutablePointer<Float>, Int) -> Void
    ) -> RasterImage {
        let channels = image.channels
        let length = geometry.part.width * channels
        let outLength = geometry.crop.width * channels
        let start = (geometry.part.y * image.width + geometry.part.x) * channels
        var row = [Float](repeating: 0, count: length)
        var result = RasterImage(
            height: geometry.crop.height, width: geometry.crop.width, channels: channels)
        values.withUnsafeBufferPointer { values in
            for y in 0..<geometry.crop.height {
                row.withUnsafeMutableBufferPointer { row in
                    PixelRow.clear(row.baseAddress!, length)
                    for term in rows.terms(of: y) {
                        let source = start + term.source * image.width * channels
                        accumulate(
                            term.weight, values.baseAddress! + source, row.baseAddress!, length)
                    }
                }
                result.values.withUnsafeMutableBufferPointer { out in
                    columns.apply(
                        row, outer: 1, inner: channels, into: out.baseAddress! + y * outLength)
                }
            }
        }
        return result
    }

    /// Resizes in whole numbers: along the rows first, then down the columns.
    private func bytes(
        _ image: DecodedImage, _ rows: ByteResizing, _ columns: ByteResizing
    ) -> [UInt8] {
        let channels = image.channels
        let length = geometry.crop.width * channels
        let start = (geometry.part.y * image.width + geometry.part.x) * channels
        let sources = rows.sources
        let source = image.values.bytes
        let resizedRows = [UInt8](unsafeUninitializedCapacity: sources.count * length) {
            out, count in
            source.withUnsafeBufferPointer { source in
                for (index, y) in sources.enumerated() {
                    columns.resizeRow(
                        source.baseAddress! + start + y * image.width * channels,
                        channels: channels, into: out.baseAddress! + index * length)
                }
            }
            count = sources.count * length
        }
        return [UInt8](unsafeUninitializedCapacity: geometry.crop.height * length) { out, count in
            resizedRows.withUnsafeBufferPointer { resizedRows in
                for y in 0..<geometry.crop.height {
                    rows.resizeColumns(
                        y, of: resizedRows.baseAddress!, length: length,
                        into: out.baseAddress! + y * length)
                }
            }
            count = geometry.crop.height * length
        }
    }
}
