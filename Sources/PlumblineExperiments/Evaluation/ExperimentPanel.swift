import Foundation
import PlumblineData
import PlumblineEvaluation
import PlumblineMetrics
import PlumblineTensors

extension Experiment {
    /// An image with its mask and its heat maps under every model, for a picture.
    public struct PanelRow: Sendable {
        public var name: String
        /// The part that the model sees, with at most ``Experiment/panelResolution`` pixels a side.
        public var image: RasterImage
        /// Of the same part, at its own resolution.
        public var mask: Mask
        /// One map per stage: the start and the scenarios.
        public var maps: [(title: String, map: HeatMap, massAccuracy: Measured)]
    }

    /// The longer side of an image of the panel in pixels.
    public static let panelResolution = 1024

    /// The first positive images of the evaluation set, with the maps of the first evaluated
    /// method.
    ///
    /// There are at most `evaluate.panel_images` rows.
    ///
    /// - Parameter size: height and width of the maps in pixels.
    /// - Throws: an error if an image or a checkpoint cannot be read.
    public func panel(size: Int = 224) throws -> [PanelRow] {
        let method = try configuration.evaluatedMethods()[0]
        let dataset = try shownImages()
        var rows = try dataset.items.indices.map { index in
            PanelRow(
                name: dataset.items[index].id,
                image: dataset.visible(try dataset.image(index)).limited(
                    to: Self.panelResolution),
                mask: try dataset.mask(index)!, maps: [])
        }
        guard !rows.isEmpty else { return [] }
        for scenario in [nil] + scenarios {
            let validation = try stages.validation(stages.evaluated(scenario).model, dataset)
            _ = try validation.run([method]) { _ in
                true
            } body: { evaluated in
                let map = evaluated.evidence[0].heatMap(height: size, width: size)
                let mask = rows[evaluated.index].mask.resized(height: size, width: size)
                let score = massAccuracy(map, mask.pixels)
                rows[evaluated.index].maps.append((scenario?.name ?? "start", map, score))
            }
        }
        return rows
    }

    /// What the panel shows in words: the target and the method.
    public func panelSubject() throws -> String {
        "\(configuration.data.target), \(try configuration.evaluatedMethods()[0].name)"
    }

    private func shownImages() throws -> ImageDataset {
        let dataset = data.evaluate
        let shown = try dataset.items.indices.lazy
            .filter {
                try dataset.items[$0].isPositive(target) && dataset.resizedMask($0) != nil
            }
            .prefix(configuration.evaluate.panelImages)
        return dataset.subset(Array(shown))
    }
}
