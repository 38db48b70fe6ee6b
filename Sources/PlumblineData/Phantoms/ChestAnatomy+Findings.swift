import PlumblineTensors

extension ChestAnatomy {
    /// Puts the patient at another place of the film, a little turned, as for a new radiograph.
    mutating func move(_ random: RandomGenerator) {
        var random = random
        shift += random.uniform(-0.025, 0.025)
        turn += random.uniform(-0.03, 0.03)
    }

    /// Changes the anatomy where a finding does: a wider mediastinum, a raised diaphragm.
    ///
    /// - Parameter patient: the generator of the patient.
    mutating func change(for shown: Set<PhantomFinding>, _ patient: RandomGenerator) {
        if shown.contains(.enlargedCardiomediastinum) {
            var random = patient.stream("mediastinum")
            widening = (random.uniform(0.08, 0.13), random.uniform(0.08, 0.13))
            heart.width *= 1.08
        }
        if shown.contains(.atelectasis) {
            // A lung that holds less air lets the diaphragm rise.
            var random = patient.stream("finding \(PhantomFinding.atelectasis.rawValue)")
            let side = Self.side(&random)
            let rise = patient.stream("diaphragm").first(in: 0.05...0.10)
            if side == .right { domes.right -= rise } else { domes.left -= rise }
        }
    }

    /// A side, drawn at random.
    static func side(_ random: inout RandomGenerator) -> Side {
        random.uniform() < 0.5 ? .right : .left
    }
}

extension RandomGenerator {
    fileprivate func first(in range: ClosedRange<Float>) -> Float {
        var random = self
        return random.uniform(range.lowerBound, range.upperBound)
    }
}
