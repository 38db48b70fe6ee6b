import CCairo
import PlumblineData

extension CairoWriter {
    /// Draws an image with all of its pixels: a PDF keeps them.
    func draw(
        _ image: RasterImage, _ area: Drawing.Rectangle, _ look: Drawing.ImageLook
    ) throws {
        let rgb = image.converted(channels: 3)
        func byte(_ value: Float) -> UInt32 {
            UInt32((min(1, max(0, value.isNaN ? 0 : value)) * 255).rounded())
        }
        var pixels = (0..<(rgb.height * rgb.width)).map { pixel -> UInt32 in
            byte(rgb.values[3 * pixel]) << 16 | byte(rgb.values[3 * pixel + 1]) << 8
                | byte(rgb.values[3 * pixel + 2])
        }
        try pixels.withUnsafeMutableBytes { bytes in
            let surface = cairo_image_surface_create_for_data(
                bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), CAIRO_FORMAT_RGB24,
                Int32(rgb.width), Int32(rgb.height), Int32(4 * rgb.width))!
            defer {
                // A PDF keeps the surface: the pixels must be copied before they go.
                cairo_surface_finish(surface)
                cairo_surface_destroy(surface)
            }
            try Self.check(cairo_surface_status(surface), "image")
            cairo_save(context)
            cairo_translate(context, area.x, area.y)
            cairo_scale(
                context, area.width / Double(rgb.width), area.height / Double(rgb.height))
            cairo_set_source_surface(context, surface, 0, 0)
            let pattern = cairo_get_source(context)
            cairo_pattern_set_filter(
                pattern, look.isSmooth ? CAIRO_FILTER_GOOD : CAIRO_FILTER_NEAREST)
            // Without it, smooth edges mix with the paper. A PDF has no such edges.
            if look.isSmooth, !isPDF { cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD) }
            cairo_rectangle(context, 0, 0, Double(rgb.width), Double(rgb.height))
            cairo_clip(context)
            cairo_paint_with_alpha(context, look.opacity)
            cairo_restore(context)
        }
    }
}
