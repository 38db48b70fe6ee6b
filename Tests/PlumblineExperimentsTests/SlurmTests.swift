import Foundation
import PlumblineExperiments
import XCTest

/// The jobs of a sweep, without Slurm; `make prove-slurm` submits them.
final class SlurmTests: XCTestCase {
    private func submission(
        folder: String = "/data/my sweep", overrides: [String] = [], atOnce: Int? = nil,
        options: [String] = []
    ) throws -> SlurmSubmission {
        try SlurmSubmission(
            program: "/opt/plumbline/bin/plumbline", configuration: "/data/mini.yaml",
            folder: folder, workingFolder: "/data", overrides: overrides, shards: 12,
            atOnce: atOnce, options: options)
    }

    func testTheScripts() throws {
        let jobs = try submission(
            overrides: ["data.target=Pleural Effusion"], atOnce: 4,
            options: ["--time=04:00:00 --mem=4G"])
        XCTAssertEqual(
            jobs.arrayScript,
            """
            #!/bin/sh
            #SBATCH --job-name=my_sweep
            #SBATCH --array=0-11%4
            #SBATCH --signal=B:USR1@120
            #SBATCH --requeue
            #SBATCH --open-mode=append
            #SBATCH --time=04:00:00 --mem=4G
            #SBATCH --output="/data/my sweep/slurm/%A_%a.log"
            # Two minutes before the time limit Slurm sends USR1 to this process, which is the
            # program. It saves, and asks Slurm to queue the job again (PLUMBLINE_REQUEUE).
            export PLUMBLINE_REQUEUE=1
            cd /data || exit 1
            exec /opt/plumbline/bin/plumbline sweep run /data/mini.yaml --set \
            'data.target=Pleural Effusion' --shard "$SLURM_ARRAY_TASK_ID/12"

            """)
        XCTAssertTrue(
            jobs.collectScript.hasPrefix("#!/bin/sh\n#SBATCH --job-name=my_sweep-collect"))
        XCTAssertFalse(jobs.collectScript.contains("--requeue"))
        XCTAssertTrue(try submission(folder: "/a%b").arrayScript.contains("/a%%b/slurm/%A_%a.log"))
    }

    /// The shell reads each word as it was given.
    func testTextOfAUserIsNoShell() throws {
        for text in ["", "it's", "$(touch /tmp/x)", "a b;c", "`id`", "\\", "é", "\"", "a\nb"] {
            let jobs = try submission(overrides: [text])
            let line = jobs.arrayScript.components(separatedBy: "exec ")[1]
            let script = "SLURM_ARRAY_TASK_ID=3; show() { printf '%s|' \"$@\"; }; show " + line
            let shell = try ExternalProgram("sh", searchPath: "/bin:/usr/bin")
            XCTAssertEqual(
                try shell.run(["-c", script]),
                "/opt/plumbline/bin/plumbline|sweep|run|/data/mini.yaml|--set|\(text)|"
                    + "--shard|3/12|")
        }
    }

    func testOptionsThatAreRefused() {
        for option in ["--array=1-2", "--mem=1G --signal=USR2", "-p x\n#SBATCH --array=0", "rm"] {
            XCTAssertThrowsError(try submission(options: [option])) { error in
                XCTAssertTrue("\(error)".hasPrefix("--sbatch "), "\(error)")
                XCTAssertTrue(error is SlurmError)
            }
        }
        for folder in ["/a\"b", "/a\nb"] { XCTAssertThrowsError(try submission(folder: folder)) }
    }

    func testTheNumberOfAJob() throws {
        XCTAssertEqual(try SlurmSubmission.jobNumber("123\n"), 123)
        XCTAssertEqual(try SlurmSubmission.jobNumber("123;cluster\n"), 123)
        for text in ["", "Submitted batch job 5\n", "-1\n", "x"] {
            XCTAssertThrowsError(try SlurmSubmission.jobNumber(text), text)
        }
    }

    func testStates() {
        var states = SlurmStates(
            "7|RUNNING|None\n7|PENDING|Resources\n7|PENDING|Resources\n9|RUNNING|None\nnonsense\n",
            jobs: [7, 8])
        states.add(accounting: "8_0|FAILED\n8_1|CANCELLED by 0\n7_3|COMPLETED\n12|FAILED\n\n|\n")
        XCTAssertEqual(
            states.lines,
            [
                "slurm: 2 pending (Resources)", "slurm: 1 cancelled", "slurm: 1 failed",
                "slurm: 1 running",
            ])
        XCTAssertEqual(
            SlurmStates("", jobs: [7]).lines, ["slurm: no job of this sweep is in the queue"])
        var unknown = SlurmStates("", jobs: [7])
        unknown.accountingProblem = "sacct failed"
        XCTAssertEqual(
            unknown.lines.last, "slurm: of jobs that ended nothing is known: sacct failed")
    }

    func testOnlyAWarningOfTheTimeLimitQueuesAJobAgain() {
        let job = ["PLUMBLINE_REQUEUE": "1", "SLURM_JOB_ID": "42"]
        XCTAssertEqual(JobRequeue.job(job, signal: SIGUSR1), "42")
        XCTAssertEqual(JobRequeue.job(job, signal: SIGUSR2), "42")
        for signal in [SIGTERM, SIGINT, SIGHUP, 0] {
            XCTAssertNil(JobRequeue.job(job, signal: signal))
        }
        XCTAssertNil(JobRequeue.job(["SLURM_JOB_ID": "42"], signal: SIGUSR1))
        var process = job
        process["OMPI_COMM_WORLD_RANK"] = "0"
        XCTAssertEqual(JobRequeue.job(process, signal: SIGUSR1), "42")
        process["OMPI_COMM_WORLD_RANK"] = "1"
        XCTAssertNil(JobRequeue.job(process, signal: SIGUSR1))
        XCTAssertNil(
            JobRequeue.job(["PLUMBLINE_REQUEUE": "1", "SLURM_JOB_ID": "4; rm"], signal: SIGUSR1))
    }

    func testProgramsOfTheSystem() throws {
        XCTAssertThrowsError(try ExternalProgram("sbatch", searchPath: "relative:/nowhere")) {
            XCTAssertTrue("\($0)".contains("not found in PATH"), "\($0)")
        }
        let shell = try ExternalProgram("sh", searchPath: "relative::/usr/bin:/bin")
        XCTAssertThrowsError(try shell.run(["-c", "echo refused >&2; exit 3"])) {
            XCTAssertEqual("\($0)", "sh failed with status 3: refused")
        }
        XCTAssertEqual(try shell.run(["-c", "printf %s \"$0\"", "a b"]), "a b")
    }
}
