import CCairo

/// Measures texts in the font that figures are drawn with.
final class TextRuler {
    /// The family that the system's fonts are chosen by.
    static let family = "sans-serif"

    private let surface: OpaquePointer
    private let context: OpaquePointer

    init() {
        surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1)
        context = cairo_create(surface)
    }

    deinit {
        cairo_destroy(context)
        cairo_surface_destroy(surface)
    }

    /// The width of a text in points.
    func width(_ text: String, size: Double, isBold: Bool = false) -> Double {
        // Small letters are moved to whole pixels, and would be measured too narrow.
        let enlargement = 20.0
        Self.select(context, size: enlargement * size, isBold: isBold)
        var extents = cairo_text_extents_t()
        cairo_text_extents(context, text, &extents)
        return extents.x_advance / enlargement
    }

    /// The text, or its first characters and an ellipsis where it is too wide.
    func fitted(
        _ text: String, size: Double, isBold: Bool = false, within room: Double
    ) -> String {
        guard width(text, size: size, isBold: isBold) > room else { return text }
        var low = 0
        // A line holds some hundred characters at most.
        var high = min(text.count, 1000)
        while low < high {
            let middle = (low + high + 1) / 2
            if width(text.prefix(middle) + "\u{2026}", size: size, isBold: isBold) <= room {
                low = middle
            } else {
                high = middle - 1
            }
        }
        return text.prefix(low) + "\u{2026}"
    }

    /// The largest size, at most `size` and at least `smallest`, at which a text has room.
    func size(
        of text: String, atMost size: Double, atLeast smallest: Double, isBold: Bool = false,
        within room: Double
    ) -> Double {
        let width = width(text, size: size, isBold: isBold)
        // Hinted letters do not shrink quite evenly.
        return width <= room ? size : max(smallest, 0.98 * size * room / width)
    }

    /// The lines into which a text is broken between its words.
    ///
    /// A word that is wider than a line is cut.
    func lines(_ text: String, size: Double, within room: Double) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            let longer = line.isEmpty ? String(word) : "\(line) \(word)"
            if !line.isEmpty, width(longer, size: size) > room {
                lines.append(fitted(line, size: size, within: room))
                line = String(word)
            } else {
                line = longer
            }
        }
        return line.isEmpty ? lines : lines + [fitted(line, size: size, within: room)]
    }

    static func select(_ context: OpaquePointer, size: Double, isBold: Bool) {
        cairo_select_font_face(
            context, family, CAIRO_FONT_SLANT_NORMAL,
            isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
        cairo_set_font_size(context, size)
    }
}
