import CCrypto
import CHDF5
import CZlib

/// The libraries that read and write files, as they are loaded now.
public enum StorageLibraries {
    /// The version of HDF5, such as `1.10.8`.
    public static var hdf5: String {
        var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
        // Any call starts the library, so it is set up before.
        guard HDF5File.isReady, H5get_libversion(&major, &minor, &release) >= 0 else {
            return "unknown"
        }
        return "\(major).\(minor).\(release)"
    }

    /// The version of zlib.
    public static var zlib: String { String(cString: zlibVersion()) }

    /// The version of OpenSSL's libcrypto.
    public static var crypto: String { String(cString: OpenSSL_version(OPENSSL_VERSION)) }
}
