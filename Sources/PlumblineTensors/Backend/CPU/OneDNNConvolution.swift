import COneDNN
import Synchronization

/// A oneDNN primitive for one member and geometry of a convolution, with the reorder of its weights
/// into the layout that oneDNN chooses.
///
/// The layout of the weights is left to oneDNN, because with fixed OIHW or OHWI weights it would
/// fall back to a reference loop (1 GFLOP/s).
///
/// A primitive's memory objects are shared between its calls. That is safe because one thread owns
/// the ``Engine``.
final class OneDNNConvolution: @unchecked Sendable {
    /// How a forward 1 x 1 convolution stands for a matrix product.
    struct Variant: Hashable {
        /// Whether the weight is stored as `[inChannels, outChannels]`.
        var weightIsTransposed = false
        /// Whether the output is added to what is there.
        var accumulates = false
    }

    private struct Key: Hashable {
        let member: ConvolutionMember
        let geometry: ConvolutionGeometry
        let variant: Variant
    }

    /// Training DenseNet-201 on explanations takes some 3,000 primitives: 200 layers, three members
    /// and several batch sizes.
    ///
    /// A smaller cache would make each of them anew in every step.
    private static let cache = Mutex(RecentlyUsed<Key, OneDNNConvolution>(capacity: 4096))

    static func cached(
        _ member: ConvolutionMember, _ geometry: ConvolutionGeometry, _ variant: Variant = Variant()
    ) -> OneDNNConvolution {
        let key = Key(member: member, geometry: geometry, variant: variant)
        return cache.withLock { cache in
            cache.value(key) { OneDNNConvolution(member, geometry, variant) }
        }
    }

    private let member: ConvolutionMember
    private let primitive: OpaquePointer
    /// From the plain to the blocked weight, or back for a weight gradient; `nil` where oneDNN
    /// chose the plain layout.
    private let reorder: OpaquePointer?
    private let image: OpaquePointer
    private let output: OpaquePointer
    private let plainWeight: OpaquePointer
    private let blockedWeight: OpaquePointer
    private let scratchpad: OpaquePointer
    private let blockedCount: Int
    private let scratchCount: Int
    /// What oneDNN chose, for example "jit:avx512_core"; a test asserts that it is never a
    /// reference loop.
    let implementation: String

    private init(_ member: ConvolutionMember, _ geometry: ConvolutionGeometry, _ variant: Variant) {
        var layouts = ConvolutionLayouts(geometry, variant)
        let description = layouts.description(member, geometry, variant)
        defer { dnnl_primitive_desc_destroy(description) }
        self.member = member
        var name: UnsafePointer<CChar>?
        OneDNN.check(
            dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, &name),
            "implementation")
        implementation = name.map { String(cString: $0) } ?? "unknown"
        primitive = OneDNN.primitive(description, "convolution \(geometry)")

        let blockedLayout = dnnl_primitive_desc_query_md(
            description,
            member == .weightGradient ? dnnl_query_diff_weights_md : dnnl_query_weights_md, 0)!
        let scratchLayout = dnnl_primitive_desc_query_md(
            description, dnnl_query_scratchpad_md, 0)!
        blockedCount = dnnl_memory_desc_get_size(blockedLayout) / 4
        scratchCount = dnnl_memory_desc_get_size(scratchLayout) / 4 + 1
        image = OneDNN.memory(&layouts.image)
        output = OneDNN.memory(&layouts.output)
        plainWeight = OneDNN.memory(&layouts.plainWeight)
        blockedWeight = OneDNN.memory(blockedLayout)
        scratchpad = OneDNN.memory(scratchLayout)
        reorder = Self.reorder(member, plain: &layouts.plainWeight, blocked: blockedLayout)
    }

    deinit {
        for memory in [image, output, plainWeight, blockedWeight, scratchpad] {
            dnnl_memory_destroy(memory)
        }
        dnnl_primitive_destroy(primitive)
        if let reorder { dnnl_primitive_destroy(reorder) }
    }

    private static func reorder(
        _ member: ConvolutionMember, plain: UnsafePointer<dnnl_memory_desc_t>,
        blocked: UnsafePointer<dnnl_memory_desc_t>
    ) -> OpaquePointer? {
        if dnnl_memory_desc_equal(blocked, plain) == 1 { return nil }
        let (from, to) = member == .weightGradient ? (blocked, plain) : (plain, blocked)
        var description: OpaquePointer?
        OneDNN.check(
            dnnl_reorder_primitive_desc_create(
                &description, from, OneDNN.engine, to, OneDNN.engine, nil),
            "weight reorder")
        defer { dnnl_primitive_desc_destroy(description) }
        return OneDNN.primitive(description, "weight reorder")
    }

    /// ``ConvolutionMember`` says what `first` and `second` are.
    func run(
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>,
        into out: UnsafeMutablePointer<Float>
    ) {
        let blocked = reorder == nil ? nil : BufferPool.shared.allocate(blockedCount)
        let scratch = BufferPool.shared.allocate(scratchCount)
        withExtendedLifetime((blocked, scratch)) {
            OneDNN.set(scratchpad, scratch.pointer)
            if let blocked { OneDNN.set(blockedWeight, blocked.pointer) }
            switch member {
            case .forward:
                OneDNN.set(image, first)
                OneDNN.set(output, out)
                let weight = arranged(second)
                execute([
                    (DNNL_ARG_SRC, image), (DNNL_ARG_WEIGHTS, weight), (DNNL_ARG_DST, output),
                ])
            case .inputGradient:
                OneDNN.set(output, first)
                OneDNN.set(image, out)
                let weight = arranged(second)
                execute([
                    (DNNL_ARG_DIFF_DST, output), (DNNL_ARG_WEIGHTS, weight),
                    (DNNL_ARG_DIFF_SRC, image),
                ])
            case .weightGradient:
                OneDNN.set(image, first)
                OneDNN.set(output, second)
                OneDNN.set(plainWeight, out)
                let weight = reorder == nil ? plainWeight : blockedWeight
                execute([
                    (DNNL_ARG_SRC, image), (DNNL_ARG_DIFF_DST, output),
                    (DNNL_ARG_DIFF_WEIGHTS, weight),
                ])
                if let reorder {
                    OneDNN.execute(
                        reorder, [(DNNL_ARG_FROM, blockedWeight), (DNNL_ARG_TO, plainWeight)])
                }
            }
        }
    }

    /// `weight` in the layout that the primitive reads.
    private func arranged(_ weight: UnsafePointer<Float>) -> OpaquePointer {
        OneDNN.set(plainWeight, weight)
        guard let reorder else { return plainWeight }
        OneDNN.execute(reorder, [(DNNL_ARG_FROM, plainWeight), (DNNL_ARG_TO, blockedWeight)])
        return blockedWeight
    }

    private func execute(_ arguments: [(Int32, OpaquePointer)]) {
        OneDNN.execute(primitive, arguments + [(DNNL_ARG_SCRATCHPAD, scratchpad)])
    }
}

