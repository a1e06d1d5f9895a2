#include "memory.hpp"

#include <cstdlib>
#include <new>

namespace {

std::atomic<long> inUse{0};
std::atomic<long> counted{0};
std::atomic<bool> isOn{false};
memory::Refusal refused;

void *take(size_t bytes, size_t alignment) noexcept {
    if (isOn && refused.holds(counted++)) return nullptr;
    const size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    void *const piece = std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
    if (piece != nullptr) inUse++;
    return piece;
}

void *need(size_t bytes, size_t alignment) {
    void *const piece = take(bytes, alignment);
    if (piece == nullptr) throw std::bad_alloc();
    return piece;
}

void give(void *piece) noexcept {
    if (piece != nullptr) inUse--;
    std::free(piece);
}

constexpr size_t usual = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

}  // namespace

long memory::live() { return inUse; }

memory::Trial::Trial(Refusal refusal) {
    refused = refusal;
    counted = 0;
    isOn = true;
}

memory::Trial::~Trial() { isOn = false; }

long memory::Trial::allocations() const { return counted; }

// The forms for arrays call these (C++17, [new.delete.array]).
void *operator new(size_t bytes) { return need(bytes, usual); }
void *operator new(size_t bytes, std::align_val_t alignment) {
    return need(bytes, static_cast<size_t>(alignment));
}
void *operator new(size_t bytes, const std::nothrow_t &) noexcept { return take(bytes, usual); }
void operator delete(void *piece) noexcept { give(piece); }
void operator delete(void *piece, size_t) noexcept { give(piece); }
void operator delete(void *piece, std::align_val_t) noexcept { give(piece); }
void operator delete(void *piece, size_t, std::align_val_t) noexcept { give(piece); }
