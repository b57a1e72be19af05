"""mpi4py: the outer loop split over MPI ranks, partial sums reduced to the first."""
import scalestudy_kernel
import scalestudy_mean
import scalestudy_plain
import scalestudy_teams


class Integration2d(scalestudy_plain.Integration2d):
    def __init__(self, team, options, shared):
        super().__init__(team, options, shared)
        self.team = team

    def run(self):
        super().run()
        self.team.world.reduce(self.shared[self.place])


scalestudy_kernel.main(scalestudy_kernel.Backend(
    "ranks", scalestudy_teams.Ranks,
    {"integration2d": Integration2d, "sleep": scalestudy_plain.Sleep, "mean": scalestudy_mean.mean},
    needs=[("mpi4py", "python3-mpi4py")], wants={"mean": ("pandas",)},
    runtime=("mpi4py", "pandas")))
