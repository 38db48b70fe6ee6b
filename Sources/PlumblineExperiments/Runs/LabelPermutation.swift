import PlumblineData
import PlumblineTensors

/// A random permutation of the labels of a training set, for data randomisation (Adebayo et al.,
/// arXiv 1810.03292, section 5).
///
/// The labels of a set stay the same as a whole, so that the frequency of each class stays.
public struct LabelPermutation: Sendable, Equatable {
    /// `sources[i]` is the image whose labels the image `i` gets.
    public let sources: [Int]

    /// - Parameters:
    ///   - count: of the images.
    ///   - seed: of the run.
    public init(count: Int, seed: UInt64) {
        var random = RandomGenerator(seed: seed).stream("permuted labels")
        sources = Array(0..<count).shuffled(using: &random)
    }
}

extension ImageDataset {
    /// The same images with permuted labels and weights of labels.
    func permutingLabels(_ permutation: LabelPermutation) -> ImageDataset {
        relabelled(permutation.sources.map { (items[$0].labels, items[$0].weights) })
    }
}
