"""pyomp: OpenMP in Python, its directives compiled by a numba that knows them."""
import math

import scalestudy_kernel
import scalestudy_teams
from scalestudy_whole import RowSums


def load():
    global integrate, bind, bind_threads
    from scalestudy_numba import WORDS, bind_threads, get_mask, set_mask
    try:
        from numba.openmp import njit, openmp_context as openmp
    except ImportError:
        from numba import njit
        from numba.openmp import openmp_context as openmp

    @njit
    def integrate(h, curvature, sums):
        n = len(sums)
        with openmp("parallel for"):
            for i in range(n):
                x = h * (i + 0.5)
                slope = 1 + curvature * x
                row = 0.0
                for j in range(n):
                    row += math.sin(x + slope * (h * (j + 0.5)))
                sums[i] = row

    @njit
    def bind(wanted, had):
        with openmp("parallel for schedule(static)"):
            for k in range(len(wanted)):
                set_mask(0, 8 * WORDS, wanted[k].ctypes)
                get_mask(0, 8 * WORDS, had[k].ctypes)


class Integration2d(RowSums):
    def fill(self):
        integrate(self.h, self.curvature, self.sums)


scalestudy_kernel.main(scalestudy_kernel.Backend(
    "threads", scalestudy_teams.Threads, {"integration2d": Integration2d},
    needs=[("numba", "python3-numba"), ("numba.openmp", "pyomp, which pip install brings")],
    first=True, load=load,
    threads=True, bind_threads=lambda sets: bind_threads(sets, bind)))
