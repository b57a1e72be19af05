"""python-julia: Julia that Python calls, through JuliaCall or else PyJulia."""
import os

import scalestudy_kernel
import scalestudy_teams

LOOPS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "julia", "loops.jl")


def load():
    global numpy, julia
    import numpy
    if scalestudy_kernel.Backend.has("juliacall"):
        from juliacall import Main as julia
    else:
        from julia.api import Julia
        Julia(compiled_modules=False)  # a Python linked statically can load no other
        from julia import Main as julia
    julia.include(LOOPS)


class Integration2d:
    def __init__(self, team, options, shared):
        self.n, self.curvature = options.size, options.value["--curvature"]
        self.sums = numpy.frombuffer(shared)[:self.n]
        self.shared, self.place = shared, options.workload.place(options, 0)

    def run(self):
        self.sums[:] = numpy.asarray(julia.row_sums(self.n, self.curvature))
        self.shared[self.place] = self.sums.sum()


scalestudy_kernel.main(scalestudy_kernel.Backend(
    "serial", scalestudy_teams.Team, {"integration2d": Integration2d},
    needs=[("juliacall|julia", "juliacall or julia of PyPI"), ("numpy", "python3-numpy")],
    first=True, load=load, runtime=("juliacall", "julia", "numpy")))
