"""python-julia: Julia that Python calls, through JuliaCall or else PyJulia."""
import os

import scalestudy_kernel
import scalestudy_teams
from scalestudy_whole import RowSums

LOOPS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "julia", "loops.jl")


def load():
    global julia
    if scalestudy_kernel.Backend.has("juliacall"):
        from juliacall import Main as julia
    else:
        from julia.api import Julia
        Julia(compiled_modules=False)  # a Python linked statically can load no other
        from julia import Main as julia
    julia.include(LOOPS)


class Integration2d(RowSums):
    def fill(self):
        self.sums[:] = julia.row_sums(self.n, self.curvature)


scalestudy_kernel.main(scalestudy_kernel.Backend(
    "serial", scalestudy_teams.Team, {"integration2d": Integration2d},
    needs=[("juliacall|julia", "juliacall or julia, which pip install brings"),
           ("numpy", "python3-numpy")],
    first=True, load=load, runtime=("juliacall", "julia", "numpy")))
