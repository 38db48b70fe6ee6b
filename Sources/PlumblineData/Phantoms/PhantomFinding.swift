/// A finding that a phantom can show, named as CheXpert names it.
public enum PhantomFinding: String, CaseIterable, Sendable {
    case cardiomegaly = "Cardiomegaly"
    case pleuralEffusion = "Pleural Effusion"
    case lungOpacity = "Lung Opacity"
    case lungLesion = "Lung Lesion"
    case pneumothorax = "Pneumothorax"
    case supportDevices = "Support Devices"
}
