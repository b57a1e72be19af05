/*
 * make_rows ROWS COLUMNS [COUNTS RUNS]: writes a results.csv of so many rows to
 * stdout, the same at every call, for tests of size and speed. COLUMNS is `all`,
 * or `five` for a foreign table of backend, cores, block, warmup and seconds. A
 * block holds RUNS rows, the first a warm-up, of each of five backends at COUNTS
 * core counts: 4 and 12 where not given.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csvtable.h"
#include "results.h"
#include "strbuf.h"

static const char *const backends[] = {"serial", "openmp", "mpi", "hybrid", "numba"};
static const int core_counts[] = {1, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28};
enum { BACKENDS = 5, CORE_COUNTS = 12 };

struct shape {
    long counts, runs;
    int five;
};

/* xorshift64*: no more than a noise that looks like one. */
static double uniform(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (double)(*state * UINT64_C(0x2545f4914f6cdd1d) >> 11) / 9007199254740992.0;
}

/* Amdahl's law with a few per cent of noise, which only ever slows down. */
static double seconds_of(int backend, int cores, uint64_t *state)
{
    static const double serial_fraction[BACKENDS] = {1, 0.01, 0.02, 0.015, 0.05};
    double f = serial_fraction[backend], noise = uniform(state);
    return (2.0 + 0.3 * backend) * (f + (1 - f) / cores) * (1 + 0.04 * noise * noise);
}

static void add_times(struct run *run, double seconds, uint64_t *state)
{
    run->seconds = seconds;
    run->wall_seconds = round((seconds + 0.004 + 0.001 * uniform(state)) * 1e9) / 1e9;
    run->user_seconds = round(seconds * (double)run->cores * 1e6) / 1e6;
    run->system_seconds = round(0.003 * uniform(state) * 1e6) / 1e6;
    run->peak_memory_bytes = 4096 * floor(2000 + 200 * uniform(state));
    run->value = -7.117752e-17 * (1 + uniform(state));
    run->error = fabs(run->value);
    run->frequency_mhz = round(3200 + 100 * uniform(state));
    run->job_cpu_seconds = run->user_seconds + run->system_seconds;
}

static void add_row(struct strbuf *sb, struct run *run, long index, uint64_t *state,
                    const struct shape *shape)
{
    static const char *const hosts[] = {"b-cn0101", "b-cn0102", "b-cn0203", "b-cn0417"};
    long point = index / shape->runs % (BACKENDS * shape->counts);
    int backend = (int)(point / shape->counts);
    char task[32], started[40], mask[8 * 28] = "0";

    run->backend = backends[backend];
    run->cores = core_counts[point % shape->counts];
    run->threads = backend == 2 ? 1 : run->cores;
    run->ranks = run->cores / run->threads;
    run->run = index % shape->runs; /* run 0 is the warm-up */
    run->warmup = run->run == 0;
    run->block = index / (shape->runs * BACKENDS * shape->counts);
    run->order = index;
    run->status = index % 997 == 996 ? "failed" : "ok";
    run->reason = index % 997 == 996 ? "exit status 1, said \"out of memory\"" : "";
    run->exit = index % 997 == 996;
    add_times(run, seconds_of(backend, (int)run->cores, state), state);
    if (shape->five) {
        csv_add_field(sb, run->backend);
        csv_add_number(sb, (double)run->cores);
        csv_add_number(sb, (double)run->block);
        csv_add_number(sb, (double)run->warmup);
        csv_add_number(sb, run->seconds);
        csv_end_row(sb);
        return;
    }
    size_t length = 1;
    for (int i = 1; i < run->cores && i < 4; i++) /* longer masks are ranges */
        length += (size_t)snprintf(mask + length, sizeof mask - length, " %d", i);
    snprintf(task, sizeof task, "%ld", run->block);
    snprintf(started, sizeof started, "2026-11-%02ldT%02ld:%02ld:%02ld.%03ldZ",
             1 + index / 100000 % 28, index / 3600 % 24, index / 60 % 60, index % 60,
             index * 37 % 1000);
    run->mask = mask;
    run->task = task;
    run->started = started;
    run->host = hosts[run->block % 4];
    results_add_row(sb, run);
}

/* The whole number a word is, or -1. */
static long whole(const char *word)
{
    char *end;
    long number = strtol(word, &end, 10);
    return *end == '\0' && end != word ? number : -1;
}

int main(int argc, char **argv)
{
    struct shape shape = {.counts = CORE_COUNTS, .runs = 4};
    long rows = argc == 3 || argc == 5 ? whole(argv[1]) : -1;
    if (argc == 5) {
        shape.counts = whole(argv[3]);
        shape.runs = whole(argv[4]);
    }
    shape.five = rows >= 0 && strcmp(argv[2], "five") == 0;
    if (rows < 0 || (!shape.five && strcmp(argv[2], "all") != 0) || shape.counts < 1 ||
        shape.counts > CORE_COUNTS || shape.runs < 1) {
        fputs("usage: make_rows ROWS five|all [COUNTS RUNS]\n", stderr);
        return 2;
    }

    struct strbuf sb = STRBUF_INIT;
    struct run run = run_unknown();
    uint64_t state = 20261122;
    run.study = "integration";
    run.cluster = "kebnekaise";
    run.cpu_model = "Intel(R) Xeon(R) Gold 6132 CPU @ 2.60GHz";
    run.kernel = "integration2d";
    run.size = run.actual_size = 10000;
    run.work = 1e8;
    run.scaling = "strong";
    run.nodes = 1;
    run.allocated_cores = 28;
    run.gpus = 0;
    run.attempt = 1;
    run.bound = 1;
    run.granted_memory_bytes = 128849018880;
    run.partition = "batch";
    run.job = "22104711";

    if (shape.five)
        strbuf_add(&sb, "backend,cores,block,warmup,seconds\n");
    else
        results_add_header(&sb);
    for (long i = 0; i < rows; i++) {
        add_row(&sb, &run, i, &state, &shape);
        if (sb.len > 1 << 16) {
            fwrite(sb.str, 1, sb.len, stdout);
            strbuf_clear(&sb);
        }
    }
    fwrite(sb.str, 1, sb.len, stdout);
    strbuf_free(&sb);
    return fclose(stdout) == 0 ? 0 : 3;
}
