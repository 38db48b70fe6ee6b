/// A hospital, as far as its radiographs look different: for studies of a shift between data sets.
///
/// The same seed gives the same patients at each site.
public struct PhantomSite: Sendable, Equatable {
    /// What the program calls the site.
    public let number: Int
    /// The view, as the column `AP/PA` of CheXpert names it.
    public let view: String
    /// The film's width as a multiple of its height.
    let width: Float
    /// How much larger the heart's shadow is: in an AP view it lies farther from the film.
    let heart: Float
    /// The ranges from which exposure, the film's curve and the grain are drawn for each film.
    let gain: ClosedRange<Float>
    let gamma: ClosedRange<Float>
    let noise: ClosedRange<Float>
    /// What is printed on every film, whatever it shows; `nil`: nothing.
    let text: String?

    /// PA views on a square film.
    public static let first = PhantomSite(
        number: 1, view: "PA", width: 1, heart: 1, gain: 0.92...1.08, gamma: 0.92...1.12,
        noise: 0.010...0.022, text: nil)

    /// AP views of a portable machine: a wide film, brighter, flatter and noisier, with a text.
    public static let second = PhantomSite(
        number: 2, view: "AP", width: 1.2, heart: 1.1, gain: 1.02...1.28, gamma: 0.70...0.86,
        noise: 0.024...0.042, text: "AP PORT")

    /// Every site, in the order of their numbers.
    public static let all = [first, second]

    /// Height and width of a film in pixels.
    func filmSize(_ size: Int) -> (height: Int, width: Int) {
        (size, Int((Float(size) * width).rounded()))
    }
}
