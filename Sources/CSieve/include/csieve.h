#ifndef CSIEVE_H
#define CSIEVE_H

#include <stdbool.h>
#include <stdint.h>

// The one hot loop: dot products of a query in 8 bits with many rows in 4 bits, and the test of each row's bound.
//
// Rows stand in panels of 16. A panel holds, for every 8 axes, 16 rows of 4 bytes, each byte the codes of two axes: in
// its low half that of axis k, in its high half that of axis k + 4. So one integer dot-product instruction of 512 bits
// feeds 16 rows, and no sums across a register are needed.

enum { csieve_panel_rows = 16, csieve_stages = 3 };

/// The ways to compute it, from the one that every processor has to the fastest.
typedef enum {
    csieve_portable,
    csieve_avx2,
    csieve_avx_vnni,
    csieve_avx512_vnni,
} csieve_kernel;

/// One stage of the sieve: codes of rows, and what a query makes of them.
typedef struct {
    /// [panels][axes / 8][16][4]
    const uint8_t *codes;
    /// Two bfloat16 numbers a row: in the high half its remainder, a measure of what the stages so far leave of it, in
    /// the low half its shift; [panels * 16].
    const uint32_t *margins;
    /// The query on these axes, -127 ... 127; [axes].
    const int8_t *query;
    /// A multiple of 8.
    int32_t axes;
    /// By how many bits the product of the stages before is shifted before this one's is added.
    int32_t shift;
    /// So many axes at the beginning, a multiple of 8, count for so many bits more, as does what the shift above shifted:
    /// where rows extend most, a query's numbers are large, and one scale for all would leave little of the others.
    int32_t coarse_axes;
    int32_t coarse_shift;
    /// A row passes unless scale * dot + query_remainder * remainder + shift < limit.
    float scale;
    float query_remainder;
    float limit;
} csieve_stage;

/// Whether this processor has what the kernel needs.
bool csieve_supports(csieve_kernel kernel);

/// Writes the rows that pass all stages, in ascending order, and returns their number.
///
/// The dot product goes on from stage to stage, shifted, so that a stage's codes can be the low halves of codes whose
/// high halves went before. A stage's codes are read only for panels of which a row passed the stage before.
///
/// `from_memory` says that codes are not in a cache: those of the next stage are then asked for as soon as a panel passes.
int32_t csieve_scan(
    csieve_kernel kernel, const csieve_stage stages[csieve_stages], int32_t rows, bool from_memory, uint16_t *survivors);

/// Asks for memory that will be read soon.
static inline void csieve_prefetch(const void *start, int64_t bytes)
{
    for (int64_t line = 0; line < bytes; line += 64) __builtin_prefetch((const char *)start + line);
}

#endif
