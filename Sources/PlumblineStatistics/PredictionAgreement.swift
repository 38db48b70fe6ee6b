import Foundation

/// How alike two models predict the same images.
public struct PredictionAgreement: Sendable, Equatable {
    /// The number of images.
    public let images: Int
    /// The share of images with the same predicted class, from 0 to 1.
    public let agreement: Double
    /// Cohen's kappa (Educational and Psychological Measurement 20, 1960): the agreement above what
    /// the frequencies of the predictions give by chance, from -1 to 1.
    ///
    /// `nil` where both models predict one and the same class for every image.
    public let kappa: Double?
    /// The mutual information of the two predictions in nats, from 0 to the smaller entropy.
    public let mutualInformation: Double
    /// The largest difference of the two probabilities of one image, from 0 to 1.
    public let largestDifference: Double

    /// - Parameters:
    ///   - first: the predicted class of each image by the first model.
    ///   - second: by the second model.
    ///   - probabilities: of the target class, by both models.
    /// - Returns: `nil` without an image.
    public init?(
        _ first: [String], _ second: [String], probabilities: (first: [Double], second: [Double])
    ) {
        precondition(first.count == second.count, "\(first.count) and \(second.count) predictions")
        guard !first.isEmpty else { return nil }
        let count = Double(first.count)
        var joint: [[String]: Double] = [:]
        var (ofFirst, ofSecond): ([String: Double], [String: Double]) = ([:], [:])
        for (a, b) in zip(first, second) {
            joint[[a, b], default: 0] += 1 / count
            ofFirst[a, default: 0] += 1 / count
            ofSecond[b, default: 0] += 1 / count
        }
        images = first.count
        agreement = Double(zip(first, second).count { $0 == $1 }) / count
        let chance = ofFirst.keys.sorted().reduce(0.0) {
            $0 + ofFirst[$1]! * (ofSecond[$1] ?? 0)
        }
        kappa = chance < 1 - 1e-12 ? (agreement - chance) / (1 - chance) : nil
        // In a fixed order, so that the sum has the same bits every time.
        let cells = joint.keys.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
        let information = cells.reduce(0.0) { sum, cell in
            let share = joint[cell]!
            return sum + share * log(share / (ofFirst[cell[0]]! * ofSecond[cell[1]]!))
        }
        mutualInformation = max(0, information)
        largestDifference =
            zip(probabilities.first, probabilities.second).map { abs($0 - $1) }.max() ?? 0
    }
}
