import CCairo

/// The library that draws figures.
public enum FigureLibraries {
    /// The version of cairo that is loaded.
    public static var cairo: String { String(cString: cairo_version_string()) }
}
