// Counts what a process asks of malloc and its kin. Loaded before the C library by LD_PRELOAD, into
// a process whose environment names a file of eight bytes for the count: MALLOC_COUNT_FILE.
//
// The file is mapped, so who counts pays one atomic addition, and who reads disturbs nobody.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

// glibc's own, by the names that it exports beside the replaceable ones: nothing has to be looked
// up, so nothing is asked for while the first is looked up.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

// Until the file is mapped, what the loader asks for is counted where nobody looks.
static _Atomic uint64_t before;
static _Atomic uint64_t *_Atomic count = &before;

__attribute__((constructor)) static void map_count(void) {
    const char *path = getenv("MALLOC_COUNT_FILE");
    int file = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *place = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (place != MAP_FAILED) count = place;
}

static void counted(void) {
    atomic_fetch_add_explicit(
        atomic_load_explicit(&count, memory_order_relaxed), 1, memory_order_relaxed);
}

void *malloc(size_t size) {
    counted();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    counted();
    return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
    counted();
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    counted();
    return __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size) {
    counted();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0)
        return EINVAL;
    counted();
    void *place = __libc_memalign(alignment, size);
    if (place == NULL) return ENOMEM;
    *block = place;
    return 0;
}
