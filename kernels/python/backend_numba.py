"""numba: loops that are compiled when first called, on one core."""
import scalestudy_kernel
import scalestudy_teams


def load():
    global compiled
    import scalestudy_numba
    compiled = scalestudy_numba.compiled(parallel=False)


scalestudy_kernel.main(scalestudy_kernel.Backend(
    "serial", scalestudy_teams.Team,
    {name: lambda team, options, shared, name=name: compiled[name](team, options, shared)
     for name in ("integration2d", "mean")},
    needs=[("numba", "python3-numba")], first=True, load=load))
