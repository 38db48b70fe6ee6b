import PlumblineEvaluation
import PlumblineMetrics

/// Maps with the annotations of their images, to be judged as a set.
public struct LocalisationSet {
    /// What results call the set.
    public let name: String
    let maps: MapFiles
    let annotations: MapAnnotations
    let pooling: Pooling

    /// - Parameter pooling: how channels become one value; ``Pooling/positive`` takes negative
    ///   values as 0.
    public init(
        name: String, maps: MapFiles, annotations: MapAnnotations, pooling: Pooling = .positive
    ) {
        self.name = name
        self.maps = maps
        self.annotations = annotations
        self.pooling = pooling
    }

    /// One map at the size of its mask.
    struct Entry {
        let map: HeatMap
        let mask: [Bool]
        let className: String
        let group: String?
    }

    /// Calls `body` with each map that has a mask, and counts the others.
    ///
    /// - Parameter what: is done, for progress.
    /// - Returns: the numbers of maps and of those without a mask.
    /// - Throws: an error if a map or mask cannot be read, ``Interrupted``, what `body` throws.
    func forEach(
        _ what: String, _ body: (Entry) throws -> Void
    ) throws -> (maps: Int, withoutMask: Int) {
        let progress = Progress(what, total: maps.names.count, unit: " maps")
        var withoutMask = 0
        for index in maps.names.indices {
            try Interruption.check("while maps were judged")
            let evidence = MapEvidence(
                id: maps.names[index], relevance: try maps.map(index),
                annotations: try annotations.annotations(index))
            if let mask = try evidence.mask() {
                try body(
                    Entry(
                        map: try evidence.heatMap(pooling), mask: mask.pixels,
                        className: annotations.className(index) ?? "",
                        group: annotations.group(index)))
            } else {
                withoutMask += 1
            }
            progress.update(index + 1)
        }
        return (maps.names.count, withoutMask)
    }
}
