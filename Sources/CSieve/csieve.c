#include "csieve.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static inline const uint8_t *panel_codes(const csieve_stage *stage, int64_t panel)
{
    return stage->codes + panel * csieve_panel_rows * stage->axes / 2;
}

static inline const uint32_t *panel_margins(const csieve_stage *stage, int64_t panel)
{
    return stage->margins + panel * csieve_panel_rows;
}

enum { chunk_panels = 64 };

// A panel on its way through the stages: in the high half which of a chunk's it is, in the low one a bit for each row that
// passed so far.
static inline uint32_t candidate(int panel, uint32_t passed) { return (uint32_t)panel << 16 | passed; }
static inline int panel_of(uint32_t candidate) { return candidate >> 16; }
static inline uint32_t passed_of(uint32_t candidate) { return candidate & 0xffff; }

// Asks for a panel's codes and margins, to have them when the stage comes to it.
static inline void prefetch(const csieve_stage *stage, int64_t panel)
{
    csieve_prefetch(panel_codes(stage, panel), csieve_panel_rows * stage->axes / 2);
    __builtin_prefetch(panel_margins(stage, panel));
}

// A kernel is four functions over its own type of sums: clear, shift, add the products of some axes of a panel, and tell
// which rows pass. This makes the loops from them, so that they are compiled into it.
//
// Some panels at a time go through one stage, then those left through the next. Whether a panel passes is a guess that a
// processor gets wrong too often, so a list of those left is kept without a branch on it. But where codes come from memory
// the next stage's are asked for at once: they stand apart, and waiting for each would take longer than all else.
#define DEFINE_SCAN(kernel, attributes, sums_type)                                                                    \
    attributes static inline void kernel##_go_on(const csieve_stage *stage, int64_t panel, sums_type *sums)           \
    {                                                                                                                 \
        const uint8_t *codes = panel_codes(stage, panel);                                                             \
        const int8_t *query = stage->query, *fine = query + stage->coarse_axes;                                       \
        kernel##_shift(sums, stage->shift);                                                                           \
        kernel##_add(codes, query, fine, sums);                                                                       \
        kernel##_shift(sums, stage->coarse_shift);                                                                    \
        kernel##_add(codes + csieve_panel_rows / 2 * stage->coarse_axes, fine, query + stage->axes, sums);            \
    }                                                                                                                 \
                                                                                                                      \
    attributes static inline uint32_t kernel##_step(                                                                  \
        const csieve_stage *stage, int64_t first, uint32_t next, bool from_memory, const sums_type *before,           \
        sums_type *sums)                                                                                              \
    {                                                                                                                 \
        int panel = panel_of(next);                                                                                   \
        /* By value, or each product would be stored: codes, being bytes, might be any memory. */                     \
        sums_type sum = *before;                                                                                      \
        kernel##_go_on(stage, first + panel, &sum);                                                                   \
        uint32_t passed = passed_of(next) & kernel##_passed(stage, first + panel, &sum);                              \
        if (from_memory) {                                                                                            \
            if (!passed) return 0;                                                                                    \
            prefetch(stage + 1, first + panel);                                                                       \
        }                                                                                                             \
        sums[panel] = sum;                                                                                            \
        return candidate(panel, passed);                                                                              \
    }                                                                                                                 \
                                                                                                                      \
    attributes static int32_t kernel##_scan(                                                                          \
        const csieve_stage *stages, int32_t rows, bool from_memory, uint16_t *survivors)                              \
    {                                                                                                                 \
        sums_type none, sums[chunk_panels];                                                                           \
        kernel##_clear(&none);                                                                                        \
        uint32_t left[chunk_panels];                                                                                  \
        const int64_t panels = ((int64_t)rows + csieve_panel_rows - 1) / csieve_panel_rows;                           \
        int32_t found = 0;                                                                                            \
        for (int64_t first = 0; first < panels; first += chunk_panels) {                                              \
            const int count = panels - first > chunk_panels ? chunk_panels : (int)(panels - first);                   \
            int narrowed = 0, widened = 0, kept = 0;                                                                  \
            for (int panel = 0; panel < count; panel++) {                                                             \
                left[narrowed] =                                                                                      \
                    kernel##_step(&stages[0], first, candidate(panel, 0xffff), from_memory, &none, sums);             \
                narrowed += passed_of(left[narrowed]) != 0;                                                           \
            }                                                                                                         \
            for (int i = 0; i < narrowed; i++) {                                                                      \
                const sums_type *before = &sums[panel_of(left[i])];                                                   \
                left[widened] = kernel##_step(&stages[1], first, left[i], from_memory, before, sums);                 \
                widened += passed_of(left[widened]) != 0;                                                             \
            }                                                                                                         \
            for (int i = 0; i < widened; i++) {                                                                       \
                const sums_type *before = &sums[panel_of(left[i])];                                                   \
                left[kept] = kernel##_step(&stages[2], first, left[i], false, before, sums);                          \
                kept += passed_of(left[kept]) != 0;                                                                   \
            }                                                                                                         \
            for (int i = 0; i < kept; i++) {                                                                          \
                int32_t row = ((int32_t)first + panel_of(left[i])) * csieve_panel_rows;                               \
                uint32_t passed = passed_of(left[i]);                                                                 \
                if (rows - row < csieve_panel_rows) passed &= (1u << (rows - row)) - 1;                               \
                for (; passed; passed &= passed - 1) survivors[found++] = (uint16_t)(row + __builtin_ctz(passed));    \
            }                                                                                                         \
        }                                                                                                             \
        return found;                                                                                                 \
    }

