#ifndef CRAPIDJSON_H
#define CRAPIDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* JSON (RFC 8259) by rapidjson, as values in one row, for whoever asks for a few of them and skips
 * the others. Text that nobody vouches for: nothing here aborts, throws or recurses. */

typedef enum {
    crapidjson_null,
    crapidjson_false,
    crapidjson_true,
    crapidjson_whole,  /* fits int64_t */
    crapidjson_large,  /* a whole number beyond that, which fits uint64_t */
    crapidjson_number, /* any other; never infinite */
    crapidjson_text,
    crapidjson_list,
    crapidjson_object
} crapidjson_kind;

/* A value. Behind a list come its elements, behind an object its members in turns: a text, the
 * key, and the value of it. */
typedef struct {
    uint32_t kind;  /* a crapidjson_kind */
    uint32_t count; /* bytes of a text, elements of a list, members of an object */
    union {
        int64_t whole;
        uint64_t large;
        double number;
        const char *text; /* UTF-8, not terminated, may hold nulls */
        size_t end;       /* of a list or object: where the row goes on behind it */
    } is;
} crapidjson_value;

typedef struct crapidjson_row crapidjson_row;

/* Reads a text. NULL if it is not JSON, is nested deeper than depth_max, or there is no memory. */
crapidjson_row *crapidjson_read(const char *text, size_t bytes, size_t depth_max);

/* The values; the first one is the whole. They live as long as the row. */
const crapidjson_value *crapidjson_values(const crapidjson_row *row);

void crapidjson_free(crapidjson_row *row);

#ifdef __cplusplus
}
#endif

#endif
