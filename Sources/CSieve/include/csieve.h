#ifndef CSIEVE_H
#define CSIEVE_H

#include <stdbool.h>
#include <stdint.h>

// The one hot loop: 8-bit dot products of a query with many rows, and the test of each row's bound.
//
// Rows stand in panels of 16. A panel holds, for every 4 axes, 16 rows of 4 codes: 64 bytes, so that one integer
// dot-product instruction of 512 bits feeds 16 rows and no sums across a register are needed. Codes are within
// -127 ... 127: with -128 the pairs of an 8-bit product would overflow 16 bits.

enum { csieve_panel_rows = 16 };

/// The ways to compute it, from the one that every processor has to the fastest.
typedef enum {
    csieve_portable,
    csieve_avx2,
    csieve_avx_vnni,
    csieve_avx512_vnni,
} csieve_kernel;

/// One width of heads: the axes, the rows' remainders, and what a query makes of them.
typedef struct {
    /// [panels][axes / 4][16][4]
    const int8_t *codes;
    /// A bound of what the axes leave of each row; [panels * 16].
    const float *tails;
    /// The query on these axes; [axes].
    const int8_t *query;
    /// A multiple of 4.
    int32_t axes;
    /// What the axes leave of the query.
    float query_tail;
    /// A row passes unless scale * dot + query_tail * tail < limit.
    float limit;
} csieve_stage;

/// Whether this processor has what the kernel needs.
bool csieve_supports(csieve_kernel kernel);

/// Writes the rows that pass both stages, in ascending order, and returns their number.
///
/// The second stage's dot product goes on where the first one's ended: its codes are those of the further axes. They
/// are read only for panels of which a row passed the first.
int32_t csieve_scan(
    csieve_kernel kernel, const csieve_stage *narrow, const csieve_stage *wide, float scale, int32_t rows,
    uint16_t *survivors);

#endif
