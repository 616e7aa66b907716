#include "csieve.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// The loop over panels, made once for each kernel, so that the panel's test is compiled into it.
#define DEFINE_SCAN(name, test, attributes)                                                                           \
    attributes static int32_t name(                                                                                   \
        const csieve_stage *narrow, const csieve_stage *wide, float scale, int32_t rows, uint16_t *survivors)         \
    {                                                                                                                 \
        int32_t found = 0;                                                                                            \
        for (int32_t first = 0; first < rows; first += csieve_panel_rows) {                                           \
            uint32_t passed = test(narrow, wide, scale, first / csieve_panel_rows);                                   \
            if (rows - first < csieve_panel_rows) passed &= (1u << (rows - first)) - 1;                               \
            for (; passed; passed &= passed - 1) survivors[found++] = (uint16_t)(first + __builtin_ctz(passed));      \
        }                                                                                                             \
        return found;                                                                                                 \
    }

// MARK: Portable

static void portable_add(const csieve_stage *stage, int32_t panel, int32_t *sums)
{
    const int8_t *codes = stage->codes + (int64_t)panel * csieve_panel_rows * stage->axes;
    for (int32_t axis = 0; axis < stage->axes; axis += 4, codes += 4 * csieve_panel_rows)
        for (int32_t row = 0; row < csieve_panel_rows; row++)
            for (int32_t k = 0; k < 4; k++) sums[row] += codes[4 * row + k] * stage->query[axis + k];
}

static uint32_t portable_passed(const csieve_stage *stage, float scale, int32_t panel, const int32_t *sums)
{
    const float *tails = stage->tails + (int64_t)panel * csieve_panel_rows;
    uint32_t passed = 0;
    for (int32_t row = 0; row < csieve_panel_rows; row++) {
        float bound = scale * (float)sums[row] + stage->query_tail * tails[row];
        if (!(bound < stage->limit)) passed |= 1u << row;
    }
    return passed;
}

static inline uint32_t portable_test(const csieve_stage *narrow, const csieve_stage *wide, float scale, int32_t panel)
{
    int32_t sums[csieve_panel_rows] = {0};
    portable_add(narrow, panel, sums);
    uint32_t passed = portable_passed(narrow, scale, panel, sums);
    if (!passed) return 0;
    portable_add(wide, panel, sums);
    return passed & portable_passed(wide, scale, panel, sums);
}

DEFINE_SCAN(scan_portable, portable_test, )

#if defined(__x86_64__)

static inline int32_t four(const int8_t *query)
{
    int32_t value;
    __builtin_memcpy(&value, query, sizeof(value));
    return value;
}

// MARK: AVX2 and AVX-VNNI
//
// Both multiply unsigned with signed bytes. |query| is the unsigned side and the codes take the query's sign:
// |q| * (sign(q) c) = q c. Two products are at most 2 * 127 * 127 = 32,258, so that 16 bits do not saturate.

#define DEFINE_256(kernel, features, DOT)                                                                             \
    __attribute__((target(features), always_inline)) static inline void kernel##_add(                                 \
        const csieve_stage *stage, int32_t panel, __m256i sums[2])                                                    \
    {                                                                                                                 \
        const int8_t *codes = stage->codes + (int64_t)panel * csieve_panel_rows * stage->axes;                        \
        __m256i low = sums[0], high = sums[1];                                                                        \
        for (int32_t axis = 0; axis < stage->axes; axis += 4, codes += 64) {                                          \
            __m256i query = _mm256_set1_epi32(four(stage->query + axis));                                             \
            __m256i size = _mm256_abs_epi8(query);                                                                    \
            low = DOT(low, size, _mm256_sign_epi8(_mm256_loadu_si256((const __m256i *)codes), query));                \
            high = DOT(high, size, _mm256_sign_epi8(_mm256_loadu_si256((const __m256i *)(codes + 32)), query));       \
        }                                                                                                             \
        sums[0] = low;                                                                                                \
        sums[1] = high;                                                                                               \
    }                                                                                                                 \
    __attribute__((target(features), always_inline)) static inline uint32_t kernel##_passed(                          \
        const csieve_stage *stage, float scale, int32_t panel, const __m256i sums[2])                                 \
    {                                                                                                                 \
        const float *tails = stage->tails + (int64_t)panel * csieve_panel_rows;                                       \
        uint32_t passed = 0;                                                                                          \
        for (int32_t half = 0; half < 2; half++) {                                                                    \
            __m256 bound = _mm256_fmadd_ps(                                                                           \
                _mm256_cvtepi32_ps(sums[half]), _mm256_set1_ps(scale),                                                \
                _mm256_mul_ps(_mm256_set1_ps(stage->query_tail), _mm256_loadu_ps(tails + 8 * half)));                 \
            __m256 over = _mm256_cmp_ps(bound, _mm256_set1_ps(stage->limit), _CMP_NLT_UQ);                            \
            passed |= (uint32_t)_mm256_movemask_ps(over) << (8 * half);                                               \
        }                                                                                                             \
        return passed;                                                                                                \
    }                                                                                                                 \
    __attribute__((target(features), always_inline)) static inline uint32_t kernel##_test(                            \
        const csieve_stage *narrow, const csieve_stage *wide, float scale, int32_t panel)                             \
    {                                                                                                                 \
        __m256i sums[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};                                           \
        kernel##_add(narrow, panel, sums);                                                                            \
        uint32_t passed = kernel##_passed(narrow, scale, panel, sums);                                                \
        if (!passed) return 0;                                                                                        \
        kernel##_add(wide, panel, sums);                                                                              \
        return passed & kernel##_passed(wide, scale, panel, sums);                                                    \
    }                                                                                                                 \
    DEFINE_SCAN(scan_##kernel, kernel##_test, __attribute__((target(features))))

#define DOT_AVX2(sum, size, codes)                                                                                    \
    _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(size, codes), _mm256_set1_epi16(1)))