// MARK: Portable

typedef struct {
    int32_t of[csieve_panel_rows];
} portable_sums;

static inline void portable_clear(portable_sums *sums)
{
    for (int row = 0; row < csieve_panel_rows; row++) sums->of[row] = 0;
}

static inline void portable_shift(portable_sums *sums, int32_t bits)
{
    for (int row = 0; row < csieve_panel_rows; row++) sums->of[row] *= 1 << bits;
}

static inline void portable_add(const uint8_t *codes, const int8_t *query, const int8_t *end, portable_sums *sums)
{
    for (; query < end; query += 8, codes += 64)
        for (int row = 0; row < csieve_panel_rows; row++)
            for (int k = 0; k < 4; k++) {
                int32_t pair = codes[4 * row + k];
                sums->of[row] += (pair & 15) * query[k] + (pair >> 4) * query[k + 4];
            }
}

static inline float number(uint32_t bits)
{
    float value;
    __builtin_memcpy(&value, &bits, sizeof(value));
    return value;
}

static inline uint32_t portable_passed(const csieve_stage *stage, int64_t panel, const portable_sums *sums)
{
    const uint32_t *margins = panel_margins(stage, panel);
    uint32_t passed = 0;
    for (int row = 0; row < csieve_panel_rows; row++) {
        float bound = stage->scale * (float)sums->of[row] + stage->query_remainder * number(margins[row] & 0xffff0000)
                      + number(margins[row] << 16);
        if (!(bound < stage->limit)) passed |= 1u << row;
    }
    return passed;
}

DEFINE_SCAN(portable, , portable_sums)

#if defined(__x86_64__)

static inline int32_t four(const int8_t *query)
{
    int32_t value;
    __builtin_memcpy(&value, query, sizeof(value));
    return value;
}

// MARK: AVX2 and AVX-VNNI: a panel's 16 sums in two registers

typedef struct {
    __m256i low, high;
} sums_256;

#define AVX2 __attribute__((target("avx2,fma"), always_inline))

AVX2 static inline void clear_256(sums_256 *sums)
{
    sums->low = sums->high = _mm256_setzero_si256();
}

AVX2 static inline void shift_256(sums_256 *sums, int32_t bits)
{
    sums->low = _mm256_sll_epi32(sums->low, _mm_cvtsi32_si128(bits));
    sums->high = _mm256_sll_epi32(sums->high, _mm_cvtsi32_si128(bits));
}

AVX2 static inline __m256i load_256(const uint8_t *codes) { return _mm256_loadu_si256((const __m256i *)codes); }

AVX2 static inline __m256i low_halves_256(__m256i codes) { return _mm256_and_si256(codes, _mm256_set1_epi8(15)); }

AVX2 static inline __m256i high_halves_256(__m256i codes) { return low_halves_256(_mm256_srli_epi16(codes, 4)); }

AVX2 static inline __m256 bounds_256(const csieve_stage *stage, const uint32_t *margins, __m256i sums)
{
    __m256i words = _mm256_loadu_si256((const __m256i *)margins);
    __m256 remainders = _mm256_castsi256_ps(_mm256_and_si256(words, _mm256_set1_epi32((int32_t)0xffff0000)));
    __m256 shifts = _mm256_castsi256_ps(_mm256_slli_epi32(words, 16));
    __m256 margin = _mm256_fmadd_ps(_mm256_set1_ps(stage->query_remainder), remainders, shifts);
    return _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums), _mm256_set1_ps(stage->scale), margin);
}

AVX2 static inline uint32_t passed_256(const csieve_stage *stage, int64_t panel, const sums_256 *sums)
{
    const uint32_t *margins = panel_margins(stage, panel);
    __m256 limit = _mm256_set1_ps(stage->limit);
    __m256 low = bounds_256(stage, margins, sums->low), high = bounds_256(stage, margins + 8, sums->high);
    return (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(low, limit, _CMP_NLT_UQ))
           | (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(high, limit, _CMP_NLT_UQ)) << 8;
}

#define avx2_clear clear_256
#define avx2_shift shift_256
#define avx2_passed passed_256