/// The layouts of a convolution's tensors, as oneDNN describes them.
private struct ConvolutionLayouts {
    var image: dnnl_memory_desc_t
    var output: dnnl_memory_desc_t
    /// The weight as a tensor holds it: OHWI.
    var plainWeight: dnnl_memory_desc_t
    /// The weight in whatever layout oneDNN prefers.
    var anyWeight: dnnl_memory_desc_t

    init(_ g: ConvolutionGeometry, _ variant: OneDNNConvolution.Variant) {
        let isGrouped = g.groups > 1
        // oneDNN orders sizes (N, C, H, W), (O, I, H, W) and (G, O, I, H, W). A tag names the order
        // in memory: acdb is NHWC or OHWI, abdec is OHWI within each group.
        image = OneDNN.layout([g.batch, g.inChannels, g.height, g.width], dnnl_acdb)
        output = OneDNN.layout([g.batch, g.outChannels, g.outHeight, g.outWidth], dnnl_acdb)
        let weightSizes =
            (isGrouped ? [g.groups, g.outChannels / g.groups] : [g.outChannels])
            + [g.inChannels / g.groups, g.kernelHeight, g.kernelWidth]
        plainWeight =
            variant.weightIsTransposed
            ? OneDNN.layout(weightSizes, strides: [1, g.outChannels, 1, 1])
            : OneDNN.layout(weightSizes, isGrouped ? dnnl_abdec : dnnl_acdb)
        anyWeight = OneDNN.layout(weightSizes, dnnl_format_tag_any)
    }

    /// The description of the primitive that computes `member`; the caller destroys it.
    mutating func description(
        _ member: ConvolutionMember, _ g: ConvolutionGeometry,
        _ variant: OneDNNConvolution.Variant
    ) -> OpaquePointer {
        let attributes = Self.attributes(variant)
        defer { dnnl_primitive_attr_destroy(attributes) }
        let strides = [dnnl_dim_t](repeating: dnnl_dim_t(g.stride), count: 2)
        let before = [dnnl_dim_t](repeating: dnnl_dim_t(g.padding), count: 2)
        let after = [
            dnnl_dim_t((g.outHeight - 1) * g.stride + g.kernelHeight - g.height - g.padding),
            dnnl_dim_t((g.outWidth - 1) * g.stride + g.kernelWidth - g.width - g.padding),
        ]
        var description = dnnl_convolution_desc_t()
        OneDNN.check(
            dnnl_convolution_forward_desc_init(
                &description, dnnl_forward_training, dnnl_convolution_direct, &image, &anyWeight,
                nil, &output, strides, before, after),
            "convolution \(g)")
        var forward: OpaquePointer?
        OneDNN.check(
            dnnl_primitive_desc_create(&forward, &description, attributes, OneDNN.engine, nil),
            "convolution \(g)")
        switch member {
        case .forward: return forward!
        case .inputGradient:
            OneDNN.check(
                dnnl_convolution_backward_data_desc_init(
                    &description, dnnl_convolution_direct, &image, &anyWeight, &output, strides,
                    before, after),
                "input gradient \(g)")
        case .weightGradient:
            OneDNN.check(
                dnnl_convolution_backward_weights_desc_init(
                    &description, dnnl_convolution_direct, &image, &anyWeight, nil, &output,
                    strides, before, after),
                "weight gradient \(g)")
        }
        // A gradient's description needs the forward one as a hint.
        defer { dnnl_primitive_desc_destroy(forward) }
        var backward: OpaquePointer?
        OneDNN.check(
            dnnl_primitive_desc_create(&backward, &description, attributes, OneDNN.engine, forward),
            "\(member) \(g)")
        return backward!
    }

    private static func attributes(_ variant: OneDNNConvolution.Variant) -> OpaquePointer? {
        var attributes: OpaquePointer?
        OneDNN.check(dnnl_primitive_attr_create(&attributes), "attributes")
        OneDNN.check(
            dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user),
            "scratchpad mode")
        guard variant.accumulates else { return attributes }
        var sum: OpaquePointer?
        OneDNN.check(dnnl_post_ops_create(&sum), "sum")
        OneDNN.check(dnnl_post_ops_append_sum(sum, 1), "sum")
        OneDNN.check(dnnl_primitive_attr_set_post_ops(attributes, sum), "sum")
        dnnl_post_ops_destroy(sum)
        return attributes
    }
}
