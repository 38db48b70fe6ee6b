import COneDNN

/// oneDNN's engine and stream, and the calls that every primitive needs.
enum OneDNN {
    // Handles of the library, made once and used by the thread that owns the engine.
    nonisolated(unsafe) static let engine: OpaquePointer = {
        // It takes its number of threads from libgomp, which is told here.
        _ = Parallel.threads
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

    static func check(_ status: dnnl_status_t, _ what: @autoclosure () -> String) {
        require(status == dnnl_success, "oneDNN: \(what()) failed with status \(status.rawValue)")
    }

    /// A description of a tensor of `sizes`, in oneDNN's order of axes.
    static func layout(_ sizes: [Int], _ tag: dnnl_format_tag_t) -> dnnl_memory_desc_t {
        var layout = dnnl_memory_desc_t()
        check(
            dnnl_memory_desc_init_by_tag(
                &layout, Int32(sizes.count), sizes.map { dnnl_dim_t($0) }, dnnl_f32, tag),
            "layout \(sizes)")
        return layout
    }

    static func layout(_ sizes: [Int], strides: [Int]) -> dnnl_memory_desc_t {
        var layout = dnnl_memory_desc_t()
        check(
            dnnl_memory_desc_init_by_strides(
                &layout, Int32(sizes.count), sizes.map { dnnl_dim_t($0) }, dnnl_f32,
                strides.map { dnnl_dim_t($0) }),
            "layout \(sizes) with strides \(strides)")
        return layout
    }

    /// A memory object without memory; ``set(_:_:)`` gives it some before each use.
    static func memory(_ layout: UnsafePointer<dnnl_memory_desc_t>) -> OpaquePointer {
        var memory: OpaquePointer?
        check(dnnl_memory_create(&memory, layout, engine, nil), "memory")
        return memory!
    }

    static func primitive(_ description: OpaquePointer?, _ what: String) -> OpaquePointer {
        var primitive: OpaquePointer?
        check(dnnl_primitive_create(&primitive, description), what)
        return primitive!
    }

    static func set(_ memory: OpaquePointer, _ pointer: UnsafePointer<Float>) {
        check(
            dnnl_memory_set_data_handle(memory, UnsafeMutableRawPointer(mutating: pointer)),
            "memory handle")
    }

    static func execute(_ primitive: OpaquePointer, _ arguments: [(Int32, OpaquePointer)]) {
        let list = arguments.map { dnnl_exec_arg_t(arg: $0.0, memory: $0.1) }
        check(dnnl_primitive_execute(primitive, stream, Int32(list.count), list), "execution")
        check(dnnl_stream_wait(stream), "execution")
    }
}
