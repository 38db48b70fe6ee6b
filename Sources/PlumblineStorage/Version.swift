/// The version of this program and library.
///
/// `--version` prints it, and files store it.
public let plumblineVersion = "0.2.0"