AVX2 static inline void avx2_add(const uint8_t *codes, const int8_t *query, const int8_t *end, sums_256 *sums)
{
    const __m256i ones = _mm256_set1_epi16(1);
    while (query < end) {
        // Two products of 15 * 127 each: eight pairs are 30,480, which 16 bits hold. Then they go into 32.
        __m256i low = _mm256_setzero_si256(), high = low;
        const int8_t *pause = end - query > 32 ? query + 32 : end;
        for (; query < pause; query += 8, codes += 64) {
            __m256i first = _mm256_set1_epi32(four(query)), second = _mm256_set1_epi32(four(query + 4));
            __m256i pairs = load_256(codes);
            low = _mm256_add_epi16(low, _mm256_maddubs_epi16(low_halves_256(pairs), first));
            low = _mm256_add_epi16(low, _mm256_maddubs_epi16(high_halves_256(pairs), second));
            pairs = load_256(codes + 32);
            high = _mm256_add_epi16(high, _mm256_maddubs_epi16(low_halves_256(pairs), first));
            high = _mm256_add_epi16(high, _mm256_maddubs_epi16(high_halves_256(pairs), second));
        }
        sums->low = _mm256_add_epi32(sums->low, _mm256_madd_epi16(low, ones));
        sums->high = _mm256_add_epi32(sums->high, _mm256_madd_epi16(high, ones));
    }
}

DEFINE_SCAN(avx2, __attribute__((target("avx2,fma"))), sums_256)

#define avx_vnni_clear clear_256
#define avx_vnni_shift shift_256
#define avx_vnni_passed passed_256

__attribute__((target("avx2,fma,avxvnni"), always_inline)) static inline void avx_vnni_add(
    const uint8_t *codes, const int8_t *query, const int8_t *end, sums_256 *sums)
{
    __m256i low = sums->low, high = sums->high;
    for (; query < end; query += 8, codes += 64) {
        __m256i first = _mm256_set1_epi32(four(query)), second = _mm256_set1_epi32(four(query + 4));
        __m256i pairs = load_256(codes);
        low = _mm256_dpbusd_avx_epi32(low, low_halves_256(pairs), first);
        low = _mm256_dpbusd_avx_epi32(low, high_halves_256(pairs), second);
        pairs = load_256(codes + 32);
        high = _mm256_dpbusd_avx_epi32(high, low_halves_256(pairs), first);
        high = _mm256_dpbusd_avx_epi32(high, high_halves_256(pairs), second);
    }
    sums->low = low;
    sums->high = high;
}

DEFINE_SCAN(avx_vnni, __attribute__((target("avx2,fma,avxvnni"))), sums_256)

// MARK: AVX-512 VNNI: a panel's 16 sums in one register

#define AVX512_FEATURES "avx512f,avx512bw,avx512vl,avx512vnni"
#define AVX512 __attribute__((target(AVX512_FEATURES), always_inline))

AVX512 static inline void avx512_vnni_clear(__m512i *sums) { *sums = _mm512_setzero_si512(); }

AVX512 static inline void avx512_vnni_shift(__m512i *sums, int32_t bits)
{
    *sums = _mm512_sll_epi32(*sums, _mm_cvtsi32_si128(bits));
}

AVX512 static inline void avx512_vnni_add(
    const uint8_t *codes, const int8_t *query, const int8_t *end, __m512i *sums)
{
    const __m512i half = _mm512_set1_epi8(15);
    __m512i low = *sums, high = _mm512_setzero_si512();
    for (; query < end; query += 8, codes += 64) {
        __m512i pairs = _mm512_loadu_si512(codes);
        low = _mm512_dpbusd_epi32(low, _mm512_and_si512(pairs, half), _mm512_set1_epi32(four(query)));
        pairs = _mm512_and_si512(_mm512_srli_epi16(pairs, 4), half);
        high = _mm512_dpbusd_epi32(high, pairs, _mm512_set1_epi32(four(query + 4)));
    }
    *sums = _mm512_add_epi32(low, high);
}

AVX512 static inline uint32_t avx512_vnni_passed(const csieve_stage *stage, int64_t panel, const __m512i *sums)
{
    __m512i words = _mm512_loadu_si512(panel_margins(stage, panel));
    __m512 remainders = _mm512_castsi512_ps(_mm512_and_si512(words, _mm512_set1_epi32((int32_t)0xffff0000)));
    __m512 shifts = _mm512_castsi512_ps(_mm512_slli_epi32(words, 16));
    __m512 margin = _mm512_fmadd_ps(_mm512_set1_ps(stage->query_remainder), remainders, shifts);
    __m512 bound = _mm512_fmadd_ps(_mm512_cvtepi32_ps(*sums), _mm512_set1_ps(stage->scale), margin);
    return _mm512_cmp_ps_mask(bound, _mm512_set1_ps(stage->limit), _CMP_NLT_UQ);
}

DEFINE_SCAN(avx512_vnni, __attribute__((target(AVX512_FEATURES))), __m512i)

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
    csieve_kernel kernel, const csieve_stage stages[csieve_stages], int32_t rows, bool from_memory, uint16_t *survivors)
{
    switch (kernel) {
#if defined(__x86_64__)
    case csieve_avx2: return avx2_scan(stages, rows, from_memory, survivors);
    case csieve_avx_vnni: return avx_vnni_scan(stages, rows, from_memory, survivors);
    case csieve_avx512_vnni: return avx512_vnni_scan(stages, rows, from_memory, survivors);
#endif
    default: return portable_scan(stages, rows, from_memory, survivors);
    }
}
