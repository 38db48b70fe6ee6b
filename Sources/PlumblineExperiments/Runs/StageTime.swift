import Foundation

/// When a stage started in this process, and after which step.
struct StageTime {
    let finishedSteps: Int
    private let start = DispatchTime.now().uptimeNanoseconds

    init(finishedSteps: Int) { self.finishedSteps = finishedSteps }

    var seconds: Double { Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9 }
}
