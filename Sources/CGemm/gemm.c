#include "gemm.h"

#include "blocks.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { PANEL = GEMM_PANEL_COLUMNS };

size_t gemm_packed_floats(size_t inputs, size_t outputs)
{
    return (outputs + PANEL - 1) / PANEL * PANEL * inputs;
}

void gemm_pack(const float *weights, size_t outputs, size_t inputs, size_t column, float *packed)
{
    for (size_t output = 0; output < outputs; output++) {
        size_t target = column + output;
        float *panel = packed + target / PANEL * PANEL * inputs + target % PANEL;
        for (size_t input = 0; input < inputs; input++) panel[input * PANEL] = weights[output * inputs + input];
    }
}

/// Rows of input times one panel: output rows are `stride` apart, `columns` of the panel are wanted, and the panel
/// behind this one is fetched meanwhile.
typedef void (*panel_kernel)(
    const float *input, size_t rows, size_t inputs, const float *panel, const float *bias, size_t columns,
    int accumulates, float *output, size_t stride);

/// The last panel may be narrower than the registers: it goes through a buffer.
static void store_narrow(const float *from, size_t columns, int accumulates, float *output)
{
    for (size_t column = 0; column < columns; column++)
        output[column] = from[column] + (accumulates ? output[column] : 0);
}

static void multiply_portable(
    const float *input, size_t rows, size_t inputs, const float *panel, const float *bias, size_t columns,
    int accumulates, float *output, size_t stride)
{
    for (size_t row = 0; row < rows; row++) {
        float sum[PANEL] = {0};
        memcpy(sum, bias, columns * sizeof(float));
        for (size_t k = 0; k < inputs; k++)
            for (size_t column = 0; column < PANEL; column++)
                sum[column] += input[row * inputs + k] * panel[k * PANEL + column];
        store_narrow(sum, columns, accumulates, output + row * stride);
    }
}

#if defined(__x86_64__)

// Six rows by two registers of eight: twelve sums hide the latency of the multiply-adds, and sixteen registers hold
// them, the two of weights and the one of input. The row count is a constant in each copy, so that the sums stay in
// registers.
#define DEFINE_AVX2(ROWS)                                                                                              \
    __attribute__((target("avx2,fma"))) static void multiply_avx2_##ROWS(                                              \
        const float *input, size_t inputs, const float *panel, const float *bias, size_t columns, int accumulates,     \
        float *output, size_t stride, const char *ahead, size_t ahead_step)                                            \
    {                                                                                                                  \
        float padded[PANEL] = {0};                                                                                     \
        memcpy(padded, bias, columns * sizeof(float));                                                                 \
        __m256 low[ROWS], high[ROWS];                                                                                  \
        for (int row = 0; row < ROWS; row++) {                                                                         \
            low[row] = _mm256_loadu_ps(padded);                                                                        \
            high[row] = _mm256_loadu_ps(padded + 8);                                                                   \
        }                                                                                                              \
        for (size_t k = 0; k < inputs; k++) {                                                                          \
            if (ahead_step) _mm_prefetch(ahead + k * ahead_step, _MM_HINT_T1);                                         \
            __m256 first = _mm256_loadu_ps(panel + k * PANEL), second = _mm256_loadu_ps(panel + k * PANEL + 8);        \
            for (int row = 0; row < ROWS; row++) {                                                                     \
                __m256 value = _mm256_broadcast_ss(input + row * inputs + k);                                          \
                low[row] = _mm256_fmadd_ps(value, first, low[row]);                                                    \
                high[row] = _mm256_fmadd_ps(value, second, high[row]);                                                 \
            }                                                                                                          \
        }                                                                                                              \
        for (int row = 0; row < ROWS; row++) {                                                                         \
            float *target = output + row * stride;                                                                     \
            if (columns < PANEL) {                                                                                     \
                float sum[PANEL];                                                                                      \
                _mm256_storeu_ps(sum, low[row]);                                                                       \
                _mm256_storeu_ps(sum + 8, high[row]);                                                                  \
                store_narrow(sum, columns, accumulates, target);                                                       \
                continue;                                                                                              \
            }                                                                                                          \
            if (accumulates) {                                                                                         \
                low[row] = _mm256_add_ps(low[row], _mm256_loadu_ps(target));                                           \
                high[row] = _mm256_add_ps(high[row], _mm256_loadu_ps(target + 8));                                     \
            }                                                                                                          \
            _mm256_storeu_ps(target, low[row]);                                                                        \
            _mm256_storeu_ps(target + 8, high[row]);                                                                   \
        }                                                                                                              \
    }

DEFINE_AVX2(1)
DEFINE_AVX2(2)
DEFINE_AVX2(3)
DEFINE_AVX2(4)
DEFINE_AVX2(5)
DEFINE_AVX2(6)

