/*
 * The lines of a job script that ask Slurm for what the report recommends.
 */
#ifndef SCALESTUDY_JOB_LINES_H
#define SCALESTUDY_JOB_LINES_H

#include "analysis.h"
#include "planfile.h"
#include "strbuf.h"

/*
 * `parallel` is the plan's word ("threads", …; "" not known), `runtime` the
 * built-in backend's name, for the variables it reads ("" not known). `cluster`
 * is where it was measured, for what its jobs are asked with; NULL not known.
 */
void job_lines(struct strbuf *out, const struct point_summary *point, const char *parallel,
               const char *runtime, const struct plan_cluster *cluster);

/* Seconds to ask for a run that took `seconds`: twice that, at least a minute,
 * rounded up to a number that people write. */
long job_time_limit(double seconds);

#endif