DEFINE_256(avx2, "avx2,fma", DOT_AVX2)
DEFINE_256(avx_vnni, "avx2,fma,avxvnni", _mm256_dpbusd_avx_epi32)

// MARK: AVX-512 VNNI
//
// There is no sign instruction of 512 bits. The codes are the unsigned side here, 128 too large each (their sign bit
// flipped), and the sum begins at minus 128 times the query's.

#define AVX512 "avx512f,avx512bw,avx512vl,avx512vnni"

__attribute__((target(AVX512), always_inline)) static inline __m512i avx512_vnni_add(
    const csieve_stage *stage, int32_t panel, __m512i sums)
{
    const int8_t *codes = stage->codes + (int64_t)panel * csieve_panel_rows * stage->axes;
    const __m512i flip = _mm512_set1_epi8((char)0x80);
    __m512i offset = _mm512_setzero_si512();
    for (int32_t axis = 0; axis < stage->axes; axis += 4, codes += 64) {
        __m512i query = _mm512_set1_epi32(four(stage->query + axis));
        sums = _mm512_dpbusd_epi32(sums, _mm512_xor_si512(_mm512_loadu_si512(codes), flip), query);
        offset = _mm512_dpbusd_epi32(offset, flip, query);
    }
    return _mm512_sub_epi32(sums, offset);
}

__attribute__((target(AVX512), always_inline)) static inline uint32_t avx512_vnni_passed(
    const csieve_stage *stage, float scale, int32_t panel, __m512i sums)
{
    __m512 bound = _mm512_fmadd_ps(
        _mm512_cvtepi32_ps(sums), _mm512_set1_ps(scale),
        _mm512_mul_ps(
            _mm512_set1_ps(stage->query_tail),
            _mm512_loadu_ps(stage->tails + (int64_t)panel * csieve_panel_rows)));
    return _mm512_cmp_ps_mask(bound, _mm512_set1_ps(stage->limit), _CMP_NLT_UQ);
}

__attribute__((target(AVX512), always_inline)) static inline uint32_t avx512_vnni_test(
    const csieve_stage *narrow, const csieve_stage *wide, float scale, int32_t panel)
{
    __m512i sums = avx512_vnni_add(narrow, panel, _mm512_setzero_si512());
    uint32_t passed = avx512_vnni_passed(narrow, scale, panel, sums);
    if (!passed) return 0;
    return passed & avx512_vnni_passed(wide, scale, panel, avx512_vnni_add(wide, panel, sums));
}

DEFINE_SCAN(scan_avx512_vnni, avx512_vnni_test, __attribute__((target(AVX512))))

#endif

// MARK: Dispatch

bool csieve_supports(csieve_kernel kernel)
{
    switch (kernel) {
    case csieve_portable: return true;
#if defined(__x86_64__)
    case csieve_avx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case csieve_avx_vnni: return csieve_supports(csieve_avx2) && __builtin_cpu_supports("avxvnni");
    case csieve_avx512_vnni:
        return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
               && __builtin_cpu_supports("avx512vnni");
#endif
    default: return false;
    }
}

int32_t csieve_scan(
    csieve_kernel kernel, const csieve_stage *narrow, const csieve_stage *wide, float scale, int32_t rows,
    uint16_t *survivors)
{
    switch (kernel) {
#if defined(__x86_64__)
    case csieve_avx2: return scan_avx2(narrow, wide, scale, rows, survivors);
    case csieve_avx_vnni: return scan_avx_vnni(narrow, wide, scale, rows, survivors);
    case csieve_avx512_vnni: return scan_avx512_vnni(narrow, wide, scale, rows, survivors);
#endif
    default: return scan_portable(narrow, wide, scale, rows, survivors);
    }
}
