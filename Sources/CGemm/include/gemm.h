#ifndef REFRAIN_GEMM_H
#define REFRAIN_GEMM_H

#include <stddef.h>
#include <stdint.h>

// Products with weights that are packed once: what a BLAS cannot offer, for it gets both matrices anew at each call and
// packs them anew, which costs a short text more than the product itself.

/// Columns of a panel.
#define GEMM_PANEL_COLUMNS 16

/// Floats of a packed matrix: [panels × inputs × GEMM_PANEL_COLUMNS], the last panel filled with zeros.
size_t gemm_packed_floats(size_t inputs, size_t outputs);

/// Packs weights [outputs × inputs], row-major, as columns `column` and on of a packed matrix of `inputs` rows.
void gemm_pack(const float *weights, size_t outputs, size_t inputs, size_t column, float *packed);

/// Sets output [rows × outputs] to input [rows × inputs] times the packed weights plus bias [outputs]; adds to what
/// output holds if `accumulates` is not 0. Input and output are row-major without gaps. One thread, no allocation.
void gemm_multiply(
    const float *input, size_t rows, size_t inputs, const float *packed, const float *bias, size_t outputs,
    int accumulates, float *output);

/// The kernel that this processor runs: "avx512", "avx2" or "portable".
const char *gemm_kernel(void);

/// The same product by a named kernel, for tests; returns 0 where the processor does not have it.
int gemm_multiply_by(
    const char *kernel, const float *input, size_t rows, size_t inputs, const float *packed, const float *bias,
    size_t outputs, int accumulates, float *output);

// The same in bfloat16, whose products are exact to 8 bits and summed in floats: half the weights to read and twice the
// arithmetic a step, on processors that have it (AVX512_BF16).

/// Whether this processor has it.
int gemm_bfloat16_available(void);

/// Elements of a packed matrix: [panels × pairs of inputs × GEMM_PANEL_COLUMNS × 2].
size_t gemm_bfloat16_packed(size_t inputs, size_t outputs);

/// Packs weights as gemm_pack does.
void gemm_bfloat16_pack(const float *weights, size_t outputs, size_t inputs, size_t column, uint16_t *packed);

/// Elements of the scratch memory that a product needs.
size_t gemm_bfloat16_scratch(size_t rows, size_t inputs);

/// The product, as gemm_multiply; only where it is available.
void gemm_bfloat16_multiply(
    const float *input, size_t rows, size_t inputs, const uint16_t *packed, const float *bias, size_t outputs,
    int accumulates, float *output, uint16_t *scratch);

#endif
