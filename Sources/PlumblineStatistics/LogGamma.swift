import Foundation

/// `ln Γ(x)` for `x > 0`.
///
/// The recurrence lifts `x` to 10, where Stirling's series is exact to the last digits. (The C
/// library's function writes to a global variable.)
func logGamma(_ x: Double) -> Double {
    var lifted = x
    var product = 1.0
    while lifted < 10 {
        product *= lifted
        lifted += 1
    }
    let inverse = 1 / lifted
    let square = inverse * inverse
    let series =
        inverse
        * (1 / 12.0 - square
            * (1 / 360.0 - square
                * (1 / 1260.0 - square
                    * (1 / 1680.0 - square * (1 / 1188.0 - square * 691 / 360360)))))
    return (lifted - 0.5) * log(lifted) - lifted + log(2 * Double.pi) / 2 + series
        - log(product)
}
