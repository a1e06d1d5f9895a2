// rapidjson's reader as all of our C++ uses it: nothing of it aborts, and it takes a failed malloc
// for what it is.
#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <stdexcept>
#include <vector>

#define RAPIDJSON_ASSERT(x) \
    do { \
        if (!(x)) throw std::logic_error("rapidjson: " #x); \
    } while (0)
#include <rapidjson/reader.h>

namespace laneway {

// rapidjson takes the null of a failed malloc for memory; this one throws instead.
struct ThrowingAllocator {
    static const bool kNeedFree = true;
    void *Malloc(size_t size) { return size == 0 ? nullptr : ::operator new(size); }
    void *Realloc(void *old, size_t oldSize, size_t size) {
        void *const grown = Malloc(size);
        if (const size_t kept = oldSize < size ? oldSize : size; kept > 0)
            std::memcpy(grown, old, kept);
        Free(old);
        return grown;
    }
    static void Free(void *memory) { ::operator delete(memory); }
    bool operator==(const ThrowingAllocator &) const { return true; }
    bool operator!=(const ThrowingAllocator &) const { return false; }
};

// Copies a text to where an InsituStringStream may read it. rapidjson takes a null for the end. Of a
// character it reads as many bytes as the first one promises, also where the text ends within it: up to
// three, of which the null is the first.
inline void copyForReading(std::vector<char> &to, const char *text, size_t bytes) {
    constexpr size_t behind = 3;
    to.reserve(bytes + behind);
    to.assign(text, text + bytes);
    to.insert(to.end(), behind, '\0');
}

using Reader = rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>, ThrowingAllocator>;

}  // namespace laneway
