#include "observations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "foreign.h"
#include "observations_index.h"

static const char *const status_names[RUN_STATUS_COUNT] = {
    [RUN_OK] = "ok",       [RUN_FAILED] = "failed",   [RUN_TIMEOUT] = "timeout",
    [RUN_WRONG] = "wrong", [RUN_UNBOUND] = "unbound", [RUN_MISSING] = "missing",
};

const char *run_status_name(enum run_status status)
{
    return status_names[status];
}

static uint32_t setting_of(struct observations *all, const struct run *run)
{
    struct setting setting = {
        .cluster = run->cluster,
        .cpu_model = run->cpu_model,
        .kernel = run->kernel,
        .backend = run->backend[0] == '\0' ? "program" : run->backend,
        .scaling = strcasecmp(run->scaling, "weak") == 0 ? "weak" : "strong",
        .size = observations_canonical(run->size),
    };
    return observations_find_setting(all, &setting);
}

static int64_t known(int64_t number, int64_t otherwise)
{
    return number == RESULTS_UNKNOWN || number < 0 ? otherwise : number;
}

static uint32_t shape_of(struct observations *all, const struct run *run)
{
    struct shape shape = {
        .cores = run->cores,
        .nodes = known(run->nodes, 0),
        .ranks = known(run->ranks, 0),
        .threads = known(run->threads, 0),
        .allocated_cores = run->allocated_cores < 1 ? run->cores : run->allocated_cores,
        .actual_size = observations_canonical(run->actual_size),
        .work = observations_canonical(run->work),
        .granted_memory_bytes = observations_canonical(run->granted_memory_bytes),
    };
    return observations_find_shape(all, &shape);
}

/* A word that is none of ours is a failure: foreign tables have their own. */
static enum run_status status_of(const char *text)
{
    if (text[0] == '\0')
        return RUN_OK;
    for (int i = 0; i < RUN_STATUS_COUNT; i++)
        if (strcasecmp(text, status_names[i]) == 0)
            return (enum run_status)i;
    return RUN_FAILED;
}

static void keep_date(struct observations *all, const char *started)
{
    enum { DAY = 10 }; /* 2026-11-22 */
    if (strspn(started, "0123456789-") >= DAY && strncmp(started, all->date, DAY) > 0) {
        memcpy(all->date, started, DAY);
        all->date[DAY] = '\0';
    }
}

