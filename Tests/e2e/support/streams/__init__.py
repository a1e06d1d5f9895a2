"""Streams of bytes at random, and mutated valid ones, of both wires; and what they leave behind.

`asks` and `sessions` are what is valid, `noise` and `mutations` what is not; `plans` makes one
stream of a seed and a number, `sender` sends streams from a process of its own, `judges` looks at
what comes back, `honest` calls meanwhile, and `run` ties it together and looks at what is left.
"""

WIRES = ("grpc", "ttrpc")
KINDS = ("random", "mutated")
