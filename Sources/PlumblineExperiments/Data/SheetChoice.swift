import PlumblineData
import PlumblineTensors

/// Chooses the images of a contact sheet.
struct SheetChoice {
    private struct Candidate {
        let section: Int
        let index: Int
    }

    private let sections: [DataSection]
    /// The images of each class, and those of none, in the order in which they are taken.
    private let strata: [[Candidate]]

    init(_ sections: [DataSection], classes: [String], seed: UInt64) {
        self.sections = sections
        var random = RandomGenerator(seed: seed).stream("contact sheet")
        let all = sections.indices.flatMap { section in
            sections[section].examples.indices.map { Candidate(section: section, index: $0) }
        }.shuffled(using: &random)
        func example(_ candidate: Candidate) -> Example {
            sections[candidate.section].examples[candidate.index]
        }
        var strata = classes.enumerated().map { index, name in
            let positives = all.filter { example($0).isPositive(index) }
            func isDrawn(_ candidate: Candidate) -> Bool {
                example(candidate).annotations.contains { $0.className == name }
            }
            return positives.filter(isDrawn) + positives.filter { !isDrawn($0) }
        }
        strata.append(
            all.filter { candidate in
                !classes.indices.contains { example(candidate).isPositive($0) }
            })
        self.strata = strata
    }

    /// Takes one image of each class in turn, and none twice.
    func images(_ count: Int) -> [(section: String, example: Example)] {
        // An image may be in two sections.
        var taken: Set<ImageIdentity> = []
        var chosen = strata.map { _ in [Candidate]() }
        var places = strata.map { _ in 0 }
        var hasMore = true
        while hasMore, taken.count < count {
            hasMore = false
            for stratum in strata.indices where taken.count < count {
                while places[stratum] < strata[stratum].count {
                    let candidate = strata[stratum][places[stratum]]
                    places[stratum] += 1
                    let identity = sections[candidate.section].identities[candidate.index]
                    guard taken.insert(identity).inserted else { continue }
                    chosen[stratum].append(candidate)
                    hasMore = true
                    break
                }
            }
        }
        return chosen.flatMap { $0 }.map {
            (sections[$0.section].name, sections[$0.section].examples[$0.index])
        }
    }
}
