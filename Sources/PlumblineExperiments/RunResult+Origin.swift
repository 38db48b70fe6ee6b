import PlumblineStorage
import PlumblineTensors

extension RunResult {
    /// Stores what computes now: the program, its version, its threads and the processor; and the
    /// settings, without the folders that are written to, because they change no number.
    mutating func setOrigin(_ configuration: Configuration) {
        toolVersion = plumblineVersion
        program = plumblineProgram
        instructionSet = PlumblineTensors.instructionSet
        threads = Parallel.threads
        self.configuration = configuration.withoutFolders.yaml(commented: false)
    }
}

extension Configuration {
    /// The settings without the folders that are written to, because they change no number.
    var withoutFolders: Configuration {
        var settings = self
        settings.output = Configuration().output
        settings.sharedStages = Configuration().sharedStages
        return settings
    }
}
