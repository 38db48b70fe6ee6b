/// The version of this program and library, as `--version` prints it and files store it.
public let plumblineVersion = "0.2.0"
