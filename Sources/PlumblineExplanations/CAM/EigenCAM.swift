import PlumblineModels
import PlumblineTensors

/// Eigen-CAM (Muhammad & Yeasin, arXiv 2008.00299): the features' first principal component over
/// places. It does not see the class. A component has no sign of its own: it is turned so that its
/// largest value in magnitude is positive (Seg-Eigen-CAM, eq. 13).
public struct EigenCAM: FeatureMapExplanation {
    public var name: String { "eigen_cam" }
    public var isDifferentiable: Bool { false }
    public var layer: String?

    public init(layer: String? = nil) { self.layer = layer }

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        let features = subject.featureMap(layer: layer).features
        return withoutGradients {
            let a = features.grid(features.values.detached), places = a.shape[1] * a.shape[2]
            let rows = a.reshaped([subject.count, places, a.shape[3]])
            let centred = rows - rows.mean([1], keepingDimensions: true)
            let gram = centred.matmul(centred, otherTransposed: true)
            // The projection on the first right singular vector is the first left one times its
            // value.
            let maps = (0..<subject.count).map { row -> [Float] in
                let (value, vector) = largestEigenpair(
                    gram.sliced(0, row..<(row + 1)).values.map(Double.init), size: places)
                let size = max(0, value).squareRoot(),
                    flips = -(vector.min() ?? 0) > (vector.max() ?? 0)
                return vector.map { Float((flips ? -$0 : $0) * size) }
            }
            return subject.activationMap(
                Tensor(maps.flatMap { $0 }, shape: [subject.count, a.shape[1], a.shape[2]]))
        }
    }
}
