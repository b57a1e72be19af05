#include "machine_facts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "alloc.h"
#include "clock.h"
#include "process.h"
#include "strbuf.h"

enum {
    LAUNCHES = 21,    /* of an empty command: a millisecond each */
    MPI_LAUNCHES = 7  /* through a launcher: a good part of a second each */
};

/* Wall time of one launch; NAN where it failed. */
static double launch_once(char *const *argv, char *const *environment)
{
    struct process_request request = {.argv = argv, .environment = environment,
                                      .time_limit = MACHINE_LAUNCH_SECONDS,
                                      .output_limit = 4096, .sample_interval = 0.2};
    struct process_result result;
    struct error err = ERROR_INIT;
    double seconds = NAN;

    if (process_run(&request, &result, &err) == 0 && result.started && !result.timed_out &&
        result.signal == 0 && result.exit_status == 0)
        seconds = result.wall_seconds;
    process_result_free(&result);
    return seconds;
}

static int ascending(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, ascending);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

/* The median over `launches`, or over as many as the time allows, after one
 * that brings the files into memory. NAN at the first that fails. */
static double launch_cost(char *const *argv, char *const *environment, size_t launches)
{
    double begun = clock_seconds(), seconds[LAUNCHES];
    double first = launch_once(argv, environment);
    size_t count = 0;

    if (isnan(first))
        return NAN;
    while (count < launches && clock_seconds() - begun + first < MACHINE_LAUNCH_SECONDS) {
        seconds[count] = launch_once(argv, environment);
        if (isnan(seconds[count]))
            return NAN;
        count++;
    }
    return count > 0 ? median(seconds, count) : first;
}

static double mpi_launch_cost(char *const *launcher, char *const *environment)
{
    size_t count = string_list_count(launcher);
    char empty_command[] = "true";

    if (count == 0)
        return NAN;
    char **argv = xcalloc(count + 2, sizeof *argv);
    memcpy(argv, launcher, count * sizeof *argv);
    argv[count] = empty_command;
    double seconds = launch_cost(argv, environment, MPI_LAUNCHES);
    free(argv);
    return seconds;
}

/* "performance", "powersave", …; "" where the system does not say, as most
 * virtual machines. */
static char *read_governor(int cpu)
{
    char *path = text_format("/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor", cpu);
    FILE *file = fopen(path, "re");
    char text[64] = "";

    free(path);
    if (file == NULL)
        return xstrdup("");
    if (fgets(text, sizeof text, file) == NULL)
        text[0] = '\0';
    fclose(file);
    return xstrndup(text, strcspn(text, "\n"));
}

void machine_facts_read(struct machine *machine, const struct topology *topology,
                        char *const *mpi_launcher, char *const *environment)
{
    char empty_command[] = "true", *argv[] = {empty_command, NULL};
    struct utsname system;

    if (uname(&system) != 0)
        memset(&system, 0, sizeof system);
    *machine = (struct machine){
        .host = xstrdup(system.nodename),
        .cpu_model = xstrdup(topology->cpu_model),
        .system = text_format("%s %s %s", system.sysname, system.release, system.machine),
        .governor = read_governor(topology->cores[0].cpu),
        .sockets = (int64_t)topology->packages,
        .numa_nodes = (int64_t)topology->numa_nodes,
        .cores = (int64_t)topology->machine_cores,
        .threads_per_core = (int64_t)topology->threads_per_core,
        .allowed_cores = (int64_t)topology->core_count,
        .memory_bytes = topology->memory_bytes,
    };
    clock_calibrate(&machine->timer_resolution, &machine->timer_overhead);
    machine->launch_seconds = launch_cost(argv, environment, LAUNCHES);
    machine->mpi_launch_seconds = mpi_launch_cost(mpi_launcher, environment);
}
