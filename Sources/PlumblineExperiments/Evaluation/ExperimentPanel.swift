import Foundation
import PlumblineData
import PlumblineEvaluation
import PlumblineMetrics
import PlumblineTensors

extension Experiment {
    /// An image with its mask and its heat maps under every model, for a picture.
    public struct PanelRow: Sendable {
        public var name: String
        public var image: RasterImage
        public var mask: Mask
        /// One map per stage: the start and the scenarios.
        public var maps: [(title: String, map: HeatMap, massAccuracy: Measured)]
    }

    /// The first positive images of the evaluation set, with the maps of the first evaluated
    /// method.
    ///
    /// There are at most `evaluate.panel_images` rows.
    ///
    /// - Parameter size: height and width of the pictures in pixels.
    /// - Throws: an error if an image or a checkpoint cannot be read.
    public func panel(size: Int = 224) throws -> [PanelRow] {
        let method = try configuration.evaluatedMethods()[0]
        let dataset = try shownImages()
        var rows = try dataset.items.indices.map { index in
            PanelRow(
                name: dataset.items[index].id,
                image: dataset.visible(try dataset.image(index)).resized(
                    height: size, width: size, antialias: true),
                mask: try dataset.mask(index)!.resized(height: size, width: size), maps: [])
        }
        guard !rows.isEmpty else { return [] }
        for scenario in [nil] + scenarios {
            let validation = try stages.validation(stages.evaluated(scenario).model, dataset)
            _ = try validation.run([method]) { _ in
                true
            } body: { evaluated in
                let map = evaluated.evidence[0].heatMap(height: size, width: size)
                let score = massAccuracy(map, rows[evaluated.index].mask.pixels)
                rows[evaluated.index].maps.append((scenario?.rawValue ?? "start", map, score))
            }
        }
        return rows
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
