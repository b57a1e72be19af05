/*
 * One executable for each backend, all workloads in each: reads the command
 * line, runs the workload on a team, times it, has it checked, prints.
 */
#include "backend.h"
#include "binding.h"
#include "kernel.h"
#include "options.h"
#include "record.h"
#include "room.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STATUS_FINE = 0, STATUS_WRONG = 1, STATUS_COMMAND_LINE = 2 };

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Every worker's own account of where it runs, visible to rank 0. */
static struct record_worker *introduce(struct team *team)
{
    struct record_worker *about = team_share(team, (size_t)team->size * sizeof *about);
    struct record_worker *own = &about[team->rank];
    struct cpu_mask mask;

    memset(own, 0, sizeof *own);
    cpu_mask_read(&mask);
    cpu_mask_format(&mask, own->binding, sizeof own->binding);
    if (gethostname(own->host, sizeof own->host - 1) != 0)
        strcpy(own->host, "unknown");
    team_collect(team, about, sizeof *about, team->rank, team->rank + 1);
    return about;
}

/*
 * The clock runs from one barrier to the next on each worker, and the slowest
 * one's time counts. The second barrier is inside it: a worker is not done
 * before its answer is whole.
 */
static int work(struct team *team, void *context)
{
    const struct options *options = context;
    const struct kernel *kernel = options->kernel;
    struct kernel_result result = {.value = 0};
    int64_t status = STATUS_FINE;

    if (!room_fits(team, kernel, &options->arguments, backend.name))
        return STATUS_COMMAND_LINE;
    void *state = kernel->prepare(team, &options->arguments);
    const struct record_worker *about = introduce(team);

    team_barrier(team);
    double start = now();
    kernel->run(team, state);
    team_barrier(team);
    double seconds = now() - start;

    team_allreduce_double(team, &seconds, 1, TEAM_MAX);
    kernel->check(team, state, &result);
    if (team->rank == 0) {
        struct record record = {
            .kernel = kernel,
            .result = &result,
            .seconds = seconds,
            .size = options->arguments.size,
            .workers = team->size,
            .ranks = team->ranks,
            .nodes = team->nodes,
            .about = about,
        };
        record_print(&record, stdout);
        if (result.wrong[0] != '\0')
            status = STATUS_WRONG;
        if (fflush(stdout) != 0)
            team_fail(team, "cannot write the result: standard output is full or closed");
    }
    kernel->finish(state);
    team_broadcast(team, &status, sizeof status, 0);
    return (int)status;
}

static void describe_options(const struct kernel *kernel)
{
    const char *separator = "";

    fputs(", \"options\": [", stdout);
    for (const struct kernel_option *option = kernel->options;
         option != NULL && option->name != NULL; option++) {
        printf("%s{\"name\": \"%s\", \"preset\": %.17g, \"minimum\": %.17g, \"maximum\": %.17g, "
               "\"step\": %.17g, \"help\": \"%s\"}",
               separator, option->name + strspn(option->name, "-"), option->preset,
               option->minimum, option->maximum, option->step, option->help);
        separator = ", ";
    }
    putchar(']');
}

/* Whether a workload can run here; `why` says why not. */
static bool is_ready(const struct kernel *kernel, char *why, size_t size)
{
    return kernel->ready == NULL || kernel->ready(why, size) == 0;
}

static void describe_kernel(const struct kernel *kernel)
{
    printf("{\"name\": \"%s\", \"summary\": \"%s\", \"unit\": \"%s\", \"work\": \"%s\", "
           "\"default_size\": %" PRId64 ", \"maximum_size\": %" PRId64,
           kernel->name, kernel->summary, kernel->unit, kernel->work, kernel->default_size,
           kernel->maximum_size);
    describe_options(kernel);
    putchar('}');
}

/* Those that can run, or those that cannot and why. */
static void describe_kernels(bool ready)
{
    const char *separator = "";
    char why[200] = "";

    for (size_t i = 0; kernels[i] != NULL; i++) {
        if (kernels[i]->hidden || is_ready(kernels[i], why, sizeof why) != ready)
            continue;
        fputs(separator, stdout);
        if (ready)
            describe_kernel(kernels[i]);
        else
            printf("{\"name\": \"%s\", \"why\": \"%s\"}", kernels[i]->name, why);
        separator = ", ";
    }
}

static int print_describe(void)
{
    printf("{\"backend\": \"%s\", \"parallel\": \"%s\", \"version\": \"%s\", \"workloads\": [",
           backend.name, backend.parallel, SCALESTUDY_VERSION);
    describe_kernels(true);
    fputs("], \"missing\": [", stdout);
    describe_kernels(false);
    puts("]}");
    return fflush(stdout) == 0 ? STATUS_FINE : STATUS_WRONG;
}

static int print_help(void)
{
    printf("Usage: scalestudy-%s WORKLOAD [OPTION...]\n\n"
           "Options:\n"
           "  --size N          how large: see the workload\n"
           "  --workers N       %s\n",
           backend.name, backend.workers);
    if (backend.takes_threads)
        puts("  --threads N       threads of each rank; the rank's share of the cores");
    puts("  --bind cores|none each worker to a core of its own (as it is if left out), or where "
         "the system likes\n"
         "  --describe        what is in here, as JSON\n"
         "  --version         of scalestudy\n\n"
         "Workloads:");
    for (size_t i = 0; kernels[i] != NULL; i++) {
        const struct kernel *kernel = kernels[i];
        if (kernel->hidden)
            continue;
        printf("  %-16s  %s\n", kernel->name, kernel->summary);
        printf("    %-14s  %s, 1 to %" PRId64 " (%" PRId64 ")\n", "--size N", kernel->size,
               kernel->maximum_size, kernel->default_size);
        for (const struct kernel_option *option = kernel->options;
             option != NULL && option->name != NULL; option++)
            printf("    %s %-*s  %s (%g)\n", option->name, 13 - (int)strlen(option->name),
                   option->value, option->help, option->preset);
    }
    puts("\nExit status: 0 right answer, 1 wrong answer or a worker died, 2 wrong command line.\n"
         "For tests: --test-wrong spoils the answer; SCALESTUDY_ISA=avx512|avx2|baseline chooses "
         "instructions.");
    return fflush(stdout) == 0 ? STATUS_FINE : STATUS_WRONG;
}

/* One sentence, however many ranks were started. */
static int refuse(const char *why)
{
    if (backend.speaks == NULL || backend.speaks())
        fprintf(stderr, "scalestudy-%s: %s\n", backend.name, why);
    return STATUS_COMMAND_LINE;
}

int main(int argc, char *argv[])
{
    struct options options;

    if (options_parse(&options, &backend, argc, argv) != 0)
        return refuse(options.error);
    switch (options.mode) {
    case OPTIONS_HELP:
        return print_help();
    case OPTIONS_DESCRIBE:
        return print_describe();
    case OPTIONS_VERSION:
        printf("scalestudy-%s %s\n", backend.name, SCALESTUDY_VERSION);
        return STATUS_FINE;
    case OPTIONS_RUN:
        break;
    }
    if (options.kernel->isa != NULL && options.kernel->isa() == NULL)
        return refuse("SCALESTUDY_ISA names no instruction set that is built in and that this CPU "
                      "has; unset it");
    if (!is_ready(options.kernel, options.error, sizeof options.error))
        return refuse(options.error);
    return backend.run(&options.request, work, &options);
}
