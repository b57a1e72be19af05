"""
Loops that numba compiles, for numba and numba-parallel. compiled() makes them for one core or
for threads; the first call compiles.
"""
import ctypes
import math

import numba
import numpy

from scalestudy_mean import Column
from scalestudy_whole import RowSums


COMMA, NEWLINE, ZERO = (numpy.int64(byte) for byte in b",\n0")


def compiled(parallel):
    @numba.njit(parallel=parallel)
    def integrate(h, curvature, sums):
        n = len(sums)
        for i in numba.prange(n):
            x = h * (i + 0.5)
            slope = 1 + curvature * x
            row = 0.0
            for j in range(n):
                y = h * (j + 0.5)
                row += math.sin(x + slope * y)
            sums[i] = row

    @numba.njit(parallel=parallel)
    def add_chunks(column, chunk):
        count = (len(column) + chunk - 1) // chunk
        sums = numpy.empty(count, numpy.int64)
        for k in numba.prange(count):
            total = 0
            for i in range(k * chunk, min((k + 1) * chunk, len(column))):
                total += column[i]
            sums[k] = total
        return sums.sum()

    @numba.njit(parallel=parallel)
    def add_lines(text, parts):
        """Of each part the lines that begin in it."""
        sums, rows = numpy.zeros(parts, numpy.int64), numpy.zeros(parts, numpy.int64)
        for k in numba.prange(parts):
            at, end = len(text) * k // parts, len(text) * (k + 1) // parts
            while 0 < at < end and text[at - 1] != NEWLINE:
                at += 1
            total = count = 0
            while at < end:
                while text[at] != COMMA:
                    at += 1
                at += 1
                value = 0
                while text[at] != NEWLINE:
                    value = 10 * value + (text[at] - ZERO)
                    at += 1
                at += 1
                total += value
                count += 1
            sums[k], rows[k] = total, count
        return sums.sum(), rows.sum()

    class Integration2d(RowSums):
        def fill(self):
            integrate(self.h, self.curvature, self.sums)

    class Mean(Column):
        def sum_memory(self):
            return add_chunks(self.column, self.chunk)

        def sum_text(self, text):
            return add_lines(numpy.frombuffer(text, numpy.uint8),
                             numba.get_num_threads() if parallel else 1)

    return {"integration2d": Integration2d, "mean": Mean}


# Of the thread that calls them; only it can bind itself.
WORDS = 1024
set_mask, get_mask = (getattr(ctypes.CDLL(None), name)
                      for name in ("sched_setaffinity", "sched_getaffinity"))
for function in (set_mask, get_mask):
    function.argtypes = [ctypes.c_int, ctypes.c_size_t, ctypes.c_void_p]
    function.restype = ctypes.c_int


def bind_by_prange():
    """A loop of one turn for each thread: numba deals them out in equal blocks."""
    @numba.njit(parallel=True)
    def bind(wanted, had):
        for k in numba.prange(len(wanted)):
            set_mask(0, 8 * WORDS, wanted[k].ctypes)
            get_mask(0, 8 * WORDS, had[k].ctypes)

    return bind


def bind_threads(sets, bind):
    """Each thread that `bind` runs on to its set of CPUs; the sets that they then have."""
    wanted = numpy.zeros((len(sets), WORDS), numpy.uint64)
    for k, cpus in enumerate(sets):
        for cpu in cpus:
            wanted[k, cpu // 64] |= numpy.uint64(1 << cpu % 64)
    had = numpy.zeros_like(wanted)
    bind(wanted, had)
    return [{64 * int(i) + bit for i in numpy.flatnonzero(row) for bit in range(64)
             if int(row[i]) >> bit & 1} for row in had]
