import Foundation
import PlumblineExperiments
import XCTest

/// Training by several processes; `make prove-mpi` runs it.
final class TeamTests: XCTestCase {
    func testHowManyProcessesThereAre() {
        XCTAssertEqual(MPITeam.processCount([:]), 1)
        XCTAssertEqual(MPITeam.processCount(["OMPI_COMM_WORLD_SIZE": "4"]), 4)
        XCTAssertEqual(MPITeam.processCount(["OMPI_COMM_WORLD_SIZE": "x"]), 1)
        XCTAssertEqual(
            MPITeam.processCount(["PMIX_RANK": "0", "SLURM_STEP_NUM_TASKS": "3"]), 3)
        // A job of several tasks that runs the program without MPI.
        XCTAssertEqual(MPITeam.processCount(["SLURM_STEP_NUM_TASKS": "3"]), 1)
    }
}
