import Foundation

/// Tells when a state was last saved. States are saved by time, not by step: that of a large model
/// takes a gigabyte and longer than a step.
final class SaveClock {
    private var saved = DispatchTime.now().uptimeNanoseconds

    /// Whether `minutes` have gone by since the last save; with 0 always.
    func isDue(_ minutes: Double) -> Bool {
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - saved) / 1e9
        return seconds >= minutes * 60
    }

    func restart() { saved = DispatchTime.now().uptimeNanoseconds }
}
