// Written by scripts/proto from proto/. Change that, not this.
//
// The files that reflection gives out, and what each declares.
#ifndef LANEWAY_DESCRIBED_FILES_H
#define LANEWAY_DESCRIBED_FILES_H

#include <stddef.h>
#include <stdint.h>

// Each list ends with a null pointer.
struct DescribedFile {
    // As imports name it.
    const char *name;
    // A serialized google.protobuf.FileDescriptorProto.
    const uint8_t *bytes;
    size_t byte_count;
    const char *const *imports;
    // Full names.
    const char *const *services;
    const char *const *messages;
    // All others: methods, fields, oneofs, enums and their values.
    const char *const *members;
};

// Ends with a file whose name is a null pointer.
extern const struct DescribedFile described_files[];

static inline const struct DescribedFile *get_described_files(void) {
    return described_files;
}

#endif
