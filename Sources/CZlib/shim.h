// zlib promises not to write to its input only where this is asked for.
#define ZLIB_CONST
#include <zlib.h>

// A macro in zlib, which Swift cannot call.
static inline int laneway_inflate_init(z_streamp stream, int window_bits) {
    return inflateInit2(stream, window_bits);
}
