"""What a call costs in mallocs and in system calls, counted in the daemon, and the ceilings for it.

Counts are steadier than seconds: they say which of two builds does more, on any machine.
"""
