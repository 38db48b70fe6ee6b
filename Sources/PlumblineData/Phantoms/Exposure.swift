import Foundation
import PlumblineTensors

/// How a film is exposed and developed.
struct Exposure {
    private var random: RandomGenerator
    private let gain: Float
    private let gamma: Float
    private let noise: Float

    /// - Parameters:
    ///   - patient: the generator of the patient.
    ///   - film: the number of the patient's film, from 0.
    init(_ site: PhantomSite, _ patient: RandomGenerator, film: Int) {
        random = patient.stream(film == 0 ? "film" : "film \(film)")
        gain = random.uniform(site.gain.lowerBound, site.gain.upperBound)
        gamma = random.uniform(site.gamma.lowerBound, site.gamma.upperBound)
        noise = random.uniform(site.noise.lowerBound, site.noise.upperBound)
    }

    /// The brightness of a point of the exposed film.
    func level(_ brightness: Float) -> Float { pow(max(0, brightness) * gain, gamma) }

    /// The grey value, from 0 to 1, of a point with grain.
    mutating func developed(_ level: Float) -> Float {
        let grain = random.normal() * noise * (0.6 + 0.8 * level)
        return min(1, max(0, level / (1 + 0.25 * level) * 1.2 + grain))
    }
}
