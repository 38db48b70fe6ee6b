/// What the page reads first: `data/index.js`.
struct ViewerIndex: Encodable {
    struct Images: Encodable {
        var names: [String]
        /// Names of files, made from the names of the images.
        var hashes: [String]
        /// `nil` where no image has a group.
        var groups: [String]?
        /// In pixels; 0 for an image without a picture, `nil` where there is no picture at all.
        var widths: [Int]?
        var heights: [Int]?
    }

    struct Factors: Encodable {
        var `class`: String
        var model: String
        var explanation: String
        var pretraining: String
        var scenario: String
        var trainedThrough: String
        var checkpoint: String
        var decoy: String
        var labels: String
        var lambda: Double?
        var seed: Int?
        var steps: Int?
        var settings: String
        var file: String
    }

    struct Maps: Encodable {
        var file: String
        /// Whether grey level 128 is zero, and lower ones are negative.
        var signed: Bool
    }

    struct Run: Encodable {
        var name: String
        var title: String
        var images: Int
        var factors: Factors
        /// AUROC and the like; absent where there is no value.
        var measures: [String: Double?]
        /// By score; `nil` where no image has a value.
        var means: [Double?]
        var maps: Maps?
    }

    struct Metric: Encodable {
        var key: String
        var name: String
        var part: String
        var title: String
        var direction: String
        var unit: String
        var definition: String
        /// The smallest and the largest value over all runs; `nil` where there is no value.
        var low: Double?
        var high: Double?
        var file: String
    }

    struct Category: Encodable {
        var name: String
        var title: String
        /// What an image without a value is called.
        var none: String
        var values: [String]
        /// Whether the values have an order of their own.
        var ordered: Bool
        var file: String
    }

    struct Curve: Encodable {
        var run: Int
        var metric: String
        var series: String
        var shares: [Double]
        /// `nil` where there is no value.
        var values: [Double?]
    }

    var format = 1
    var title: String
    var firstMetric: String
    var images: Images
    var runs: [Run]
    var metrics: [Metric]
    var categories: [Category]
    /// Why values are missing; a column of a score counts from 1.
    var reasons: [String]
    /// Images per file of outlines, and of curves; 0 for none.
    var outlineChunk: Int
    var curveChunk: Int
    var judge: Bool
    var meanCurves: [Curve]
    var notes: [String]
}
