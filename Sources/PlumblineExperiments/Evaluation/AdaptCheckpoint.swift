import PlumblineData
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// Fine-tunes the model of a checkpoint on images with removed pixels, or finds it trained.
///
/// The metrics `idsds` and `f_fidelity` of later evaluations find the model by its content. A call
/// after an interruption resumes.
///
/// - Parameters:
///   - path: the checkpoint that will be evaluated.
///   - removals: one model for each.
///   - configuration: makes the configuration of the evaluation from the classes of the checkpoint.
/// - Returns: the paths of the adapted checkpoints.
/// - Throws: ``Interrupted`` after a signal; an error if a file cannot be read or written, or if
///   the configuration does not fit the checkpoint.
public func adaptCheckpoint(
    _ path: String, to removals: [PixelRemoval] = PixelRemoval.allCases,
    on configuration: (_ classes: [String]) throws -> Configuration
) throws -> [String] {
    let (model, checkpoint) = try ModelStore.model(path)
    let data = try configuration(checkpoint.classes)
    _ = try data.validated()
    if data.threads > 0 { setThreads(data.threads) }
    let settings = try data.adopting(checkpoint, model: model, path: path)
    // Checks the images, and that none of the evaluation is trained on.
    _ = try ExperimentData(
        settings, needsStart: settings.data.start.isGiven,
        needsAlignment: !(settings.data.start.isGiven && settings.data.evaluate.isGiven))
    let digests = FileDigests(settings.digestFile)
    let digest = model.digest
    return try removals.map { removal in
        let adaptation = try Adaptation(
            removal, of: model, digest: digest, settings, digests)
        let result = try adaptation.run(from: checkpoint, path: path)
        try createFolder(PathText.folder(of: settings.digestFile))
        try digests.save()
        return result
    }
}
