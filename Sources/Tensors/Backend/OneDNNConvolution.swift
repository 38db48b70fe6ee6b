import COneDNN
import Synchronization

/// Which of the three bilinear maps of a convolution is meant. Each is a derivative of the others.
package enum ConvolutionMember: Hashable, Sendable {
    /// (image, weight) to output
    case forward
    /// (output, weight) to image
    case inputGradient
    /// (image, output) to weight
    case weightGradient
}

/// The sizes of a convolution: image `[batch, height, width, inChannels]`, weight `[outChannels,
/// kernelHeight, kernelWidth, inChannels / groups]`, output `[batch, outHeight, outWidth,
/// outChannels]`.
package struct ConvolutionGeometry: Hashable, Sendable {
    package var batch: Int, height: Int, width: Int, inChannels: Int, outChannels: Int
    package var kernelHeight: Int, kernelWidth: Int, stride: Int, padding: Int, groups: Int

    package init(
        batch: Int, height: Int, width: Int, inChannels: Int, outChannels: Int, kernelHeight: Int,
        kernelWidth: Int, stride: Int,
        padding: Int, groups: Int
    ) {
        (self.batch, self.height, self.width, self.inChannels, self.outChannels) = (
            batch, height, width, inChannels, outChannels
        )
        (self.kernelHeight, self.kernelWidth) = (kernelHeight, kernelWidth)
        (self.stride, self.padding, self.groups) = (stride, padding, groups)
    }

    package var outHeight: Int { (height + 2 * padding - kernelHeight) / stride + 1 }
    package var outWidth: Int { (width + 2 * padding - kernelWidth) / stride + 1 }
    package var inputShape: [Int] { [batch, height, width, inChannels] }
    package var outputShape: [Int] { [batch, outHeight, outWidth, outChannels] }
    package var weightShape: [Int] {
        [outChannels, kernelHeight, kernelWidth, inChannels / groups]
    }
}

/// A oneDNN primitive for one member and geometry, with the reorder of its weights into the layout
/// oneDNN chooses.
///
/// Fixed OIHW or OHWI weights would fall to oneDNN's reference loop (1 GFLOP/s), so the weights'
/// layout is left to it.
final class OneDNNConvolution: @unchecked Sendable {
    private static let cache = Mutex<[Key: OneDNNConvolution]>([:])

    private struct Key: Hashable {
        let member: ConvolutionMember
        let geometry: ConvolutionGeometry
        let variant: Variant
    }

    /// How a forward 1 x 1 convolution stands for a matrix product.
    struct Variant: Hashable {
        /// The weight lies in memory as `[inChannels, outChannels]`.
        var weightIsTransposed = false
        /// The output is added to what is there.
        var accumulates = false
    }

    static func cached(
        _ member: ConvolutionMember, _ geometry: ConvolutionGeometry, _ variant: Variant = Variant()
    ) -> OneDNNConvolution {
        cache.withLock { cache in
            let key = Key(member: member, geometry: geometry, variant: variant)
            if let found = cache[key] { return found }
            let made = OneDNNConvolution(member, geometry, variant)
            cache[key] = made
            return made
        }
    }

    // oneDNN's handles may be shared between threads.
    nonisolated(unsafe) private static let engine: OpaquePointer = {
        var engine: OpaquePointer?
        check(dnnl_engine_create(&engine, dnnl_cpu, 0), "engine")
        return engine!
    }()
    nonisolated(unsafe) private static let stream: OpaquePointer = {
        var stream: OpaquePointer?
        check(
            dnnl_stream_create(&stream, engine, UInt32(dnnl_stream_default_flags.rawValue)),
            "stream")
        return stream!
    }()

    private let member: ConvolutionMember
    private let primitive: OpaquePointer
    private let reorder: OpaquePointer?
    private let image: OpaquePointer, output: OpaquePointer
    private let plainWeight: OpaquePointer, blockedWeight: OpaquePointer, scratchpad: OpaquePointer
    private let blockedCount: Int, scratchCount: Int
    /// What oneDNN chose, for example "jit:avx512_core"; a test asserts that it is never a
    /// reference loop.
    let implementation: String

