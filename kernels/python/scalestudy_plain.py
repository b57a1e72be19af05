"""Workloads as the interpreter runs them, for python, multiprocessing and mpi4py."""
import ctypes
import math
import time
from math import sin


class Integration2d:
    """The outer loop is split into blocks; each worker adds its rows up one after the other."""

    def __init__(self, team, options, shared):
        self.n, self.shared = options.size, shared
        self.h = math.pi / self.n
        self.curvature = options.value["--curvature"]
        self.begin, self.end = team.part(self.n)
        self.place = options.workload.place(options, team.rank)

    def row(self, x):
        h, total = self.h, 0.0
        if self.curvature == 0:
            for j in range(self.n):
                y = h * (j + 0.5)
                total += sin(x + y)
        else:
            slope = 1 + self.curvature * x
            for j in range(self.n):
                y = h * (j + 0.5)
                total += sin(x + slope * y)
        return total

    def run(self):
        partial = 0.0
        for i in range(self.begin, self.end):
            self.shared[i] = row = self.row(self.h * (i + 0.5))
            partial += row
        self.shared[self.place] = partial


def wait_for(seconds):
    """Whether it was long enough."""
    start = time.monotonic()
    time.sleep(seconds)
    return time.monotonic() - start >= seconds - 1e-6


class Sleep:
    def __init__(self, team, options, shared):
        self.team, self.shared = team, shared
        self.seconds, self.serial, self.per_worker = (
            options.value[name] for name in ("--seconds", "--serial", "--per-worker"))
        self.begin, self.end = team.part(options.size)
        self.place = options.workload.place(options, team.rank)
        # By default Linux may be 50 us late on purpose, to wake several sleepers at once.
        ctypes.CDLL(None).prctl(29, 1, 0, 0, 0)  # PR_SET_TIMERSLACK

    def run(self):
        missing = 0
        if self.serial > 0:
            missing += self.team.rank == 0 and not wait_for(self.serial)
            self.team.barrier()
        waits = sum(wait_for(self.seconds) for _ in range(self.begin, self.end))
        if self.per_worker > 0:
            self.team.barrier()
            missing += not wait_for(self.per_worker * (self.team.size - 1))
        self.shared[self.place] = waits - missing
