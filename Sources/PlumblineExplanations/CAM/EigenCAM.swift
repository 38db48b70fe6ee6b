import PlumblineModels
import PlumblineTensors

/// Eigen-CAM (Muhammad & Yeasin, arXiv 2008.00299): the first principal component of the features
/// over positions.
///
/// It does not depend on the class. The sign of a component is arbitrary. It is chosen so that the
/// component's largest absolute value is positive (Seg-Eigen-CAM, eq. 13).
public struct EigenCAM: FeatureMapExplanation {
    public var name: String { "eigen_cam" }
    public var isDifferentiable: Bool { false }
    public var layer: String?

    public init(layer: String? = nil) { self.layer = layer }

    public func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        let features = try featureMap(trace, request)
        return withoutGradients {
            let grid = features.grid(features.values.detached)
            let positions = grid.shape[1] * grid.shape[2]
            let rows = grid.reshaped([request.count, positions, grid.shape[3]])
            let centred = rows - rows.mean([1], keepingDimensions: true)
            let gram = centred.matmul(centred, otherTransposed: true)
            let maps = (0..<request.count).map { row in
                Self.firstComponent(
                    gram.sliced(0, row..<(row + 1)).values.map(Double.init), size: positions)
            }
            return request.activationMap(
                Tensor(
                    maps.flatMap { $0 }, shape: [request.count, grid.shape[1], grid.shape[2]]))
        }
    }

    /// The projection on the first right singular vector.
    ///
    /// It is the first left singular vector times its singular value.
    ///
    /// - Parameter gram: the products of the rows with each other, `[size, size]`.
    private static func firstComponent(_ gram: [Double], size: Int) -> [Float] {
        let (eigenvalue, vector) = largestEigenpair(gram, size: size)
        let singularValue = max(0, eigenvalue).squareRoot()
        let flips = -(vector.min() ?? 0) > (vector.max() ?? 0)
        return vector.map { Float((flips ? -$0 : $0) * singularValue) }
    }
}
