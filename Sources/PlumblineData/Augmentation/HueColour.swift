/// A colour by hue, saturation and value, each from 0 to 1.
///
/// Source: `_rgb2hsv` and `_hsv2rgb` of torchvision's transforms/_functional_tensor.py.
struct HueColour {
    private var hue: Float
    private let saturation: Float
    private let value: Float

    init(_ red: Float, _ green: Float, _ blue: Float) {
        let most = max(red, green, blue)
        let range = most - min(red, green, blue)
        value = most
        guard range > 0 else {
            hue = 0
            saturation = 0
            return
        }
        saturation = range / most
        let fromRed = (most - red) / range
        let fromGreen = (most - green) / range
        let fromBlue = (most - blue) / range
        let sixths =
            most == red
            ? fromBlue - fromGreen
            : most == green ? 2 + fromRed - fromBlue : 4 + fromGreen - fromRed
        hue = (sixths / 6 + 1).truncatingRemainder(dividingBy: 1)
    }

    /// - Parameter share: of the circle, from -1 to 1.
    mutating func turn(by share: Float) {
        hue += share
        hue -= hue.rounded(.down)
    }

    var rgb: (red: Float, green: Float, blue: Float) {
        let sector = (hue * 6).rounded(.down)
        let rest = hue * 6 - sector
        func limited(_ x: Float) -> Float { min(1, max(0, x)) }
        let low = limited(value * (1 - saturation))
        let falling = limited(value * (1 - saturation * rest))
        let rising = limited(value * (1 - saturation * (1 - rest)))
        switch Int(sector) % 6 {
        case 0: return (value, rising, low)
        case 1: return (falling, value, low)
        case 2: return (low, value, rising)
        case 3: return (low, falling, value)
        case 4: return (rising, low, value)
        default: return (value, low, falling)
        }
    }
}
