/// Names that a pickle may ask for, and what the reader does with each.
enum PickleNames {
    enum Kind {
        /// Builds or describes tensors and containers.
        case known
        /// A plain value of Python, which is passed over.
        case plain
        /// Anything else, which is passed over and never imported, built or run. An error names it.
        case other
        /// Can run code or reach other files. No checkpoint has a use for it.
        case running
    }

    static let ordered = "collections.OrderedDict"
    static let size = "torch.Size"
    static let rebuilds: Set = [
        "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2",
    ]
    static let rebuildTyped = "torch._utils._rebuild_tensor_v3"
    static let parameters: Set = [
        "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
    ]
    private static let known = rebuilds.union(parameters).union([rebuildTyped, ordered, size])

    /// Storages of bytes.
    ///
    /// The tensor names the type of the values.
    static let untyped: Set = ["torch.UntypedStorage", "torch.storage.UntypedStorage"]
    static let storages: [String: NumberFormat] = [
        "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
        "DoubleStorage": .float64, "LongStorage": .int64, "IntStorage": .int32,
        "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool,
    ]
    /// Storages of numbers that cannot be weights, with the bytes of one number.
    static let otherSizes = [
        "torch.ComplexFloatStorage": 8, "torch.ComplexDoubleStorage": 16,
        "torch.QInt8Storage": 1, "torch.QUInt8Storage": 1, "torch.QInt32Storage": 4,
        "torch.QUInt4x2Storage": 1, "torch.QUInt2x4Storage": 1,
    ]
    static let types: [String: NumberFormat] = [
        "torch.float32": .float32, "torch.float16": .float16, "torch.bfloat16": .bfloat16,
        "torch.float64": .float64, "torch.int64": .int64, "torch.int32": .int32,
        "torch.int16": .int16, "torch.int8": .int8, "torch.uint8": .uint8, "torch.bool": .bool,
        "torch.uint16": .uint16, "torch.uint32": .uint32, "torch.uint64": .uint64,
        "torch.float8_e4m3fn": .float8e4m3, "torch.float8_e5m2": .float8e5m2,
    ]

    /// Modules whose names can run code or reach other files.
    private static let running: Set = [
        "os", "posix", "nt", "subprocess", "sys", "importlib", "runpy", "pty", "shutil", "socket",
        "webbrowser", "ctypes", "code", "codeop", "pickle", "_pickle", "marshal", "operator",
        "types", "commands", "popen2", "pip", "asyncio", "multiprocessing", "threading", "signal",
        "platform", "tempfile", "urllib", "http", "ftplib", "inspect", "timeit", "bdb", "pdb",
        "cProfile", "profile", "trace", "compileall", "py_compile", "imp", "pkgutil", "zipimport",
        "functools", "builtins", "__builtin__",
    ]
    /// The names of `builtins` that a checkpoint may hold.
    private static let plainTypes: Set = [
        "set", "frozenset", "bytearray", "bytes", "complex", "slice", "range", "list", "dict",
        "tuple", "int", "float", "str", "bool", "object",
    ]

    /// - Returns: the name with its module, and its kind. A storage has one name for all modules.
    static func kind(_ module: String, _ name: String) -> (full: String, kind: Kind) {
        if ["torch", "torch.cuda"].contains(module), storages[name] != nil {
            return ("torch.\(name)", .known)
        }
        let full = "\(module).\(name)"
        if known.contains(full) || untyped.contains(full) { return (full, .known) }
        if ["builtins", "__builtin__"].contains(module), plainTypes.contains(name) {
            return (full, .plain)
        }
        if types[full] != nil || otherSizes[full] != nil || full == "_codecs.encode" {
            return (full, .plain)
        }
        let top = module.prefix { $0 != "." }
        return (full, running.contains(String(top)) ? .running : .other)
    }
}
