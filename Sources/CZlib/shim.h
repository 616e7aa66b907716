#include <zlib.h>

// inflateInit2 is a macro, which Swift cannot call. A window of 2^15 bytes is the format's largest; 16 asks for gzip's
// head and checksum.
static inline int inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
