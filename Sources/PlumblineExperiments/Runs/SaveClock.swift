import Foundation

/// Knows when a state was last saved.
///
/// States are saved by time, not by step. The state of a large model has a gigabyte, and writing it
/// takes longer than a step.
final class SaveClock {
    private var saved = DispatchTime.now().uptimeNanoseconds

    /// Whether at least `minutes` have passed since the last save.
    ///
    /// Always true for 0.
    func isDue(_ minutes: Double) -> Bool {
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - saved) / 1e9
        return seconds >= minutes * 60
    }

    func restart() { saved = DispatchTime.now().uptimeNanoseconds }
}
