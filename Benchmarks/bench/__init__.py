"""The benchmarks: the daemon beside its peers, in one run, in turns. See docs/benchmarks.md."""
