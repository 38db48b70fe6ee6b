import ArgumentParser
import Foundation
import PlumblineExperiments

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains the starting model only: the first part of `run`.",
        discussion: """
            `mpirun -n K plumbline train ...` shares the batches of a step (train.accumulation) \
            among K processes. The weights are those of one process, bit for bit, at the same \
            number of threads. Needs Open MPI.
            """)

    @OptionGroup var options: ExperimentOptions
    @OptionGroup var logging: LogOptions

    func run() throws {
        logging.begin()
        Interruption.listen()
        guard let team = try reportingErrors({ try MPITeam.join() }) else {
            return try reportingErrors { print(try options.experiment().train()) }
        }
        if team.rank > 0 { ProgramLog.showErrorsOnly() }
        do {
            try reportingErrors { try train(team) }
            team.leave()
        } catch let code as ExitCode where team.hasAgreedToStop {
            team.leave()
            throw code
        } catch {
            team.abort((error as? ExitCode)?.rawValue ?? 1)
            throw error
        }
    }

    private func train(_ team: MPITeam) throws {
        do {
            if let path = try options.experiment().train(team) { print(path) }
        } catch let error as Interrupted where team.hasAgreedToStop && team.rank > 0 {
            // Process 0 says it for all.
            _ = error
            throw ExitCode(75)
        } catch  where team.rank > 0 {
            // Most errors are those of process 0 too. It ends all processes after its message.
            // mpirun then ends this one with a signal, which ends the sleep.
            sleep(10)
            if Interruption.isRequested { throw ExitCode.failure }
            throw error
        }
    }
}
