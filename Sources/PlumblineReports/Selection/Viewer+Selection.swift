import Foundation

extension Viewer {
    /// The images that a selection shows, in its order.
    ///
    /// They are the same as those of the page at this address. Images without the score come last.
    ///
    /// - Throws: ``SelectionError`` for a run, a score or a category that the results do not have.
    public func images(_ selection: ViewerSelection) throws -> [Int] {
        let run = try checked(run: selection.run)
        let filters = try selection.filters.map { try passes($0.key, $0.value, run: run) }
        let ranges = try selection.ranges.map { (try score($0.key).values, $0.value) }
        let search = selection.search.lowercased()
        let isInRun = try passes("in_run", ["yes"], run: run)
        let shown = images.indices.filter { image in
            isInRun(image) && filters.allSatisfy { $0(image) }
                && ranges.allSatisfy { $1.contains(Double($0[run, image])) }
                && (selection.numbers?.contains(image) ?? true)
                && (search.isEmpty || images[image].lowercased().contains(search)
                    || tables.groups[image]?.lowercased().contains(search) == true)
        }
        return try sorted(shown, selection, run: run)
    }

    private func sorted(_ images: [Int], _ selection: ViewerSelection, run: Int) throws -> [Int] {
        let sign = selection.isDescending ? -1.0 : 1
        if selection.order == .name {
            let sorted = images.sorted { self.images[$0] < self.images[$1] }
            return selection.isDescending ? sorted.reversed() : sorted
        }
        guard let key = selection.score ?? firstScore else { return images }
        let values = try score(key).values
        var other: Int?
        if selection.order == .difference, let against = selection.against {
            other = try checked(run: against)
        }
        let keys = images.map { image -> Double in
            let value = Double(values[run, image]) - (other.map { Double(values[$0, image]) } ?? 0)
            return value.isNaN ? .infinity : sign * value
        }
        return images.indices.sorted { (keys[$0], images[$0]) < (keys[$1], images[$1]) }
            .map { images[$0] }
    }

    // MARK: What there is

    /// The keys of all scores, such as `mass_accuracy`; that of a part ends in `/PART`.
    public var scoreKeys: [String] { tables.scores.map(\.key) }

    /// The score that a page is sorted by at first; `nil` without any score.
    public var firstScore: String? { firstMetric.isEmpty ? nil : firstMetric }

    /// Up to three scores that judge a map and that a run has, for a figure of extremes.
    ///
    /// Those of Shared Interest come first.
    public func extremeScores(run: Int) -> [String] {
        let judging = tables.scores.filter { score in
            score.facts.direction != "descriptive" && score.part.isEmpty
                && score.values.run(run).contains { !$0.isNaN }
        }
        let isShared = { (score: ViewerScore) in score.metric.hasPrefix("shared_interest") }
        return (judging.filter(isShared) + judging.filter { !isShared($0) })
            .prefix(3).map(\.key)
    }

    /// The number of a run that is called by its number or by its name.
    ///
    /// - Throws: ``SelectionError`` for another text.
    public func run(called text: String) throws -> Int {
        if let number = tables.runs.firstIndex(where: { $0.run.run == text }) { return number }
        guard let number = Int(text) else {
            throw SelectionError(
                "\(text): no run has this name; one is \(tables.runs[0].run.run)")
        }
        return try checked(run: number)
    }

    func checked(run: Int) throws -> Int {
        guard tables.runs.indices.contains(run) else {
            throw SelectionError("run \(run): the results have the runs 0 to \(runCount - 1)")
        }
        return run
    }

    func score(_ key: String) throws -> ViewerScore {
        guard let score = tables.scores.first(where: { $0.key == key }) else {
            throw SelectionError(
                "\(key): there is no such score; there are \(scoreKeys.joined(separator: ", "))")
        }
        return score
    }

    /// Whether an image has one of the values in a category.
    private func passes(
        _ name: String, _ values: Set<String>, run: Int
    ) throws -> (Int) -> Bool {
        guard let category = tables.categories.first(where: { $0.name == name }) else {
            let names = tables.categories.map(\.name).filter { $0 != "in_run" }
            throw SelectionError(
                "f.\(name): there is no such filter; there are \(names.joined(separator: ", "))")
        }
        // As on the page, a value that no image has is passed over.
        let numbers = Set(
            values.compactMap { value -> UInt16? in
                if value.isEmpty { return 0 }
                return category.texts.firstIndex(of: value).map { UInt16($0 + 1) }
            })
        guard !numbers.isEmpty else {
            throw SelectionError(
                "f.\(name)=\(values.sorted().joined(separator: ", ")): no image has this value; "
                    + "there are \(category.texts.joined(separator: ", "))")
        }
        return { numbers.contains(category.values[run, $0]) }
    }

    /// The text of a category of an image; `nil` where it has none.
    func text(_ name: String, run: Int, image: Int) -> String? {
        guard let category = tables.categories.first(where: { $0.name == name }) else { return nil }
        let number = category.values[run, image]
        return number == 0 ? nil : category.texts[Int(number) - 1]
    }
}
