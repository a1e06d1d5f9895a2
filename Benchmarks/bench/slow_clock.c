/* A clock for a daemon that valgrind runs a hundred times slower than it is: on the threads of its
 * event loops time passes a hundred times slower too, so that a turn of a loop has time for as many
 * calls as it has without valgrind. Put before the C library's by LD_PRELOAD. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { TIMES = 100 };
static const long long SECOND = 1000000000LL;

/* Others keep their clock: libdispatch, which holds the kernel's timers against it, would find that
 * each has rung too early, and arm it again and again. */
static int is_loop(void) {
    static __thread int known; /* 0 until it was looked at; a thread is named before it runs */
    if (known == 0) {
        char name[16] = "";
        prctl(PR_GET_NAME, name);
        known = strncmp(name, "NIO-ELT", 7) == 0 ? 1 : 2;
    }
    return known == 1;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    static long long began;
    const int failed = (int)syscall(SYS_clock_gettime, clock, time);
    if (failed || clock != CLOCK_MONOTONIC || !is_loop()) return failed;
    long long now = time->tv_sec * SECOND + time->tv_nsec;
    if (began == 0) began = now;
    now = began + (now - began) / TIMES;
    time->tv_sec = now / SECOND;
    time->tv_nsec = now % SECOND;
    return 0;
}
