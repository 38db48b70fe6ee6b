import CJPEG
import CPNG

/// The libraries that decode images.
public enum ImageLibraries {
    /// The version of libpng that is loaded.
    public static var png: String {
        png_get_libpng_ver(nil).map { String(cString: $0) } ?? "unknown"
    }

    /// The version of libjpeg-turbo that the program was built with; the library does not tell its
    /// own.
    public static var jpeg: String {
        let number = Int(LIBJPEG_TURBO_VERSION_NUMBER)
        return "\(number / 1_000_000).\(number / 1000 % 1000).\(number % 1000)"
    }
}
