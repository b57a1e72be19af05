"""python: one interpreter and no package."""
import scalestudy_kernel
import scalestudy_mean
import scalestudy_plain
import scalestudy_teams

scalestudy_kernel.main(scalestudy_kernel.Backend(
    "serial", scalestudy_teams.Team,
    {"integration2d": scalestudy_plain.Integration2d, "sleep": scalestudy_plain.Sleep,
     "mean": scalestudy_mean.MeanOfList}))
