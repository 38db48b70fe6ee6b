import PlumblineData
import PlumblineEvaluation
import PlumblineExplanations

extension Configuration {
    /// Checks every setting, whether it comes from a file or from code.
    ///
    /// - Throws: ``ConfigurationError`` that names a key whose value is out of its range, or two
    ///   settings that contradict each other.
    public func validated() throws -> ResolvedConfiguration { try validated(isStored: false) }

    /// - Parameter isStored: whether a checkpoint stores it. Then its files may be gone, and its
    ///   metrics may be unknown here.
    func validated(isStored: Bool) throws -> ResolvedConfiguration {
        try checkRanges()
        try checkGeneral(isStored: isStored)
        let resolved = try ResolvedConfiguration(self)
        try checkCheckpoints()
        try checkAlignment()
        if isStored, !compositeFile.isEmpty { return resolved }
        try checkExplanations()
        // Another program may have registered more metrics and formats.
        if isStored { return resolved }
        try checkFormats()
        try naming("evaluate.metrics") { _ = try metrics() }
        return resolved
    }

    private func refusal(_ key: String, _ problem: String) -> ConfigurationError {
        ConfigurationError(file, key, problem)
    }

    private func checkRanges() throws {
        for key in ConfigurationKeys.all where !key.isValid(in: self) {
            throw refusal(key.name, "must be \(key.requirement), not \(key.write(self))")
        }
    }

    private func checkGeneral(isStored: Bool) throws {
        guard !output.isEmpty else { throw refusal("output", "must name a folder") }
        let most = Self.mostThreads
        guard isStored || threads <= most else {
            throw refusal("threads", "\(threads) threads; at most \(most) are of use here")
        }
        try checkPreprocessing()
    }

    /// - Throws: ``ConfigurationError`` for two settings of images that contradict each other.
    func checkPreprocessing() throws {
        if let (key, problem) = data.preprocessing.contradiction {
            throw refusal("data.\(key)", problem)
        }
        if let (key, problem) = data.decoy.contradiction {
            throw refusal("data.decoy.\(key)", problem)
        }
    }

    private func checkCheckpoints() throws {
        let evaluated = evaluate.checkpoint
        guard evaluated != .bestAUROC || data.selection.hasAUROC else {
            throw refusal(
                "evaluate.checkpoint",
                "best_auroc needs images to choose on; set data.selection: held_out (a part of the "
                    + "training images) or evaluation (the reported images)")
        }
        guard checkpoints.kept.contains(.last) else {
            throw refusal("checkpoints.keep", "must contain last: it marks the end of a stage")
        }
        guard checkpoints.kept.contains(evaluated) else {
            throw refusal(
                "checkpoints.keep",
                "must contain \(evaluated.rawValue): evaluate.checkpoint needs it")
        }
    }

    /// Refuses what the starting model alone can be trained with.
    private func checkAlignment() throws {
        guard align.training.cutmix == 0 else {
            throw refusal(
                "align.cutmix",
                "an image of two images has no mask that one map should agree with; use "
                    + "data.augment.cutout, or train.cutmix for the starting model")
        }
        if let first = align.classes.first {
            guard first == data.target else {
                throw refusal("align.classes", "must begin with data.target (\(data.target))")
            }
            if let unknown = align.classes.first(where: { !data.classes.contains($0) }) {
                throw refusal(
                    "align.classes",
                    "\(unknown) is not among data.classes (\(data.classes.joined(separator: ", ")))"
                )
            }
            guard align.classes.count == 1 || model.output == .multilabel else {
                throw refusal(
                    "align.classes", "several classes need model.output: multilabel")
            }
        }
        guard align.annotatedFraction == 1 || align.positivesWithoutMask == .skip else {
            throw refusal(
                "align.annotated_fraction",
                "would give images whose masks are left out an empty mask: set "
                    + "align.positives_without_mask: skip")
        }
        guard align.training.puzzle == 0 else {
            throw refusal(
                "align.puzzle",
                "would train the maps towards another goal than the masks; use train.puzzle for "
                    + "the starting model")
        }
    }

    private func checkFormats() throws {
        let sources = [
            ("start", data.start), ("align", data.align), ("evaluate", data.evaluate),
        ]
        for (name, source) in sources {
            switch ImageFormats.problem(ofFormat: source.format, options: source.options) {
            case nil: break
            case .format(let text): throw refusal("data.\(name).format", text)
            case .options(let text): throw refusal("data.\(name).options", text)
            }
        }
    }

    private func checkExplanations() throws {
        let settings = try explanationSettings()
        try naming("align.explanation") {
            _ = try ExplanationRegistry.makeDifferentiable(align.explanation, settings)
        }
        for name in evaluate.explanations {
            try naming("evaluate.explanations") {
                _ = try ExplanationRegistry.make(name, settings)
            }
        }
    }

    /// Names the key in an error about an unknown or wrong method or metric.
    private func naming(_ key: String, _ check: () throws -> Void) throws {
        do { try check() } catch let error as ExplanationError {
            throw refusal(key, error.description)
        } catch let error as MetricError {
            throw refusal(key, error.description)
        }
    }
}
