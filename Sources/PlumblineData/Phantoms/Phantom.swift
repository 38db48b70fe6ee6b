import Foundation
import PlumblineTensors

/// A synthetic frontal chest radiograph with exact masks.
///
/// Brightness is the sum of what each tissue absorbs, as on a logarithmic film.
public struct Phantom: Sendable {
    public let image: RasterImage
    /// The mask of every finding that is shown.
    public let findings: [PhantomFinding: Mask]
    /// Anatomical regions by name.
    ///
    /// Together they cover the image.
    public let parts: [String: Mask]

    public static let partNames = ["Left Lung", "Right Lung", "Heart", "Mediastinum", "Background"]

    /// A film of the first site.
    ///
    /// - Parameters:
    ///   - size: height and width in pixels.
    ///   - marker: whether there is a bright tag beside the left shoulder: a shortcut that a model
    ///     may learn.
    public init(size: Int, findings: Set<PhantomFinding>, marker: Bool, seed: UInt64) {
        self.init(
            size: size, findings: findings, marker: marker ? PhantomMarker() : nil, site: .first,
            seed: seed)
    }

    /// One of the films of a patient.
    ///
    /// - Parameters:
    ///   - size: the height in pixels; the width follows from the site.
    ///   - marker: a shortcut that a model may learn; `nil`: none.
    ///   - seed: the patient: anatomy, and the shapes of the findings.
    ///   - film: from 0. The films of a patient differ in exposure, noise and position.
    public init(
        size: Int, findings shown: Set<PhantomFinding>, marker: PhantomMarker?,
        site: PhantomSite = .first, seed: UInt64, film: Int = 0
    ) {
        let chest = Chest(showing: shown, at: site, seed: seed, film: film)
        var exposure = Exposure(site, RandomGenerator(seed: seed), film: film)
        let text = site.text.map(PrintedText.init)
        let (height, width) = site.filmSize(size)
        let blank = Mask(height: height, width: width)
        var values = [Float](repeating: 0, count: height * width)
        var masks = Dictionary(uniqueKeysWithValues: shown.map { ($0, blank) })
        var parts = Dictionary(uniqueKeysWithValues: Self.partNames.map { ($0, blank) })
        for row in 0..<height {
            for column in 0..<width {
                let u = ((Float(column) + 0.5) / Float(width) * 2 - 1) * site.width
                let v = (Float(row) + 0.5) / Float(height) * 2 - 1
                let pixel = row * width + column
                let point = chest.at(u, v)
                for finding in point.findings { masks[finding]!.pixels[pixel] = true }
                parts[point.part]!.pixels[pixel] = true
                var level = exposure.level(point.brightness)
                if let marker { level = marker.drawn(over: level, u, v) }
                if let text, text.isOn(u, v, left: site.width - 0.66, top: -0.96) { level = 0.95 }
                values[pixel] = exposure.developed(level)
            }
        }
        image = RasterImage(height: height, width: width, channels: 1, values: values)
        findings = masks.filter { $0.value.area > 0 }
        self.parts = parts
    }
}
