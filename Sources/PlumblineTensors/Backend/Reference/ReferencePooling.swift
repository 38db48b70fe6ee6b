extension ReferenceBackend {
    func maxPool(_ x: Tensor, _ window: PoolingWindow) -> (values: Tensor, pixels: Tensor) {
        let width = window.inputShape[2]
        let pixels = make(window.outputShape) { pixels in
            read(x) { x in
                forWindows(window) { position, image, rows, columns in
                    func value(_ pixel: Int) -> Float { x[image(pixel)] }
                    var best = rows.lowerBound * width + columns.lowerBound
                    for y in rows {
                        for pixel in y * width + columns.lowerBound..<y * width + columns.upperBound
                        where value(pixel) > value(best)
                            || (value(pixel).isNaN && !value(best).isNaN)
                        {
                            best = pixel
                        }
                    }
                    pixels[position] = Float(best)
                }
            }
        }
        return (gatherMaxima(x, pixels, window), pixels)
    }

    func gatherMaxima(_ x: Tensor, _ pixels: Tensor, _ window: PoolingWindow) -> Tensor {
        make(window.outputShape) { out in
            read(x) { x in
                read(pixels) { pixels in
                    forWindows(window) { position, image, _, _ in
                        out[position] = x[image(Int(pixels[position]))]
                    }
                }
            }
        }
    }

    func scatterMaxima(_ g: Tensor, _ pixels: Tensor, _ window: PoolingWindow) -> Tensor {
        make(window.inputShape) { out in
            out.update(repeating: 0)
            read(g) { g in
                read(pixels) { pixels in
                    forWindows(window) { position, image, _, _ in
                        out[image(Int(pixels[position]))] += g[position]
                    }
                }
            }
        }
    }

    /// Calls `body` for every window of every channel.
    ///
    /// - Parameter body: gets the offset in the output, the offset in the input of a pixel of the
    ///   same image and channel, and the rows and columns of the image that the window covers.
    private func forWindows(
        _ window: PoolingWindow,
        _ body: (
            _ position: Int, _ offset: (_ pixel: Int) -> Int, _ rows: Range<Int>,
            _ columns: Range<Int>
        ) -> Void
    ) {
        let (input, output) = (window.inputShape, window.outputShape)
        let channels = input[3]
        var position = 0
        for n in 0..<output[0] {
            for oy in 0..<output[1] {
                let rows = window.covered(oy, size: input[1])
                for ox in 0..<output[2] {
                    let columns = window.covered(ox, size: input[2])
                    for channel in 0..<channels {
                        body(
                            position,
                            { pixel in (n * input[1] * input[2] + pixel) * channels + channel },
                            rows, columns)
                        position += 1
                    }
                }
            }
        }
    }
}