    private init(_ member: ConvolutionMember, _ g: ConvolutionGeometry, _ variant: Variant) {
        self.member = member
        let grouped = g.groups > 1
        var imageLayout = dnnl_memory_desc_t(), outputLayout = dnnl_memory_desc_t()
        var plainLayout = dnnl_memory_desc_t(), anyLayout = dnnl_memory_desc_t()
        func describe(_ layout: inout dnnl_memory_desc_t, _ dims: [Int], _ tag: dnnl_format_tag_t) {
            let wide = dims.map { dnnl_dim_t($0) }
            Self.check(
                dnnl_memory_desc_init_by_tag(&layout, Int32(dims.count), wide, dnnl_f32, tag),
                "layout \(dims)")
        }
        describe(&imageLayout, [g.batch, g.inChannels, g.height, g.width], dnnl_acdb)
        describe(&outputLayout, [g.batch, g.outChannels, g.outHeight, g.outWidth], dnnl_acdb)
        let weightDims =
            (grouped ? [g.groups, g.outChannels / g.groups] : [g.outChannels])
            + [g.inChannels / g.groups, g.kernelHeight, g.kernelWidth]
        // OHWI as oneDNN names it: acdb of (O, I, H, W), and abdec of (G, O, I, H, W).
        if variant.weightIsTransposed {
            let dims = weightDims.map { dnnl_dim_t($0) },
                strides = [1, g.outChannels, 1, 1].map { dnnl_dim_t($0) }
            Self.check(
                dnnl_memory_desc_init_by_strides(&plainLayout, 4, dims, dnnl_f32, strides),
                "transposed weight \(dims)")
        } else {
            describe(&plainLayout, weightDims, grouped ? dnnl_abdec : dnnl_acdb)
        }
        describe(&anyLayout, weightDims, dnnl_format_tag_any)

        let strides = [dnnl_dim_t](repeating: dnnl_dim_t(g.stride), count: 2)
        let before = [dnnl_dim_t](repeating: dnnl_dim_t(g.padding), count: 2)
        let after = [
            dnnl_dim_t((g.outHeight - 1) * g.stride + g.kernelHeight - g.height - g.padding),
            dnnl_dim_t((g.outWidth - 1) * g.stride + g.kernelWidth - g.width - g.padding),
        ]
        var descriptor = dnnl_convolution_desc_t()
        var forward: OpaquePointer?
        Self.check(
            dnnl_convolution_forward_desc_init(
                &descriptor, dnnl_forward_training, dnnl_convolution_direct, &imageLayout,
                &anyLayout, nil, &outputLayout,
                strides, before, after), "convolution \(g)")
        var attributes: OpaquePointer?
        Self.check(dnnl_primitive_attr_create(&attributes), "attributes")
        Self.check(
            dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user),
            "scratchpad mode")
        if variant.accumulates {
            var sum: OpaquePointer?
            Self.check(dnnl_post_ops_create(&sum), "sum")
            Self.check(dnnl_post_ops_append_sum(sum, 1), "sum")
            Self.check(dnnl_primitive_attr_set_post_ops(attributes, sum), "sum")
            dnnl_post_ops_destroy(sum)
        }
        Self.check(
            dnnl_primitive_desc_create(&forward, &descriptor, attributes, Self.engine, nil),
            "convolution \(g)")
        var chosen = forward
        switch member {
        case .forward: break
        case .inputGradient:
            Self.check(
                dnnl_convolution_backward_data_desc_init(
                    &descriptor, dnnl_convolution_direct, &imageLayout, &anyLayout, &outputLayout,
                    strides, before, after),
                "input gradient \(g)")
            Self.check(
                dnnl_primitive_desc_create(&chosen, &descriptor, attributes, Self.engine, forward),
                "input gradient \(g)")
        case .weightGradient:
            Self.check(
                dnnl_convolution_backward_weights_desc_init(
                    &descriptor, dnnl_convolution_direct, &imageLayout, &anyLayout, nil,
                    &outputLayout, strides, before, after),
                "weight gradient \(g)")
            Self.check(
                dnnl_primitive_desc_create(&chosen, &descriptor, attributes, Self.engine, forward),
                "weight gradient \(g)")
        }
        var name: UnsafePointer<CChar>?
        Self.check(
            dnnl_primitive_desc_query(chosen, dnnl_query_impl_info_str, 0, &name), "implementation")
        implementation = name.map { String(cString: $0) } ?? "unknown"
        var made: OpaquePointer?
        Self.check(dnnl_primitive_create(&made, chosen), "primitive")
        primitive = made!

        let weightQuery =
            member == .weightGradient ? dnnl_query_diff_weights_md : dnnl_query_weights_md
        let blockedLayout = dnnl_primitive_desc_query_md(chosen, weightQuery, 0)!
        let scratchLayout = dnnl_primitive_desc_query_md(chosen, dnnl_query_scratchpad_md, 0)!
        blockedCount = dnnl_memory_desc_get_size(blockedLayout) / 4
        scratchCount = dnnl_memory_desc_get_size(scratchLayout) / 4 + 1
        func memory(_ layout: UnsafePointer<dnnl_memory_desc_t>) -> OpaquePointer {
            var memory: OpaquePointer?
            Self.check(dnnl_memory_create(&memory, layout, Self.engine, nil), "memory")
            return memory!
        }
        image = memory(&imageLayout)
        output = memory(&outputLayout)
        plainWeight = memory(&plainLayout)
        blockedWeight = memory(blockedLayout)
        scratchpad = memory(scratchLayout)