static void multiply_avx2(
    const float *input, size_t rows, size_t inputs, const float *panel, const float *bias, size_t columns,
    int accumulates, float *output, size_t stride)
{
    // Blocks of nearly the same height: 14 rows are 5 + 5 + 4, not 6 + 6 + 2, whose last would wait for its sums.
    size_t blocks = (rows + 5) / 6;
    // The panels of a short text come from memory, and while later blocks find this one in the cache the memory would
    // rest: each block fetches its share of the next panel. Past the last panel a prefetch does no harm.
    size_t step = blocks <= GEMM_BLOCKS_OF_A_SHORT_TEXT ? PANEL * sizeof(float) / blocks : 0;
    const char *ahead = (const char *)(panel + inputs * PANEL);
    for (size_t block = 0; block < blocks; block++) {
        size_t count = rows / blocks + (block < rows % blocks);
        switch (count) {
        case 1: multiply_avx2_1(input, inputs, panel, bias, columns, accumulates, output, stride, ahead, step); break;
        case 2: multiply_avx2_2(input, inputs, panel, bias, columns, accumulates, output, stride, ahead, step); break;
        case 3: multiply_avx2_3(input, inputs, panel, bias, columns, accumulates, output, stride, ahead, step); break;
        case 4: multiply_avx2_4(input, inputs, panel, bias, columns, accumulates, output, stride, ahead, step); break;
        case 5: multiply_avx2_5(input, inputs, panel, bias, columns, accumulates, output, stride, ahead, step); break;
        default: multiply_avx2_6(input, inputs, panel, bias, columns, accumulates, output, stride, ahead, step); break;
        }
        input += count * inputs;
        output += count * stride;
        ahead += inputs * step;
    }
}

// Up to fourteen rows by one register of sixteen: the weights are read once for a short text.
#define DEFINE_AVX512(ROWS)                                                                                            \
    __attribute__((target("avx512f"))) static void multiply_avx512_##ROWS(                                             \
        const float *input, size_t inputs, const float *panel, const float *bias, size_t columns, int accumulates,     \
        float *output, size_t stride, const char *ahead, size_t ahead_step)                                            \
    {                                                                                                                  \
        __mmask16 wanted = (__mmask16)(columns >= PANEL ? 0xFFFF : (1u << columns) - 1);                               \
        __m512 sum[ROWS];                                                                                              \
        for (int row = 0; row < ROWS; row++) sum[row] = _mm512_maskz_loadu_ps(wanted, bias);                           \
        for (size_t k = 0; k < inputs; k++) {                                                                          \
            if (ahead_step) _mm_prefetch(ahead + k * ahead_step, _MM_HINT_T1);                                         \
            __m512 weights = _mm512_loadu_ps(panel + k * PANEL);                                                       \
            for (int row = 0; row < ROWS; row++)                                                                       \
                sum[row] = _mm512_fmadd_ps(_mm512_set1_ps(input[row * inputs + k]), weights, sum[row]);                \
        }                                                                                                              \
        for (int row = 0; row < ROWS; row++) {                                                                         \
            float *target = output + row * stride;                                                                     \
            if (accumulates) sum[row] = _mm512_add_ps(sum[row], _mm512_maskz_loadu_ps(wanted, target));                \
            _mm512_mask_storeu_ps(target, wanted, sum[row]);                                                           \
        }                                                                                                              \
    }

GEMM_FOURTEEN(DEFINE_AVX512)

#define CASE_AVX512(ROWS)                                                                                              \
    case ROWS:                                                                                                         \
        multiply_avx512_##ROWS(input, inputs, panel, bias, columns, accumulates, output, stride, ahead, step);         \
        break;

static void multiply_avx512(
    const float *input, size_t rows, size_t inputs, const float *panel, const float *bias, size_t columns,
    int accumulates, float *output, size_t stride)
{
    // Of nearly the same height, as above.
    size_t blocks = (rows + 13) / 14;
    size_t step = blocks <= GEMM_BLOCKS_OF_A_SHORT_TEXT ? PANEL * sizeof(float) / blocks : 0;
    const char *ahead = (const char *)(panel + inputs * PANEL);
    for (size_t block = 0; block < blocks; block++) {
        size_t count = rows / blocks + (block < rows % blocks);
        switch (count) { GEMM_FOURTEEN(CASE_AVX512) }
        input += count * inputs;
        output += count * stride;
        ahead += inputs * step;
    }
}

#endif

/// The kernels, the fastest first, each with whether this processor has it.
static panel_kernel kernel_named(const char *name)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (strcmp(name, "avx512") == 0) return __builtin_cpu_supports("avx512f") ? multiply_avx512 : NULL;
    if (strcmp(name, "avx2") == 0)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? multiply_avx2 : NULL;
#endif
    return strcmp(name, "portable") == 0 ? multiply_portable : NULL;
}

const char *gemm_kernel(void)
{
    static const char *const names[] = {"avx512", "avx2", "portable"};
    for (int index = 0; index < 2; index++)
        if (kernel_named(names[index])) return names[index];
    return names[2];
}

static void multiply(
    panel_kernel kernel, const float *input, size_t rows, size_t inputs, const float *packed, const float *bias,
    size_t outputs, int accumulates, float *output)
{
    // A panel stays in the first or second cache while all rows pass it, so the weights come from memory once.
    for (size_t column = 0; column < outputs; column += PANEL) {
        size_t columns = outputs - column < PANEL ? outputs - column : PANEL;
        kernel(
            input, rows, inputs, packed + column * inputs, bias + column, columns, accumulates, output + column,
            outputs);
    }
}

void gemm_multiply(
    const float *input, size_t rows, size_t inputs, const float *packed, const float *bias, size_t outputs,
    int accumulates, float *output)
{
    multiply(kernel_named(gemm_kernel()), input, rows, inputs, packed, bias, outputs, accumulates, output);
}

int gemm_multiply_by(
    const char *kernel, const float *input, size_t rows, size_t inputs, const float *packed, const float *bias,
    size_t outputs, int accumulates, float *output)
{
    panel_kernel chosen = kernel_named(kernel);
    if (!chosen) return 0;
    multiply(chosen, input, rows, inputs, packed, bias, outputs, accumulates, output);
    return 1;
}
