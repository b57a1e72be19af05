"""f2py: Fortran that Python calls, compiled when scalestudy was built."""
import scalestudy_kernel
import scalestudy_teams
from scalestudy_mean import Column
from scalestudy_whole import RowSums


def load():
    global numpy, scalestudy_f2py
    import numpy
    import scalestudy_f2py


class Integration2d(RowSums):
    def fill(self):
        scalestudy_f2py.row_sums(self.h, self.curvature, self.sums)


class Mean(Column):
    def sum_memory(self):
        return scalestudy_f2py.chunk_sums(self.column, self.chunk)

    def sum_text(self, text):
        return scalestudy_f2py.line_sums(numpy.frombuffer(text, numpy.int8))


scalestudy_kernel.main(scalestudy_kernel.Backend(
    "serial", scalestudy_teams.Team, {"integration2d": Integration2d, "mean": Mean},
    needs=[("numpy", "python3-numpy"),
           ("scalestudy_f2py", "scalestudy built with gfortran, python3-dev and the numpy of this "
                               "Python")],
    load=load, runtime=("numpy",)))
