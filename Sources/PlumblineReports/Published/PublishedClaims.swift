import PlumblineStatistics

/// What the paper concludes from its regressions, and whether the corrected inference agrees.
///
/// A claim says the sign of a coefficient. It holds where the coefficient has that sign and Holm's
/// p value, within the family of all claims, is below 0.05; it does not hold where the coefficient
/// has the other sign and that p value is below 0.05; otherwise it is undecided.
public struct PublishedClaims {
    /// One claim about one gap.
    public struct Claim {
        public let text: String
        public let term: String
        public let accuracy: PublishedAccuracy
        /// 1 for a claim that the gap is larger, -1 for smaller.
        public let sign: Double
        public let published: Coefficient
        public let corrected: Coefficient
        public let holm: Double

        public var verdict: String {
            guard holm < 0.05 else { return "undecided" }
            return corrected.estimate * sign > 0 ? "holds" : "does not hold"
        }
    }

    public let claims: [Claim]

    /// Claims about the coefficients: the term, the sign and the words.
    private static let statements: [(term: String, sign: Double, text: String)] = [
        ("vit", 1, "ViT is manipulated more than DenseNet"),
        ("swinvit", 1, "Swin-ViT is manipulated more than DenseNet"),
        ("pretrained", -1, "Pre-training makes models more robust"),
        ("integrated_gradients", 1, "Integrated gradients are manipulated more than the gradient"),
        ("smoothgrad", 1, "SmoothGrad is manipulated more than the gradient"),
        ("lrp", -1, "LRP is manipulated less than the gradient"),
    ]

    public init(_ reanalysis: PublishedReanalysis) {
        var open: [(PublishedAccuracy, Int, Coefficient, Coefficient)] = []
        for index in Self.statements.indices {
            for accuracy in PublishedAccuracy.allCases {
                let term = Self.statements[index].term
                let published = reanalysis.published[accuracy]!.first { $0.term == term }!
                let corrected = reanalysis.coefficients[accuracy]!.first { $0.term == term }!
                open.append((accuracy, index, published, corrected))
            }
        }
        let holm = holmCorrection(open.map(\.3.pValue))
        claims = zip(open, holm).map { item, pValue in
            let statement = Self.statements[item.1]
            return Claim(
                text: statement.text, term: statement.term, accuracy: item.0, sign: statement.sign,
                published: item.2, corrected: item.3, holm: pValue)
        }
    }

    public var table: ReportTable {
        table("claims", title: "The paper's claims under the corrected inference", of: "published")
    }

    /// - Parameter plain: what the regression with independent errors is called.
    func table(_ name: String, title: String, of plain: String) -> ReportTable {
        var table = ReportTable(
            name, title: title,
            header: [
                "claim", "gap", "term", plain, "\(plain)_p", "coefficient",
                "standard_error", "p_value", "holm_p", "verdict",
            ])
        for claim in claims {
            table.add([
                .text(claim.text), .text(claim.accuracy.rawValue), .text(claim.term),
                .number(claim.published.estimate), .pValue(claim.published.pValue),
                .number(claim.corrected.estimate), .number(claim.corrected.standardError),
                .pValue(claim.corrected.pValue), .pValue(claim.holm), .text(claim.verdict),
            ])
        }
        table.notes = [
            "holds / does not hold: the sign is as claimed / the opposite, and Holm's p value of "
                + "the family of \(claims.count) tests is below 0.05; else undecided."
        ]
        return table
    }
}
