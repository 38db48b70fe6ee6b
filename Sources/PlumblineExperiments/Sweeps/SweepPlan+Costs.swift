import Foundation

extension SweepPlan {
    /// The steps of a stage; `nil` if the number of its images is not known.
    func steps(_ cell: SweepCell, isStart: Bool) -> Int? {
        guard let counts = self.counts(cell) else { return nil }
        let configuration = cell.configuration
        let training = isStart ? configuration.train : configuration.align.training
        let images = isStart ? counts.start : counts.align
        let batches = (images + training.batchSize - 1) / training.batchSize
        return training.epochs * ((batches + training.accumulation - 1) / training.accumulation)
    }

    /// Seconds of the training of a starting model.
    func startSeconds(_ cell: SweepCell) -> Double? {
        guard let steps = steps(cell, isStart: true), let speed = self.speed(cell)
        else { return nil }
        let saves = Double(max(1, cell.configuration.train.epochs))
        return Double(steps) * speed.startStep + saves * speed.save
    }

    /// Seconds of one evaluation.
    func evaluationSeconds(_ cell: SweepCell) -> Double? {
        guard let counts = self.counts(cell),
            let speed = self.speed(cell)
        else { return nil }
        return Double(counts.evaluate) * speed.evaluatedImage
    }

    /// Seconds of a cell whose starting model is there.
    func seconds(_ cell: SweepCell) -> Double? {
        guard let steps = steps(cell, isStart: false),
            let counts = self.counts(cell),
            let speed = self.speed(cell), let evaluation = evaluationSeconds(cell)
        else { return nil }
        let saves = Double(max(1, cell.configuration.align.training.epochs))
        let images = Double(counts.align + counts.evaluate)
        let reading: Double = speed.open + images * speed.image
        let training: Double = Double(steps) * speed.tuneStep + saves * speed.save
        return reading + training + evaluation
    }

    /// Bytes that a stage keeps.
    func bytes(_ cell: SweepCell, isStart: Bool) -> Int {
        let size = sizes[Self.sizeKey(cell)] ?? (0, 0)
        let settings = cell.configuration.checkpoints
        let training =
            isStart ? cell.configuration.train : cell.configuration.align.training
        var copies = 1
        if training.epochs > 0 {
            let keepsAll = settings.sharedKeepAll
            if cell.configuration.data.selection.hasAUROC,
                keepsAll || settings.kept.contains(.bestAUROC)
            {
                copies += 1
            }
            if !isStart, keepsAll || settings.kept.contains(.bestLocation) { copies += 1 }
        }
        return 4 * copies * size.weights + (settings.includesOptimiser ? 8 * size.trained : 0)
    }

    /// The first cell of each starting model, of each evaluated one, and of each fine-tune.
    func distinct(_ key: (SweepKeys) -> String) -> [SweepCell] {
        var known: Set<String> = []
        return sweep.cells.filter { known.insert(key($0.keys)).inserted }
    }

    /// Seconds of everything, or of what is left; `nil` if a part is not known.
    ///
    /// - Parameter isDone: whether a cell is left out, with the starting models that only such
    ///   cells need.
    public func seconds(without isDone: (SweepCell) -> Bool) -> Double? {
        let left = sweep.cells.filter { !isDone($0) }
        var parts = left.map(seconds)
        var starts: Set<String> = []
        var evaluations: Set<String> = []
        for cell in left {
            if FileManager.default.fileExists(atPath: sweep.startPath(cell)), isDone(cell) {
                continue
            }
            if starts.insert(cell.keys.start).inserted { parts.append(startSeconds(cell)) }
            if evaluations.insert(cell.keys.startEvaluation).inserted {
                parts.append(evaluationSeconds(cell))
            }
        }
        return sum(parts)
    }

    /// Seconds of the whole sweep.
    public var seconds: Double? { seconds { _ in false } }

    /// Bytes that remain: the weights of all stages, and the results.
    public var bytes: Int {
        let starts = distinct(\.start).reduce(0) { $0 + bytes($1, isStart: true) }
        let tunes = distinct(\.fineTune).reduce(0) { $0 + bytes($1, isStart: false) }
        let results = sweep.cells.reduce(0) { sum, cell in
            let counts = self.counts(cell)
            let rows =
                (counts?.evaluate ?? 0) * cell.configuration.evaluatedExplanations.count
            let size = cell.configuration.data.preprocessing.size
            let map = cell.configuration.evaluate.savesExplanations ? 4 * size * size : 0
            return sum + rows * (1024 + map)
        }
        return starts + tunes + results
    }
}
