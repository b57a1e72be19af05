"""f2py: Fortran that Python calls, compiled when scalestudy was built."""
import math

import scalestudy_kernel
import scalestudy_teams


def load():
    global numpy, scalestudy_f2py
    import numpy
    import scalestudy_f2py


class Integration2d:
    def __init__(self, team, options, shared):
        self.h, self.curvature = math.pi / options.size, options.value["--curvature"]
        self.sums = numpy.frombuffer(shared)[:options.size]
        self.shared, self.place = shared, options.workload.place(options, 0)

    def run(self):
        scalestudy_f2py.row_sums(self.h, self.curvature, self.sums)
        self.shared[self.place] = self.sums.sum()


class Mean:
    def __init__(self, team, options, shared):
        self.column = 2 * numpy.arange(options.size, dtype=numpy.int64) + 3
        self.chunk = options.workload.chunk(options, team.size)
        self.shared, self.place = shared, options.workload.place(options, 0)

    def run(self):
        self.shared[self.place] = scalestudy_f2py.chunk_sums(self.column, self.chunk)


scalestudy_kernel.main(scalestudy_kernel.Backend(
    "serial", scalestudy_teams.Team, {"integration2d": Integration2d, "mean": Mean},
    needs=[("numpy", "python3-numpy"),
           ("scalestudy_f2py", "scalestudy built with gfortran, python3-dev and the numpy of this "
                               "Python")],
    load=load, runtime=("numpy",)))
