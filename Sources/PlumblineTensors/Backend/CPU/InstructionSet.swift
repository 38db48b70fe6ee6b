import COneDNN

/// The instruction set that oneDNN uses here, such as `avx512_core_bf16`.
///
/// The same weights give other last bits under another one. `ONEDNN_MAX_CPU_ISA` limits it.
public let instructionSet: String = {
    let names: [(dnnl_cpu_isa_t, String)] = [
        (dnnl_cpu_isa_sse41, "sse41"), (dnnl_cpu_isa_avx, "avx"), (dnnl_cpu_isa_avx2, "avx2"),
        (dnnl_cpu_isa_avx2_vnni, "avx2_vnni"), (dnnl_cpu_isa_avx512_core, "avx512_core"),
        (dnnl_cpu_isa_avx512_core_vnni, "avx512_core_vnni"),
        (dnnl_cpu_isa_avx512_core_bf16, "avx512_core_bf16"),
        (dnnl_cpu_isa_avx512_core_amx, "avx512_core_amx"),
    ]
    let isa = dnnl_get_effective_cpu_isa()
    return names.first { $0.0 == isa }?.1 ?? "0x" + String(isa.rawValue, radix: 16)
}()
