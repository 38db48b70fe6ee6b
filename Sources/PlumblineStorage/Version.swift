/// The version of this program and library.
///
/// `--version` prints it, and files store it.
public let plumblineVersion = "0.2.0"

/// The SHA-256 of the program's file; empty where the file cannot be read.
///
/// A version names many programs while it is worked on, and this is one of them.
public let plumblineProgram = (try? sha256(ofFile: "/proc/self/exe")) ?? ""
