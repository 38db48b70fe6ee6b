import Foundation
import PlumblineStorage
import PlumblineTensors

extension RunResult {
    /// Stores what computes now: the program, its version, its threads and the processor; and the
    /// settings, without the folders that are written to, because they change no number.
    mutating func setOrigin(_ configuration: Configuration) {
        toolVersion = plumblineVersion
        program = Self.programDigest
        instructionSet = PlumblineTensors.instructionSet
        threads = Parallel.threads
        var settings = configuration
        settings.output = Configuration().output
        settings.sharedStages = Configuration().sharedStages
        self.configuration = settings.yaml(commented: false)
    }

    /// The SHA-256 of the program's file; empty where the file cannot be read.
    ///
    /// A version names many programs while it is worked on, and this is one of them.
    private static let programDigest = (try? sha256(ofFile: "/proc/self/exe")) ?? ""
}
