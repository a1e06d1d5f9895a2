// zlib promises not to write to its input only where this is asked for.
#define ZLIB_CONST
#include <zlib.h>

// Macros in zlib, which Swift cannot call.
static inline int laneway_inflate_init(z_streamp stream, int window_bits) {
    return inflateInit2(stream, window_bits);
}

static inline int laneway_deflate_init(z_streamp stream, int level, int window_bits) {
    return deflateInit2(stream, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
}
