#ifndef CVALIJSON_H
#define CVALIJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* JSON Schema, draft 7, over valijson, for schemas and instances that nobody vouches for. Nothing
 * here aborts, throws, recurses without a bound or runs without a bound. */

/* What a schema and an instance may measure. */
typedef struct cvalijson_limits {
    size_t schema_bytes_max;
    size_t instance_bytes_max;
    size_t depth_max;            /* nesting of either, in JSON values */
    size_t schema_values_max;    /* JSON values in a schema's text */
    size_t instance_values_max;
    size_t subschemas_max;       /* schemas in a schema that the root leads to */
    size_t patterns_max;         /* different regular expressions in a schema */
    size_t pattern_bytes_max;    /* bytes of one of them */
    size_t pattern_size_max;     /* instructions that all of them are compiled to */
    size_t fan_out_max;          /* schemas that one value may have to be held against */
    size_t in_place_depth_max;   /* allOf, anyOf, oneOf, not, if in each other */
    size_t key_bytes_max;        /* bytes of a key in either */
    uint64_t steps_max;          /* of one validation */
    size_t problems_max;         /* problems that are told */
} cvalijson_limits;

extern const cvalijson_limits cvalijson_limits_in_force;

/* A compiled schema. It does not change: any number of threads may validate with it at once. */
typedef struct cvalijson_schema cvalijson_schema;

/* The schema of a text, or NULL and the reason in *error. */
cvalijson_schema *cvalijson_compile(const char *text, size_t bytes, char **error);

/* NULL if the text fits the schema, else what is wrong: at most problems_max lines. */
char *cvalijson_validate(const cvalijson_schema *schema, const char *text, size_t bytes);

void cvalijson_free(cvalijson_schema *schema);

/* Frees a text that came from here. */
void cvalijson_free_text(char *text);

#ifdef __cplusplus
}
#endif

#endif
