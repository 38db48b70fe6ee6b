// For a test: a name with "ref" in it is a reference loop, a few hundred times slower.

/// The name of the implementation that oneDNN chooses for a convolution.
package func convolutionImplementation(_ member: ConvolutionMember, _ geometry: ConvolutionGeometry)
    -> String
{
    OneDNNConvolution.cached(member, geometry).implementation
}

/// The name of the implementation that oneDNN chooses for a product that runs as a convolution;
/// `nil` where the product is left to sgemm.
package func productImplementation(
    rows: Int, columns: Int, depth: Int, weightIsTransposed: Bool, accumulates: Bool
) -> String? {
    PointwiseProduct(
        rows: rows, columns: columns, depth: depth, weightIsTransposed: weightIsTransposed,
        accumulates: accumulates)?.implementation
}
