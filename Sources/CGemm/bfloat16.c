#include "gemm.h"

#include "blocks.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { PANEL = GEMM_PANEL_COLUMNS };

static size_t pairs_of(size_t inputs) { return (inputs + 1) / 2; }

size_t gemm_bfloat16_packed(size_t inputs, size_t outputs)
{
    return (outputs + PANEL - 1) / PANEL * PANEL * 2 * pairs_of(inputs);
}

size_t gemm_bfloat16_scratch(size_t rows, size_t inputs) { return rows * 2 * pairs_of(inputs); }

/// To the nearest, and to an even last bit of two as near; weights are finite.
static uint16_t rounded(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

void gemm_bfloat16_pack(const float *weights, size_t outputs, size_t inputs, size_t column, uint16_t *packed)
{
    size_t pairs = pairs_of(inputs);
    for (size_t output = 0; output < outputs; output++) {
        size_t target = column + output;
        uint16_t *panel = packed + target / PANEL * PANEL * 2 * pairs + target % PANEL * 2;
        for (size_t input = 0; input < inputs; input++)
            panel[input / 2 * PANEL * 2 + input % 2] = rounded(weights[output * inputs + input]);
    }
}

#if defined(__x86_64__)

int gemm_bfloat16_available(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw");
}

#define TARGET __attribute__((target("avx512f,avx512bw,avx512bf16")))

/// Rows of input in bfloat16, each of whole pairs.
TARGET static void convert(const float *input, size_t rows, size_t inputs, uint16_t *output)
{
    size_t width = 2 * pairs_of(inputs);
    for (size_t row = 0; row < rows; row++) {
        for (size_t first = 0; first < inputs; first += 32) {
            size_t left = inputs - first, stored = width - first;
            __mmask16 low = (__mmask16)(left >= 16 ? 0xFFFF : (1u << left) - 1);
            __mmask16 high = (__mmask16)(left >= 32 ? 0xFFFF : left <= 16 ? 0 : (1u << (left - 16)) - 1);
            __m512bh halves = _mm512_cvtne2ps_pbh(
                _mm512_maskz_loadu_ps(high, input + row * inputs + first + 16),
                _mm512_maskz_loadu_ps(low, input + row * inputs + first));
            __mmask32 wanted = stored >= 32 ? 0xFFFFFFFF : (1u << stored) - 1;
            _mm512_mask_storeu_epi16(output + row * width + first, wanted, (__m512i)halves);
        }
    }
}

// As the kernel in floats, with two inputs a step: a register of weights holds a pair for each of sixteen columns.
#define DEFINE_BFLOAT16(ROWS)                                                                                          \
    TARGET static void multiply_##ROWS(                                                                                \
        const int *input, size_t pairs, const uint16_t *panel, const float *bias, size_t columns, int accumulates,     \
        float *output, size_t stride, const char *ahead, size_t ahead_step)                                            \
    {                                                                                                                  \
        __mmask16 wanted = (__mmask16)(columns >= PANEL ? 0xFFFF : (1u << columns) - 1);                               \
        __m512 sum[ROWS];                                                                                              \
        for (int row = 0; row < ROWS; row++) sum[row] = _mm512_maskz_loadu_ps(wanted, bias);                           \
        for (size_t k = 0; k < pairs; k++) {                                                                           \
            if (ahead_step) _mm_prefetch(ahead + k * ahead_step, _MM_HINT_T1);                                         \
            __m512bh weights = (__m512bh)_mm512_loadu_si512(panel + k * PANEL * 2);                                    \
            for (int row = 0; row < ROWS; row++)                                                                       \
                sum[row] = _mm512_dpbf16_ps(                                                                           \
                    sum[row], weights, (__m512bh)_mm512_set1_epi32(input[row * pairs + k]));                           \
        }                                                                                                              \
        for (int row = 0; row < ROWS; row++) {                                                                         \
            float *target = output + row * stride;                                                                     \
            if (accumulates) sum[row] = _mm512_add_ps(sum[row], _mm512_maskz_loadu_ps(wanted, target));                \
            _mm512_mask_storeu_ps(target, wanted, sum[row]);                                                           \
        }                                                                                                              \
    }

GEMM_FOURTEEN(DEFINE_BFLOAT16)

#define CASE_BFLOAT16(ROWS)                                                                                            \
    case ROWS:                                                                                                         \
        multiply_##ROWS(input, pairs, panel, bias, columns, accumulates, output, stride, ahead, step);                 \
        break;

static void multiply_panel(
    const int *input, size_t rows, size_t pairs, const uint16_t *panel, const float *bias, size_t columns,
    int accumulates, float *output, size_t stride)
{
    size_t blocks = (rows + 13) / 14;
    size_t step = blocks <= GEMM_BLOCKS_OF_A_SHORT_TEXT ? PANEL * 2 * sizeof(uint16_t) / blocks : 0;
    const char *ahead = (const char *)(panel + pairs * PANEL * 2);
    for (size_t block = 0; block < blocks; block++) {
        size_t count = rows / blocks + (block < rows % blocks);
        switch (count) { GEMM_FOURTEEN(CASE_BFLOAT16) }
        input += count * pairs;
        output += count * stride;
        ahead += pairs * step;
    }
}

void gemm_bfloat16_multiply(
    const float *input, size_t rows, size_t inputs, const uint16_t *packed, const float *bias, size_t outputs,
    int accumulates, float *output, uint16_t *scratch)
{
    size_t pairs = pairs_of(inputs);
    convert(input, rows, inputs, scratch);
    for (size_t column = 0; column < outputs; column += PANEL) {
        size_t columns = outputs - column < PANEL ? outputs - column : PANEL;
        multiply_panel(
            (const int *)scratch, rows, pairs, packed + column * 2 * pairs, bias + column, columns, accumulates,
            output + column, outputs);
    }
}

#else

int gemm_bfloat16_available(void) { return 0; }

void gemm_bfloat16_multiply(
    const float *input, size_t rows, size_t inputs, const uint16_t *packed, const float *bias, size_t outputs,
    int accumulates, float *output, uint16_t *scratch)
{
    __builtin_trap();
}

#endif
