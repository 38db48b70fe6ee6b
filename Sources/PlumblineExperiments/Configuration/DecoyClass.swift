import PlumblineData
import PlumblineSettings

extension Configuration.DataSettings {
    /// The class that the marker goes with; `nil` if the configuration does not say one.
    var decoyClass: (name: String, index: Int)? {
        let name = decoy.className.isEmpty ? target : decoy.className
        return classes.firstIndex(of: name).map { (name, $0) }
    }

    /// Examples with the marker of `data.decoy`.
    ///
    /// - Throws: ``DatasetError`` if the marker's class is not one of the classes, or if the size
    ///   of an image cannot be read.
    func marked(_ examples: [Example], isTraining: Bool) throws -> [Example] {
        guard decoy.isOn else { return examples }
        guard let (name, index) = decoyClass else {
            throw DatasetError("data.decoy.class", decoyClassProblem)
        }
        return try examples.map {
            try $0.marked(
                decoy, classIndex: index, className: name, preprocessing: preprocessing,
                use: isTraining ? .same : evaluateDecoy)
        }
    }

    /// What is wrong if there is no ``decoyClass``.
    var decoyClassProblem: String {
        let name = decoy.className.isEmpty ? target : decoy.className
        return "\(name) is not one of the classes: \(classes.joined(separator: ", "))"
            + classes.hint(for: name)
    }

    /// The marker and where it is in evaluation, for results; empty without a marker.
    var decoySummary: String {
        guard decoy.isOn, let decoyClass else { return "" }
        return "\(decoy.summary(className: decoyClass.name)), evaluated \(evaluateDecoy.rawValue)"
    }
}
