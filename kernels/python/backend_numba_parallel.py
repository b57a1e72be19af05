"""numba-parallel: the same loops, the outer one shared by numba's threads (prange)."""
import scalestudy_kernel
import scalestudy_teams


def load():
    global scalestudy_numba, compiled
    import scalestudy_numba
    compiled = scalestudy_numba.compiled(parallel=True)


scalestudy_kernel.main(scalestudy_kernel.Backend(
    "threads", scalestudy_teams.Threads,
    {name: lambda team, options, shared, name=name: compiled[name](team, options, shared)
     for name in ("integration2d", "mean")},
    needs=[("numba", "python3-numba")], first=True, load=load, threads=True,
    bind_threads=lambda sets: scalestudy_numba.bind_threads(
        sets, scalestudy_numba.bind_by_prange())))
