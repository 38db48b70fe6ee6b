import Foundation
import PlumblineData

/// What timm calls `config.json`: the architecture, the classes, and how an image becomes the
/// model's input (`pretrained_cfg`).
///
/// timm resizes with Pillow, so some settings of ``Preprocessing`` have no place in it.
/// ``omissions`` names them.
struct TimmConfiguration: Encodable {
    struct Images: Encodable {
        /// Channels, height, width.
        var inputSize: [Int]
        var mean: [Double]?
        var deviation: [Double]?
        var interpolation: String?
        var cropShare: Double?
        var cropMode: String?
        var classCount: Int
        var classes: [String]

        private enum CodingKeys: String, CodingKey {
            case inputSize = "input_size"
            case mean
            case deviation = "std"
            case interpolation
            case cropShare = "crop_pct"
            case cropMode = "crop_mode"
            case classCount = "num_classes"
            case classes = "label_names"
        }
    }

    let architecture: String
    let classCount: Int
    let classes: [String]
    let images: Images
    /// Settings of images that timm has no key for, in words.
    private(set) var omissions: [String] = []

    private enum CodingKeys: String, CodingKey {
        case architecture
        case classCount = "num_classes"
        case classes = "label_names"
        case images = "pretrained_cfg"
    }

    /// - Parameters:
    ///   - channels: of the model.
    ///   - size: of the model, if nothing is known of its images.
    ///   - preprocessing: `nil` if it is not known. Then the file says only what the model takes.
    init(
        architecture: String, classes: [String], channels: Int, size: Int,
        preprocessing: Preprocessing?
    ) {
        self.architecture = architecture
        self.classes = classes
        classCount = classes.count
        var images = Images(
            inputSize: [channels, size, size], classCount: classes.count, classes: classes)
        if let preprocessing {
            images.inputSize = [
                preprocessing.channels, preprocessing.size, preprocessing.size,
            ]
            images.mean = Self.perChannel(preprocessing.mean, preprocessing.channels)
            images.deviation = Self.perChannel(preprocessing.deviation, preprocessing.channels)
            images.interpolation = preprocessing.interpolation.rawValue
            images.cropShare = Self.cropShare(preprocessing)
            images.cropMode = preprocessing.resize == .square ? "squash" : "center"
            omissions = Self.omissions(preprocessing)
        }
        self.images = images
    }

    private static func perChannel(_ values: [Float], _ channels: Int) -> [Double] {
        // The shortest digits: 0.485, not 0.48500001430511475.
        let numbers = values.map { Double("\($0)") ?? Double($0) }
        return numbers.count == 1 ? Array(repeating: numbers[0], count: channels) : numbers
    }

    /// timm resizes the shorter side to the size divided by this, rounded down.
    private static func cropShare(_ preprocessing: Preprocessing) -> Double {
        let size = Double(preprocessing.size)
        switch preprocessing.resize {
        case .square, .cropSquare: return 1
        case .cropFraction: return preprocessing.cropFraction
        case .shorterSide:
            let side = Double(preprocessing.shorterSide)
            // The fewest digits that give the side.
            for digits in 1...8 {
                let unit = pow(10, Double(digits))
                let share = (size / side * unit).rounded(.down) / unit
                if share > 0, (size / share).rounded(.down) == side { return share }
            }
            return size / side
        }
    }

    private static func omissions(_ preprocessing: Preprocessing) -> [String] {
        var omissions: [String] = []
        if preprocessing.channelOrder == .bgr { omissions.append("channel_order: bgr") }
        if preprocessing.interpolation != .nearest {
            if !preprocessing.antialias {
                omissions.append("antialias: false")
            } else if preprocessing.resizeValues == .float {
                omissions.append("resize_values: float")
            }
        }
        if preprocessing.resize == .cropSquare { omissions.append("resize: crop_square") }
        return omissions
    }

    /// As JSON.
    var json: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(self)
        }
    }
}
