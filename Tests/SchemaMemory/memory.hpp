// All of C++'s memory in this process, counted, and refused where a trial says so.
#pragma once

#include <atomic>
#include <cstddef>

namespace memory {

// Which allocations are refused, counted from 0 since the trial began.
struct Refusal {
    long first = -1;
    bool allAfter = false;

    bool holds(long allocation) const {
        if (first < 0) return false;
        return allAfter ? allocation >= first : allocation == first;
    }
};

// Pieces that are in use now.
long live();

// Counts and refuses from its beginning to its end, on all threads.
class Trial {
public:
    explicit Trial(Refusal refusal);
    ~Trial();
    long allocations() const;
};

}  // namespace memory
