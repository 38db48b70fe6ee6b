import COneDNN
import COpenBLAS

/// The libraries that compute, as they are loaded now.
public enum ComputeLibraries {
    /// The version of oneDNN, such as `2.7.2`.
    public static var oneDNN: String {
        let version = dnnl_version().pointee
        return "\(version.major).\(version.minor).\(version.patch)"
    }

    /// What OpenBLAS says of itself, beginning with its version.
    public static var openBLAS: String { String(cString: openblas_get_config()) }

    /// The kernels that OpenBLAS chose for this processor, such as `Haswell`.
    public static var openBLASKernel: String { String(cString: openblas_get_corename()) }
}
