#include "job_lines.h"

#include <math.h>
#include <string.h>

long job_time_limit(double seconds)
{
    static const struct {
        double below, step;
    } steps[] = {{600, 60}, {3600, 300}, {36000, 900}};
    double wanted = isfinite(seconds) && seconds > 0 ? fmin(seconds * 2, 30 * 86400.0) : 60;
    double step = 3600;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (wanted <= steps[i].below) {
            step = steps[i].step;
            break;
        }
    return (long)(ceil(wanted / step) * step);
}

static void add_time(struct strbuf *out, long seconds)
{
    strbuf_add(out, "#SBATCH --time=");
    if (seconds >= 86400)
        strbuf_addf(out, "%ld-", seconds / 86400);
    strbuf_addf(out, "%02ld:%02ld:%02ld\n", seconds % 86400 / 3600, seconds % 3600 / 60,
                seconds % 60);
}

/* The variable that tells a threaded program how many threads to start. */
static void add_threads(struct strbuf *out, const char *runtime, long long threads)
{
    static const struct {
        const char *part, *variable;
    } runtimes[] = {{"numba", "NUMBA_NUM_THREADS"}, {"julia", "JULIA_NUM_THREADS"}};
    if (strcmp(runtime, "pthreads") == 0)
        return;
    for (size_t i = 0; i < sizeof runtimes / sizeof *runtimes; i++)
        if (strstr(runtime, runtimes[i].part) != NULL) {
            strbuf_addf(out, "export %s=%lld\n", runtimes[i].variable, threads);
            return;
        }
    strbuf_addf(
        out, "export OMP_NUM_THREADS=%lld\nexport OMP_PROC_BIND=close\nexport OMP_PLACES=cores\n",
        threads);
}

/* What a job on that cluster needs whatever its size. These were checked when
 * the study was planned: no blank or line end is in them. */
static void add_place(struct strbuf *out, const struct plan_cluster *cluster)
{
    const struct {
        const char *option, *value;
    } options[] = {{"account", cluster->account},
                   {"partition", cluster->partition},
                   {"constraint", cluster->constraint},
                   {"qos", cluster->qos}};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (options[i].value != NULL && options[i].value[0] != '\0')
            strbuf_addf(out, "#SBATCH --%s=%s\n", options[i].option, options[i].value);
}

void job_lines(struct strbuf *out, const struct point_summary *point, const char *parallel,
               const char *runtime, const struct plan_cluster *cluster)
{
    if (cluster != NULL)
        add_place(out, cluster);
    long long ranks = point->ranks > 0 ? point->ranks : 1;
    long long threads = point->threads > 0 ? point->threads : 1;
    /* Forked processes are one task to Slurm: the batch step itself. */
    if (strcmp(parallel, "processes") == 0 && ranks > 1 && threads == 1) {
        threads = ranks;
        ranks = 1;
    }
    /* A study may ask for more cores than workers; what was measured is asked for. */
    long long per_task = threads;
    if (point->asked_cores > ranks * threads)
        per_task = (point->asked_cores + ranks - 1) / ranks;
    if (point->nodes > 0)
        strbuf_addf(out, "#SBATCH --nodes=%lld\n", (long long)point->nodes);
    strbuf_addf(out, "#SBATCH --ntasks=%lld\n#SBATCH --cpus-per-task=%lld\n", ranks, per_task);
    if (cluster != NULL && cluster->cpu_is_thread)
        strbuf_add(out, "#SBATCH --threads-per-core=1\n");
    if (parallel[0] == '\0' && ranks == 1 && threads == 1 && per_task > 1)
        strbuf_addf(out, "# MPI ranks: --ntasks=%lld instead\n", per_task);
    add_time(out,
             job_time_limit(isfinite(point->wall_median) ? point->wall_median : point->median));
    bool threaded = strcmp(parallel, "threads") == 0 || strcmp(parallel, "hybrid") == 0 ||
                    (parallel[0] == '\0' && threads > 1);
    if (threaded)
        add_threads(out, runtime, threads);
    /* srun of Slurm 22.05 to 23.02 does not take --cpus-per-task over from the job. */
    if (ranks > 1 && per_task > 1)
        strbuf_add(out, "export SRUN_CPUS_PER_TASK=$SLURM_CPUS_PER_TASK\n");
}