        if dnnl_memory_desc_equal(blockedLayout, &plainLayout) == 1 {
            reorder = nil
        } else {
            var description: OpaquePointer?
            let status = withUnsafePointer(to: &plainLayout) { plain in
                let (from, to) =
                    member == .weightGradient ? (blockedLayout, plain) : (plain, blockedLayout)
                return dnnl_reorder_primitive_desc_create(
                    &description, from, Self.engine, to, Self.engine, nil)
            }
            Self.check(status, "weight reorder")
            var made: OpaquePointer?
            Self.check(dnnl_primitive_create(&made, description), "weight reorder")
            reorder = made
            dnnl_primitive_desc_destroy(description)
        }
        if chosen != forward { dnnl_primitive_desc_destroy(chosen) }
        dnnl_primitive_desc_destroy(forward)
        dnnl_primitive_attr_destroy(attributes)
    }

    /// `first` and `second` in the order of ``ConvolutionMember``.
    func run(
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>,
        into out: UnsafeMutablePointer<Float>
    ) {
        let blocked = reorder == nil ? nil : backend.allocate(blockedCount)
        let scratch = backend.allocate(scratchCount)
        withExtendedLifetime((blocked, scratch)) {
            Self.set(scratchpad, scratch.pointer)
            switch member {
            case .forward, .inputGradient:
                Self.set(member == .forward ? image : output, first)
                Self.set(member == .forward ? output : image, out)
                var weight = plainWeight
                Self.set(plainWeight, second)
                if let reorder, let blocked {
                    Self.set(blockedWeight, blocked.pointer)
                    Self.execute(
                        reorder, [(DNNL_ARG_FROM, plainWeight), (DNNL_ARG_TO, blockedWeight)])
                    weight = blockedWeight
                }
                let arguments =
                    member == .forward
                    ? [(DNNL_ARG_SRC, image), (DNNL_ARG_WEIGHTS, weight), (DNNL_ARG_DST, output)]
                    : [
                        (DNNL_ARG_DIFF_DST, output), (DNNL_ARG_WEIGHTS, weight),
                        (DNNL_ARG_DIFF_SRC, image),
                    ]
                Self.execute(primitive, arguments + [(DNNL_ARG_SCRATCHPAD, scratchpad)])
            case .weightGradient:
                Self.set(image, first)
                Self.set(output, second)
                Self.set(plainWeight, out)
                if let blocked { Self.set(blockedWeight, blocked.pointer) }
                let weight = reorder == nil ? plainWeight : blockedWeight
                Self.execute(
                    primitive,
                    [
                        (DNNL_ARG_SRC, image), (DNNL_ARG_DIFF_DST, output),
                        (DNNL_ARG_DIFF_WEIGHTS, weight),
                        (DNNL_ARG_SCRATCHPAD, scratchpad),
                    ])
                if let reorder {
                    Self.execute(
                        reorder, [(DNNL_ARG_FROM, blockedWeight), (DNNL_ARG_TO, plainWeight)])
                }
            }
        }
    }

    private static func set(_ memory: OpaquePointer, _ pointer: UnsafePointer<Float>) {
        check(
            dnnl_memory_set_data_handle(memory, UnsafeMutableRawPointer(mutating: pointer)),
            "memory handle")
    }

    private static func execute(_ primitive: OpaquePointer, _ arguments: [(Int32, OpaquePointer)]) {
        let list = arguments.map { dnnl_exec_arg_t(arg: $0.0, memory: $0.1) }
        check(dnnl_primitive_execute(primitive, stream, Int32(list.count), list), "execution")
        check(dnnl_stream_wait(stream), "execution")
    }

    private static func check(_ status: dnnl_status_t, _ what: @autoclosure () -> String) {
        require(status == dnnl_success, "oneDNN: \(what()) failed with status \(status.rawValue)")
    }
}

/// The name of the implementation that oneDNN chooses, for a test: "ref" in it is a loop a few
/// hundred times slower.
package func convolutionImplementation(_ member: ConvolutionMember, _ geometry: ConvolutionGeometry)
    -> String
{
    OneDNNConvolution.cached(member, geometry).implementation
}
