import Foundation
import PlumblineData

/// Writes a drawing as SVG 1.1 with real texts.
///
/// It has no identifiers, so that several figures can stand in one page.
struct SVGWriter {
    private var text: String

    static func text(_ drawing: Drawing) throws -> String {
        var writer = SVGWriter(drawing)
        for shape in drawing.shapes { try writer.add(shape) }
        return writer.text + "</svg>\n"
    }

    private init(_ drawing: Drawing) {
        let (width, height) = (Self.number(drawing.width), Self.number(drawing.height))
        text =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
            + "xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"\(width)pt\" "
            + "height=\"\(height)pt\" viewBox=\"0 0 \(width) \(height)\" "
            + "font-family=\"DejaVu Sans, Verdana, sans-serif\">\n"
    }

    private mutating func add(_ shape: Drawing.Shape) throws {
        switch shape {
        case .path(let points, let isClosed, let fill, let stroke):
            let places = points.map { Self.number($0.x) + "," + Self.number($0.y) }
            let name = isClosed ? "polygon" : "polyline"
            text +=
                "<\(name) points=\"\(places.joined(separator: " "))\""
                + Self.paint(fill, stroke) + "/>\n"
        case .circle(let place, let radius, let fill, let stroke):
            text +=
                "<circle cx=\"\(Self.number(place.x))\" cy=\"\(Self.number(place.y))\" "
                + "r=\"\(Self.number(radius))\"" + Self.paint(fill, stroke) + "/>\n"
        case .text(let label): add(label)
        case .contours(let loops, let fill, let stroke):
            let lines = loops.map { loop in
                "M"
                    + loop.map { Self.number($0.x) + " " + Self.number($0.y) }
                    .joined(separator: "L") + "Z"
            }
            text +=
                "<path d=\"\(lines.joined())\" fill-rule=\"evenodd\""
                + Self.paint(fill, stroke) + "/>\n"
        case .image(let image, let area, let look):
            let data = try image.png().base64EncodedString()
            text +=
                "<image \(Self.attributes(area)) preserveAspectRatio=\"none\" "
                + (look.isSmooth ? "" : "image-rendering=\"optimizeSpeed\" ")
                + (look.opacity < 1 ? "opacity=\"\(Self.number(look.opacity))\" " : "")
                + "xlink:href=\"data:image/png;base64,\(data)\"/>\n"
        case .clip(let area):
            let box = [area.x, area.y, area.width, area.height].map(Self.number)
            text += "<svg \(Self.attributes(area)) viewBox=\"\(box.joined(separator: " "))\">\n"
        case .endClip: text += "</svg>\n"
        }
    }

    private mutating func add(_ label: Drawing.Label) {
        let anchor =
            switch label.anchor {
            case .start: "start"
            case .middle: "middle"
            case .end: "end"
            }
        let (x, y) = (Self.number(label.x), Self.number(label.y))
        let turn =
            label.angle == 0 ? "" : " transform=\"rotate(\(Self.number(label.angle)) \(x) \(y))\""
        text +=
            "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(Self.number(label.size))\" "
            + "text-anchor=\"\(anchor)\"" + (label.isBold ? " font-weight=\"bold\"" : "") + turn
            + " fill=\"\(Self.colour(label.colour))\">\(Self.escaped(label.text))</text>\n"
    }

    // MARK: Pieces

    /// At most two digits after the point.
    private static func number(_ value: Double) -> String {
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() && abs(rounded) < 1e9
            ? "\(Int(rounded))" : "\(rounded)"
    }

    private static func attributes(_ area: Drawing.Rectangle) -> String {
        "x=\"\(number(area.x))\" y=\"\(number(area.y))\" width=\"\(number(area.width))\" "
            + "height=\"\(number(area.height))\""
    }

    private static func paint(_ fill: Style.Colour?, _ stroke: Drawing.Stroke?) -> String {
        var text = " fill=\"\(fill.map(colour) ?? "none")\""
        if let fill, fill.opacity < 1 { text += " fill-opacity=\"\(number(fill.opacity))\"" }
        guard let stroke else { return text }
        text +=
            " stroke=\"\(colour(stroke.colour))\" stroke-width=\"\(number(stroke.width))\" "
            + "stroke-linejoin=\"round\""
        if stroke.colour.opacity < 1 {
            text += " stroke-opacity=\"\(number(stroke.colour.opacity))\""
        }
        if !stroke.dash.isEmpty {
            let dashes = stroke.dash.map(number).joined(separator: " ")
            text += " stroke-dasharray=\"\(dashes)\""
        }
        return text
    }

    private static func colour(_ colour: Style.Colour) -> String {
        let parts = [colour.red, colour.green, colour.blue].map {
            String(format: "%02x", Int((min(1, max(0, $0)) * 255).rounded()))
        }
        return "#" + parts.joined()
    }

    /// A text in which nothing is markup, without the characters that XML forbids.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
