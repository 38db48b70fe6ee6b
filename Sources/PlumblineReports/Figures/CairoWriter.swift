import CCairo
import Foundation

/// Draws a drawing by cairo: as PNG or PDF.
struct CairoWriter {
    /// The longest side of a PNG in pixels.
    private static let longestSide = 30_000.0

    let context: OpaquePointer
    let isPDF: Bool

    static func png(_ drawing: Drawing, dotsPerInch: Double) throws -> Data {
        let scale = dotsPerInch / 72
        let (width, height) = (
            (drawing.width * scale).rounded(), (drawing.height * scale).rounded()
        )
        guard width >= 1, height >= 1, max(width, height) <= longestSide else {
            throw FigureError(
                "\(width) x \(height) pixels are too many for a PNG; the longest side is at most "
                    + "\(Int(longestSide))")
        }
        let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))!
        defer { cairo_surface_destroy(surface) }
        try draw(drawing, on: surface, scale: scale)
        let sink = Sink()
        let status = cairo_surface_write_to_png_stream(
            surface, Sink.write, Unmanaged.passUnretained(sink).toOpaque())
        try check(status, "PNG")
        return sink.data
    }

    static func pdf(_ drawing: Drawing) throws -> Data {
        let sink = Sink()
        let surface = cairo_pdf_surface_create_for_stream(
            Sink.write, Unmanaged.passUnretained(sink).toOpaque(), drawing.width, drawing.height)!
        defer { cairo_surface_destroy(surface) }
        // Without the time, the same figure is the same file.
        cairo_pdf_surface_set_metadata(
            surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z")
        try draw(drawing, on: surface, scale: 1)
        cairo_surface_finish(surface)
        try check(cairo_surface_status(surface), "PDF")
        return withExtendedLifetime(sink) { sink.data }
    }

    /// Bytes that cairo writes.
    private final class Sink {
        var data = Data()

        static let write: cairo_write_func_t = { sink, bytes, count in
            Unmanaged<Sink>.fromOpaque(sink!).takeUnretainedValue().data.append(
                bytes!, count: Int(count))
            return CAIRO_STATUS_SUCCESS
        }
    }

    static func check(_ status: cairo_status_t, _ kind: String) throws {
        guard status != CAIRO_STATUS_SUCCESS else { return }
        throw FigureError("\(kind): cairo: \(String(cString: cairo_status_to_string(status)))")
    }

    private static func draw(
        _ drawing: Drawing, on surface: OpaquePointer, scale: Double
    ) throws {
        guard let context = cairo_create(surface) else { throw FigureError("out of memory") }
        defer { cairo_destroy(context) }
        // The last row of pixels may be larger than the figure; it is paper too.
        cairo_set_source_rgb(context, 1, 1, 1)
        cairo_paint(context)
        cairo_scale(context, scale, scale)
        cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
        let isPDF = cairo_surface_get_type(surface) == CAIRO_SURFACE_TYPE_PDF
        let writer = CairoWriter(context: context, isPDF: isPDF)
        for shape in drawing.shapes { try writer.draw(shape) }
        try check(cairo_status(context), "figure")
    }

    private func draw(_ shape: Drawing.Shape) throws {
        switch shape {
        case .path(let points, let isClosed, let fill, let stroke):
            for point in points { cairo_line_to(context, point.x, point.y) }
            if isClosed { cairo_close_path(context) }
            paint(fill, stroke)
        case .circle(let place, let radius, let fill, let stroke):
            cairo_new_sub_path(context)
            cairo_arc(context, place.x, place.y, radius, 0, 2 * Double.pi)
            paint(fill, stroke)
        case .text(let label): draw(label)
        case .contours(let loops, let fill, let stroke):
            cairo_set_fill_rule(context, CAIRO_FILL_RULE_EVEN_ODD)
            for loop in loops {
                cairo_new_sub_path(context)
                for point in loop { cairo_line_to(context, point.x, point.y) }
                cairo_close_path(context)
            }
            paint(fill, stroke)
            cairo_set_fill_rule(context, CAIRO_FILL_RULE_WINDING)
        case .image(let image, let area, let look): try draw(image, area, look)
        case .clip(let area):
            cairo_save(context)
            cairo_rectangle(context, area.x, area.y, area.width, area.height)
            cairo_clip(context)
        case .endClip: cairo_restore(context)
        }
    }

    private func paint(_ fill: Style.Colour?, _ stroke: Drawing.Stroke?) {
        if let fill {
            set(fill)
            cairo_fill_preserve(context)
        }
        if let stroke {
            set(stroke.colour)
            cairo_set_line_width(context, stroke.width)
            cairo_set_dash(context, stroke.dash, Int32(stroke.dash.count), 0)
            cairo_stroke_preserve(context)
        }
        cairo_new_path(context)
    }

    private func set(_ colour: Style.Colour) {
        cairo_set_source_rgba(context, colour.red, colour.green, colour.blue, colour.opacity)
    }

    private func draw(_ label: Drawing.Label) {
        cairo_save(context)
        defer { cairo_restore(context) }
        TextRuler.select(context, size: label.size, isBold: label.isBold)
        set(label.colour)
        var extents = cairo_text_extents_t()
        cairo_text_extents(context, label.text, &extents)
        let share: Double =
            switch label.anchor {
            case .start: 0
            case .middle: 0.5
            case .end: 1
            }
        cairo_translate(context, label.x, label.y)
        cairo_rotate(context, label.angle * .pi / 180)
        cairo_move_to(context, -share * extents.x_advance, 0)
        cairo_show_text(context, label.text)
        cairo_new_path(context)
    }
}
