#ifndef REFRAIN_GEMM_BLOCKS_H
#define REFRAIN_GEMM_BLOCKS_H

/// From more blocks of rows on, computing takes longer than fetching the weights, and fetching ahead only costs.
#define GEMM_BLOCKS_OF_A_SHORT_TEXT 6

/// A kernel of one register a row has a copy for each of so many rows: the count is a constant in each, so that the sums
/// stay in registers.
#define GEMM_FOURTEEN(MACRO)                                                                                           \
    MACRO(1) MACRO(2) MACRO(3) MACRO(4) MACRO(5) MACRO(6) MACRO(7) MACRO(8) MACRO(9) MACRO(10) MACRO(11) MACRO(12)     \
    MACRO(13) MACRO(14)

#endif
