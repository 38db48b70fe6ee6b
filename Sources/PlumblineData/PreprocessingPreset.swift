/// Settings of images that are published with models, by name.
///
/// A preset sets everything of ``Preprocessing`` but the random changes.
public enum PreprocessingPreset: String, Sendable, CaseIterable {
    /// None of the others.
    case custom
    /// arXiv 2311.04813: a square without antialiasing, values from -1 to 1. The default.
    case chexpertPaper = "chexpert_paper"
    /// torchvision's weights of ImageNet (`transforms.presets.ImageClassification`).
    ///
    /// torchvision's own pipeline has Pillow images, so resizing rounds as Pillow does.
    case imagenet
    /// timm's Vision Transformers with means of 0.5, such as `vit_base_patch16_224.augreg_in21k`.
    case imagenetTimm = "imagenet_timm"
    /// timm's Inception networks, such as `inception_v4.tf_in1k`, at 299 pixels.
    case inception
    /// RadImageNet's Keras scripts (`acl/acl_train.py` of BMEII-AI/RadImageNet).
    ///
    /// Channels in the order BGR less the means of Caffe, then divided by 255. The nearest pixel,
    /// as Keras reads images. The scripts' size is 256.
    ///
    /// It contradicts ``radimagenetUnit``. The repository does not say which was used to train the
    /// published weights; `plumbline import --audit` compares them.
    case radimagenetCaffe = "radimagenet_caffe"
    /// RadImageNet's PyTorch notebook (`pytorch_example.ipynb` of BMEII-AI/RadImageNet).
    ///
    /// Channels in the order BGR from -1 to 1, resized by OpenCV without antialiasing.
    case radimagenetUnit = "radimagenet_unit"
    /// TorchXRayVision: one channel from -1024 to 1024, of the central square.
    ///
    /// Its `XRayResizer` blurs by a Gaussian before it shrinks; here the filter is widened instead.
    /// On five grey photographs the mean difference was 2 to 13 of the 2048 units, and up to 310 at
    /// sharp edges. Without antialiasing the difference is larger, unless the image shrinks little.
    case torchxrayvision
}

extension Preprocessing {
    /// The preset that has these settings, whatever the size and the channels; `custom` if none
    /// has.
    ///
    /// Setting it sets all of its settings. `custom` changes nothing.
    public var preset: PreprocessingPreset {
        get {
            PreprocessingPreset.allCases.first { preset in
                guard let other = preset.settings else { return false }
                var same = other
                same.size = size
                same.channels = channels
                // The length and the share count only with their rule.
                if resize != .shorterSide { same.shorterSide = shorterSide }
                if resize != .cropFraction { same.cropFraction = cropFraction }
                return self == same
            } ?? .custom
        }
        set {
            if let settings = newValue.settings { self = settings }
        }
    }
}

extension PreprocessingPreset {
    /// The names, without `custom`.
    public static var names: [String] { allCases.filter { $0 != .custom }.map(\.rawValue) }

    /// `nil` for `custom`.
    public var settings: Preprocessing? {
        var settings = Preprocessing()
        switch self {
        case .custom: return nil
        case .chexpertPaper: break
        case .imagenet:
            settings.resize = .shorterSide
            settings.antialias = true
            settings.resizeValues = .pillow
            settings.mean = [0.485, 0.456, 0.406]
            settings.deviation = [0.229, 0.224, 0.225]
        case .imagenetTimm:
            settings.useTimm(cropFraction: 0.9)
        case .inception:
            settings.useTimm(cropFraction: 0.875)
            settings.size = 299
        case .radimagenetCaffe:
            settings.interpolation = .nearest
            settings.channelOrder = .bgr
            settings.mean = [103.939 / 255, 116.779 / 255, 123.68 / 255]
            settings.deviation = [1]
        case .radimagenetUnit:
            settings.channelOrder = .bgr
        case .torchxrayvision:
            settings.channels = 1
            settings.resize = .cropSquare
            settings.antialias = true
            settings.deviation = [1 / 2048]
        }
        return settings
    }
}

extension Preprocessing {
    /// timm's evaluation with means and standard deviations of 0.5.
    fileprivate mutating func useTimm(cropFraction: Double) {
        resize = .cropFraction
        self.cropFraction = cropFraction
        interpolation = .bicubic
        antialias = true
        resizeValues = .pillow
    }
}
