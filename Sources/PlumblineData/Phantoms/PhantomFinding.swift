/// A finding that a phantom can show, named as CheXpert names it.
public enum PhantomFinding: String, CaseIterable, Sendable {
    case cardiomegaly = "Cardiomegaly"
    case pleuralEffusion = "Pleural Effusion"
    case lungOpacity = "Lung Opacity"
    case lungLesion = "Lung Lesion"
    case pneumothorax = "Pneumothorax"
    case supportDevices = "Support Devices"
    case enlargedCardiomediastinum = "Enlarged Cardiomediastinum"
    case edema = "Edema"
    case consolidation = "Consolidation"
    case atelectasis = "Atelectasis"

    /// The findings that a set of phantoms shows by default.
    public static let standard: [PhantomFinding] = [
        .cardiomegaly, .pleuralEffusion, .lungOpacity, .lungLesion, .pneumothorax, .supportDevices,
    ]

    /// The nine findings of the tables of arXiv 2311.04813.
    public static let paper: [PhantomFinding] = [
        .enlargedCardiomediastinum, .cardiomegaly, .lungOpacity, .lungLesion, .edema,
        .consolidation, .atelectasis, .pneumothorax, .pleuralEffusion,
    ]

    /// Whether the finding's random numbers are drawn from a stream of its own.
    ///
    /// The standard findings share one stream, so the shape of one depends on which others the
    /// image shows.
    var hasOwnStream: Bool { !Self.standard.contains(self) }
}
