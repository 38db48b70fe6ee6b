import Foundation
import PlumblineData
import PlumblineReports
import PlumblineStorage
import PlumblineTensors

/// Looks at the libraries, the processor, what the job may use, and a folder.
public struct Doctor {
    /// The folder that is checked, usually the working folder.
    let folder: String

    public init(folder: String) { self.folder = folder }

    /// Runs each check, and gives its finding as soon as it is known.
    public func examine(_ each: (DoctorFinding) -> Void) {
        each(DoctorFinding(.ok, "plumbline \(plumblineVersion)"))
        libraries.forEach(each)
        each(Self.threads(environment: ProcessInfo.processInfo.environment))
        each(Self.memory(.ofThisProcess))
        FolderCheck(folder).findings.forEach(each)
        each(Self.finding(GradientSelfCheck.convolution()))
        each(Self.finding(GradientSelfCheck.attention()))
    }

    private var libraries: [DoctorFinding] {
        [
            Self.processor(instructionSet, version: ComputeLibraries.oneDNN),
            Self.openBLAS(
                ComputeLibraries.openBLAS, kernel: ComputeLibraries.openBLASKernel,
                coreType: ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"]),
            DoctorFinding(.ok, "HDF5 \(StorageLibraries.hdf5)"),
            DoctorFinding(.ok, "cairo \(FigureLibraries.cairo)"),
            DoctorFinding(.ok, "libpng \(ImageLibraries.png)"),
            DoctorFinding(.ok, "libjpeg-turbo \(ImageLibraries.jpeg) (when built)"),
            DoctorFinding(.ok, "zlib \(StorageLibraries.zlib), \(StorageLibraries.crypto)"),
        ]
    }

    package static func processor(_ instructions: String, version: String) -> DoctorFinding {
        let text = "oneDNN \(version), instruction set \(instructions)"
        guard ["sse41", "avx"].contains(instructions) else { return DoctorFinding(.ok, text) }
        return DoctorFinding(
            .note,
            text + ": several times slower than AVX2; use another machine if you can, and "
                + "unset ONEDNN_MAX_CPU_ISA if it is set")
    }

    /// - Parameter coreType: the variable `OPENBLAS_CORETYPE`.
    package static func openBLAS(_ configuration: String, kernel: String, coreType: String?)
        -> DoctorFinding
    {
        // "OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY Haswell MAX_THREADS=64"
        let words = configuration.split(separator: " ")
        let version = words.dropFirst().first.map(String.init) ?? "of unknown version"
        let text = "OpenBLAS \(version), kernel \(kernel)"
        if let coreType, !coreType.isEmpty {
            return DoctorFinding(
                .note, text + ": chosen by OPENBLAS_CORETYPE=\(coreType); unset it")
        }
        guard words.contains("DYNAMIC_ARCH") else {
            return DoctorFinding(
                .note, text + ": built for one processor only; on another it may be slow")
        }
        return DoctorFinding(.ok, text)
    }

    package static func threads(environment: [String: String]) -> DoctorFinding {
        let allowed = AllowedThreads.ofThisProcess
        let text =
            "threads: \(Parallel.threads) in use, \(allowed.count) allowed (\(allowed.source))"
        guard Parallel.threads > allowed.count else { return DoctorFinding(.ok, text) }
        let cause =
            environment["OMP_NUM_THREADS"] == nil
            ? "set threads to \(allowed.count)" : "unset OMP_NUM_THREADS"
        return DoctorFinding(.note, text + ": more threads than processors are slower; " + cause)
    }

    package static func memory(_ allowed: AllowedMemory) -> DoctorFinding {
        let text = "memory: \(ByteCount.text(allowed.bytes)) allowed (\(allowed.source))"
        guard allowed.bytes < 2 << 30 else { return DoctorFinding(.ok, text) }
        return DoctorFinding(
            .note, text + ": the mini models fit, larger ones need some GB; ask for more")
    }

    package static func finding(_ check: GradientSelfCheck) -> DoctorFinding {
        let text =
            "gradient of one \(check.name): within "
            + String(
                format: "%.1e of plain loops, %.1e of differences", check.loopDifference,
                check.slopeDifference)
        guard !check.isRight else { return DoctorFinding(.ok, text) }
        return DoctorFinding(
            .problem,
            text + ": results on this machine are wrong; try another machine, or "
                + "ONEDNN_MAX_CPU_ISA=AVX2, and report this line")
    }
}