/* Days of the civil calendar from 1970-01-01; years begin in March, so a leap day ends one. */
static int64_t days_since_1970(int year, int month, int day)
{
    int64_t shifted = year - (month <= 2);
    int64_t era = shifted / 400, of_era = shifted - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* `count` digits; -1 where there are other characters. */
static int digits(const char *text, size_t count)
{
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/* Of 2026-11-22T14:50:55.123Z. Another form is no mistake: the time is not known then. */
static double seconds_since_1970(const char *text)
{
    static const char form[] = "....-..-..T..:..:..";
    size_t length = sizeof form - 1;
    for (size_t i = 0; i < length; i++)
        if (text[i] == '\0' || (form[i] != '.' && text[i] != form[i]))
            return NAN;
    int year = digits(text, 4), month = digits(text + 5, 2), day = digits(text + 8, 2);
    int hour = digits(text + 11, 2), minute = digits(text + 14, 2), second = digits(text + 17, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1 || hour < 0 || minute < 0 || second < 0)
        return NAN;
    double seconds = (double)days_since_1970(year, month, day) * 86400 + hour * 3600 +
                     minute * 60 + second;
    double unit = 0.1;
    const char *at = text + length;
    for (at += *at == '.'; *at >= '0' && *at <= '9'; at++, unit /= 10)
        seconds += (*at - '0') * unit;
    return seconds;
}

/* NULL where the row can be used. */
static const char *problem_of(const struct observations *all, const struct run *run)
{
    if (run->cores == RESULTS_UNKNOWN)
        return "cores is empty; each row needs its core count";
    if (run->cores < 1)
        return "cores must be 1 or more";
    if (status_of(run->status) == RUN_OK && (run->seconds < 0 || run->wall_seconds < 0))
        return "a time must not be negative";
    if (all->count >= UINT32_MAX - 1)
        return "more rows than one report can take (4,294,967,294)";
    return NULL;
}

static double cpu_seconds(const struct run *run)
{
    if (isnan(run->user_seconds))
        return observations_canonical(run->system_seconds);
    return run->user_seconds + (isnan(run->system_seconds) ? 0 : run->system_seconds);
}

static void keep_row(struct observations *all, const struct run *run, size_t line)
{
    struct observations_index *index = all->index;
    enum run_status status = status_of(run->status);
    const char *reason = run->reason;
    if (all->count == 0)
        all->study = all->texts[observations_find_text(all, run->study)];
    if (status == RUN_FAILED && reason[0] == '\0' && strcasecmp(run->status, "failed") != 0)
        reason = run->status;
    array_grow(&all->rows, all->count, &all->capacity, sizeof *all->rows);
    all->rows[all->count++] = (struct observation){
        .seconds = run->seconds,
        .wall_seconds = run->wall_seconds,
        .cpu_seconds = cpu_seconds(run),
        .peak_memory_bytes = run->peak_memory_bytes,
        .value = run->value,
        .started = seconds_since_1970(run->started),
        .block = run->block,
        .order = run->order,
        .setting = setting_of(all, run),
        .shape = shape_of(all, run),
        .job = observations_find_text_again(all, &index->last_job, run->job),
        .host = observations_find_text_again(all, &index->last_host, run->host),
        .reason = observations_find_text_again(all, &index->last_reason, reason),
        .mask = observations_find_text_again(all, &index->last_mask, run->mask),
        .first_seconds = (float)run->first_seconds,
        .frequency_mhz = (float)run->frequency_mhz,
        .run = run->run < 0 || run->run > INT32_MAX ? -1 : (int32_t)run->run,
        .line = (uint32_t)line,
        .status = (uint8_t)status,
        .warmup = run->warmup == 1,
        .bound = (int8_t)(run->bound == RESULTS_UNKNOWN ? -1 : run->bound == 1),
    };
    all->has_blocks = all->has_blocks || run->block != RESULTS_UNKNOWN;
    keep_date(all, run->started);
}

int observations_add(struct observations *observations, const struct run *run, struct error *err)
{
    const char *problem = problem_of(observations, run);
    if (problem != NULL)
        return error_set(err, "%s", problem);
    keep_row(observations, run, 0);
    return 0;
}

void observations_watch(struct observations *all, size_t index, const struct run *run)
{
    if (all->watched == NULL)
        all->watched = xcalloc(all->count, sizeof *all->watched);
    all->watched[index] = (struct watched){
        .seconds = (float)run->watched_seconds,
        .others_seconds = (float)run->others_seconds,
        .stolen_seconds = (float)run->stolen_seconds,
        .cpus = (uint32_t)run->watched_cpus,
    };
}

struct observations *observations_new(void)
{
    struct observations *all = xcalloc(1, sizeof *all);
    all->index = observations_index_new();
    observations_find_text(all, ""); /* texts[0] */
    all->study = all->texts[0];
    all->has_jobs = true;
    return all;
}

void observations_free(struct observations *observations)
{
    if (observations == NULL)
        return;
    free(observations->rows);
    free(observations->watched);
    free(observations->settings);
    free(observations->shapes);
    free(observations->texts);
    observations_index_free(observations->index);
    pool_free(&observations->pool);
    free(observations);
}

struct reading {
    struct observations *all;
    const char *path;
};

static int take_header(uint64_t columns, void *context, struct error *err)
{
    struct reading *reading = context;
    (void)err;
    reading->all->has_jobs = false;
    reading->all->has_rates = (columns & RESULTS_RATES) != 0;
    for (size_t i = 0; i < results_column_count(); i++)
        if (strcmp(results_column_name(i), "job") == 0)
            reading->all->has_jobs = (columns >> i & 1) != 0;
    return 0;
}

static int take_row(const struct run *run, size_t line, void *context, struct error *err)
{
    struct reading *reading = context;
    const char *problem = problem_of(reading->all, run);
    if (problem != NULL)
        return error_set(err, "%s:%zu: %s", reading->path, line, problem);
    keep_row(reading->all, run, line);
    return 0;
}

static int by_number(const void *x, const void *y)
{
    const int64_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

static size_t count_core_counts(const struct observations *all)
{
    int64_t *cores = xcalloc(all->shape_count, sizeof *cores);
    size_t distinct = 0;
    for (size_t i = 0; i < all->shape_count; i++)
        cores[i] = all->shapes[i].cores;
    qsort(cores, all->shape_count, sizeof *cores, by_number);
    for (size_t i = 0; i < all->shape_count; i++)
        distinct += i == 0 || cores[i] != cores[i - 1];
    free(cores);
    return distinct;
}

/* A column that is no core count, or tells each run from any other, is taken for one of ours. */
static int check_extent(const struct observations *all, const char *path, struct error *err)
{
    size_t counts = all->shape_count > OBSERVATIONS_MOST_COUNTS ? count_core_counts(all) : 0;
    if (counts > OBSERVATIONS_MOST_COUNTS)
        return error_set(err, "%s: %zu different core counts, where a report takes %d; is the "
                              "column cores one of core counts?",
                         path, counts, OBSERVATIONS_MOST_COUNTS);
    if (all->setting_count > OBSERVATIONS_MOST_CURVES)
        return error_set(err, "%s: %zu different curves, where a report takes %d; what do the "
                              "columns cluster, cpu_model, kernel, backend and size hold?",
                         path, all->setting_count, OBSERVATIONS_MOST_CURVES);
    return 0;
}

int observations_read(struct observations **out, const char *path,
                      const struct results_alias *aliases, struct error *err)
{
    struct reading reading = {observations_new(), path};
    struct results_reader reader = {
        .aliases = aliases, .header = take_header, .row = take_row, .context = &reading};
    if (foreign_read(path, &reader, err) != 0 || check_extent(reading.all, path, err) != 0) {
        observations_free(reading.all);
        return -1;
    }
    *out = reading.all;
    return 0;
}
