"""multiprocessing: the outer loop split over processes, partial sums in a shared array."""
import scalestudy_kernel
import scalestudy_mean
import scalestudy_plain
import scalestudy_teams

scalestudy_kernel.main(scalestudy_kernel.Backend(
    "processes", scalestudy_teams.Processes,
    {"integration2d": scalestudy_plain.Integration2d, "sleep": scalestudy_plain.Sleep,
     "mean": scalestudy_mean.mean}, wants={"mean": ("pandas",)},
    runtime=("pandas",)))
