/// A function of one value.
///
/// NaN gives NaN.
package enum UnaryKind: Sendable, CaseIterable {
    case absolute
    /// -1, 0 or 1
    case sign
    case exp
    case log
    case sqrt
    case reciprocal
    case tanh
    case erf
    case sigmoid
    /// `log(1 + exp(x))`
    case softplus
    /// `max(x, 0)`
    case relu
    /// `x F(x)`, with the standard normal distribution F
    case gelu
}

/// A function of two values.
///
/// NaN and infinities follow IEEE 754; a comparison with NaN gives 0.
package enum BinaryKind: Sendable, CaseIterable {
    case add
    case subtract
    case multiply
    case divide
    case power
    /// 1 where a > b, else 0
    case greater
    /// 1 where a >= b, else 0
    case greaterOrEqual
    /// 1 where a == b, else 0
    case equal
}

/// How the values of an axis become one.
package enum ReductionKind: Sendable, CaseIterable {
    case sum
    case maximum
    case minimum
}
