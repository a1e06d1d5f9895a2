// What one compilation or validation may use: steps, and the stack of its own thread.
#pragma once

#include "json.hpp"

#include <pthread.h>

#include <exception>
#include <functional>

namespace laneway {

class Patterns;

struct Run {
    const Patterns *patterns = nullptr;
    uint64_t steps = 0;
    uint64_t stepsMax = 0;
    // What it costs to copy the way to a value, in steps.
    uint64_t wayWeight = 0;
    const char *stackFloor = nullptr;

    struct OutOfSteps : std::exception {};
    struct OutOfStack : std::exception {};

    // The run of this thread. Set only on threads of `onOwnStack`, for as long as they live.
    static thread_local Run *current;

    static void step(uint64_t cost) {
        Run *run = current;
        if (run == nullptr) return;
        run->steps += cost;
        if (run->steps > run->stepsMax) throw OutOfSteps();
        if (here() < run->stackFloor) throw OutOfStack();
    }

    // Where the stack is. Not the address of a variable, which sanitizers put elsewhere.
    static const char *here() { return static_cast<const char *>(__builtin_frame_address(0)); }

    // A step that goes to another value, and copies the way to it.
    static void move(uint64_t cost) { step(cost + (current == nullptr ? 0 : current->wayWeight)); }
};

inline thread_local Run *Run::current = nullptr;

// valijson recurses over schema and instance. Its callers have stacks of all sizes, so it gets a
// stack whose size is known; the pages that are not used cost nothing.
inline void onOwnStack(Run &run, const std::function<void()> &work) {
    static constexpr size_t stackBytes = 64 << 20;
    static constexpr size_t marginBytes = 1 << 20;
    struct Context {
        Run &run;
        const std::function<void()> &work;
        std::exception_ptr failure;
    } context{run, work, nullptr};

    pthread_attr_t attributes;
    pthread_t thread;
    if (pthread_attr_init(&attributes) != 0) throw std::bad_alloc();
    pthread_attr_setstacksize(&attributes, stackBytes);
    const int started = pthread_create(
        &thread, &attributes,
        [](void *argument) -> void * {
            auto &context = *static_cast<Context *>(argument);
            context.run.stackFloor = Run::here() - (stackBytes - marginBytes);
            Run::current = &context.run;
            try {
                context.work();
            } catch (...) {
                context.failure = std::current_exception();
            }
            Run::current = nullptr;
            return nullptr;
        },
        &context);
    pthread_attr_destroy(&attributes);
    if (started != 0) throw std::bad_alloc();
    pthread_join(thread, nullptr);
    if (context.failure) std::rethrow_exception(context.failure);
}

}  // namespace laneway
