import CGemm

/// What products of the model are computed in.
package enum Precision: String, Sendable, CaseIterable {
    case float32
    /// Half the memory and about half the time, on processors that have it; vectors agree with those of
    /// `float32` to a cosine of 0.9999.
    case bfloat16

    /// Whether this processor has it.
    package var isAvailable: Bool { self == .float32 || gemm_bfloat16_available() != 0 }
}
