import PlumblineModels
import PlumblineStorage

/// The last layer of a file of weights: how many classes it has, and what they are called.
struct ImportedHead {
    let classCount: Int
    /// In the order of the head; `nil` if the file does not say them.
    let names: [String]?

    /// More candidates for the head are not tried.
    private static let mostCandidates = 50

    /// - Parameters:
    ///   - key: of the weights in the file; `nil` for those that fit best.
    ///   - model: of the architecture, with any number of classes.
    /// - Returns: `nil` if the file has no head, or several layers that could be the head.
    init?(_ file: WeightFile, key: String?, _ model: any Classifier) {
        let heads = model.parameters.filter { model.headNames.contains($0.name) }
        guard let weight = heads.first(where: { $0.torchShape.count == 2 }) else { return nil }
        let candidates = file.candidates.map {
            WeightMatch.Candidate(key: $0.key, shapes: $0.shapes)
        }
        let counts = Set(
            candidates.flatMap { $0.shapes.values }.filter {
                $0.count == 2 && $0[1] == weight.torchShape[1] && $0[0] > 0
            }.map { $0[0] })
        let found = counts.sorted().prefix(Self.mostCandidates).filter { count in
            let places = model.parameters.map { parameter -> WeightMatch.Place in
                let isHead = model.headNames.contains(parameter.name)
                let shape = parameter.torchShape
                return WeightMatch.Place(
                    name: parameter.name,
                    shape: isHead ? [count] + shape.dropFirst() : shape, isHead: isHead)
            }
            guard
                let match = WeightMatch.best(
                    candidates, for: places, of: model.architecture, key: key),
                let shapes = candidates.first(where: { $0.key == match.key })?.shapes
            else { return false }
            return places.filter(\.isHead).allSatisfy { head in
                guard let parts = match.sources[head.name] else { return false }
                return WeightMatch.shape(parts.map { shapes[$0]! }) == head.shape
            }
        }
        guard found.count == 1 else { return nil }
        classCount = found[0]
        names = file.classes.flatMap { $0.count == found[0] ? $0 : nil }
    }

    /// The names of the classes, or numbers from 0.
    var classes: [String] { names ?? (0..<classCount).map { "class_\($0)" } }

    /// Why these names cannot be those of the head; `nil` if they can.
    ///
    /// The order of the head is never guessed.
    func contradiction(with given: [String]) -> String? {
        guard let names, given.count == classCount, given != names else { return nil }
        let place = zip(given, names).enumerated().first { $0.element.0 != $0.element.1 }!
        return "class \(place.offset + 1) of the head is \(place.element.1), not "
            + "\(place.element.0); the file says \(ImportReport.listed(names))"
    }
}
