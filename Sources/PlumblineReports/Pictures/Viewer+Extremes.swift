import PlumblineData

extension Viewer {
    /// For each score, the images with the highest and with the lowest values: those that are
    /// predicted right, and those that are predicted wrong.
    ///
    /// The figure of the Shared Interest article (Boggust et al., arXiv 2107.09234, figure 4). Each
    /// score has two rows. Images whose label is not known are in neither half; they are counted in
    /// the caption, as are images without the score.
    ///
    /// - Parameters:
    ///   - scores: keys of scores, at least one.
    ///   - count: images of each kind, at least 1.
    ///   - class: only images with this label; `nil` for all.
    /// - Throws: ``SelectionError`` for a run or a score that the results do not have; an error for
    ///   a map that cannot be read.
    public func extremes(
        _ scores: [String], run: Int, count: Int, label: String? = nil, _ pictures: Pictures,
        _ look: PictureLook
    ) throws -> Figure {
        precondition(!scores.isEmpty && count > 0, "Viewer: no extremes")
        let run = try checked(run: run)
        let tiles = ViewerTiles(viewer: self, pictures: pictures, look: look)
        var cells: [Figure.Cell] = []
        var titles: [String] = []
        var notes: [String] = []
        for key in scores {
            for isHighest in [true, false] {
                titles.append("\(try scoreTitle(key)): \(isHighest ? "highest" : "lowest")")
                for verdict in ["right", "wrong"] {
                    let chosen = try extreme(
                        key, run: run, isHighest: isHighest, verdict: verdict, label: label)
                    cells += try Self.row(chosen.prefix(count), of: count, verdict) {
                        try tiles.cell($0, run: run, scores: [key], title: $1)
                    }
                }
            }
            notes.append(try note(key, run: run, label: label))
        }
        var figure = Figure(
            width: look.width, columns: 2 * count, cells: cells,
            colourBars: ViewerTiles.bars(cells),
            caption: ["\(title(of: run)). \(notes.joined(separator: " "))"] + Self.mapNote(cells))
        figure.rowTitles = titles
        return figure
    }

    /// Cells for images, filled up to a number of them.
    private static func row(
        _ images: ArraySlice<Int>, of count: Int, _ verdict: String,
        cell: (Int, String) throws -> Figure.Cell
    ) rethrows -> [Figure.Cell] {
        let cells = try images.map { image in
            try cell(image, image == images.first ? "prediction \(verdict)" : "")
        }
        let fillers = (cells.count..<max(cells.count, count)).map { place in
            Figure.Cell.note(
                place == 0 ? "no prediction is \(verdict)" : "", isProblem: false)
        }
        return cells + fillers
    }

    /// The images with a value, from the most extreme on.
    private func extreme(
        _ key: String, run: Int, isHighest: Bool, verdict: String, label: String?
    ) throws -> [Int] {
        var selection = ViewerSelection()
        (selection.run, selection.score, selection.isDescending) = (run, key, isHighest)
        selection.ranges = [key: -.infinity ... .infinity]
        guard hasValue(verdict, of: "correct") else { return [] }
        selection.filters = ["correct": [verdict]]
        if let label { selection.filters["label"] = [label] }
        return try images(selection)
    }

    private func hasValue(_ value: String, of category: String) -> Bool {
        tables.categories.first { $0.name == category }?.texts.contains(value) == true
    }

    func scoreTitle(_ key: String) throws -> String {
        let score = try score(key)
        return score.part.isEmpty ? score.facts.title : "\(score.facts.title), \(score.part)"
    }

    /// How many images have the score, and how many predictions are right or wrong.
    private func note(_ key: String, run: Int, label: String?) throws -> String {
        let values = try score(key).values
        var selection = ViewerSelection()
        selection.run = run
        if let label { selection.filters = ["label": [label]] }
        let all = try images(selection)
        let present = all.filter { !values[run, $0].isNaN }
        func count(_ verdict: String?) -> Int {
            present.count { text("correct", run: run, image: $0) == verdict }
        }
        let unknown = count(nil)
        return "\(try scoreTitle(key)): \(count("right")) right, \(count("wrong")) wrong"
            + (unknown > 0 ? ", \(unknown) without a known label" : "")
            + ", \(all.count - present.count) missing."
    }
}
