#include "results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "csvtable.h"
#include "number.h"
#include "number_problem.h"
#include "plural.h"
#include "results_table.h"
#include "unit.h"

/* --- the columns ----------------------------------------------------------- */

/* The header, the reader and the writer are this table. Its order is the file's. */
const struct results_column results_columns[RESULTS_COLUMNS] = {
#define COLUMN(name, kind) {#name, kind, offsetof(struct run, name)}
    COLUMN(study, TEXT),
    COLUMN(cluster, TEXT),
    COLUMN(cpu_model, TEXT),
    COLUMN(kernel, TEXT),
    COLUMN(backend, TEXT),
    COLUMN(size, REAL),
    COLUMN(actual_size, REAL),
    COLUMN(work, REAL),
    COLUMN(scaling, TEXT),
    COLUMN(nodes, WHOLE),
    COLUMN(ranks, WHOLE),
    COLUMN(threads, WHOLE),
    COLUMN(cores, WHOLE),
    COLUMN(allocated_cores, WHOLE),
    COLUMN(gpus, WHOLE),
    COLUMN(block, WHOLE),
    COLUMN(run, WHOLE),
    COLUMN(warmup, WHOLE),
    COLUMN(order, WHOLE),
    COLUMN(attempt, WHOLE),
    COLUMN(status, TEXT),
    COLUMN(reason, TEXT),
    COLUMN(seconds, REAL),
    COLUMN(first_seconds, REAL),
    COLUMN(wall_seconds, REAL),
    COLUMN(user_seconds, REAL),
    COLUMN(system_seconds, REAL),
    COLUMN(peak_memory_bytes, REAL),
    COLUMN(granted_memory_bytes, REAL),
    COLUMN(value, REAL),
    COLUMN(error, REAL),
    COLUMN(bound, WHOLE),
    COLUMN(mask, TEXT),
    COLUMN(frequency_mhz, REAL),
    COLUMN(host, TEXT),
    COLUMN(partition, TEXT),
    COLUMN(job, TEXT),
    COLUMN(task, TEXT),
    COLUMN(started, TEXT),
    COLUMN(exit, WHOLE),
    COLUMN(job_cpu_seconds, REAL),
    COLUMN(job_memory_bytes, REAL),
    COLUMN(job_energy_joules, REAL),
#undef COLUMN
};

_Static_assert(RESULTS_COLUMNS < 64, "a set of columns, and RESULTS_RATES, is a uint64_t");

int results_column_index(const char *name)
{
    for (int i = 0; i < RESULTS_COLUMNS; i++)
        if (strcmp(results_columns[i].name, name) == 0)
            return i;
    return -1;
}

size_t results_column_count(void)
{
    return RESULTS_COLUMNS;
}

const char *results_column_name(size_t index)
{
    return results_columns[index].name;
}

static void *cell(struct run *run, const struct results_column *column)
{
    return (char *)run + column->offset;
}

static const void *const_cell(const struct run *run, const struct results_column *column)
{
    return (const char *)run + column->offset;
}

struct run run_unknown(void)
{
    struct run run = {
        .samples = "", .software = "", /* these are in no column */
        .watched_cpus = RESULTS_UNKNOWN,
        .watched_seconds = NAN, .others_seconds = NAN, .stolen_seconds = NAN};
    for (int i = 0; i < RESULTS_COLUMNS; i++) {
        void *at = cell(&run, &results_columns[i]);
        switch (results_columns[i].kind) {
        case TEXT: *(const char **)at = ""; break;
        case WHOLE: *(int64_t *)at = RESULTS_UNKNOWN; break;
        case REAL: *(double *)at = NAN; break;
        }
    }
    return run;
}

/* --- writing --------------------------------------------------------------- */

void results_add_header(struct strbuf *sb)
{
    for (int i = 0; i < RESULTS_COLUMNS; i++)
        csv_add_field(sb, results_columns[i].name);
    csv_end_row(sb);
}

static void add_whole(struct strbuf *sb, int64_t value)
{
    char text[24], *p = text + sizeof text;
    uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;
    if (value == RESULTS_UNKNOWN) {
        csv_add_field(sb, "");
        return;
    }
    *--p = '\0';
    do
        *--p = (char)('0' + size % 10);
    while ((size /= 10) != 0);
    if (value < 0)
        *--p = '-';
    csv_add_field(sb, p);
}

void results_add_row(struct strbuf *sb, const struct run *run)
{
    for (int i = 0; i < RESULTS_COLUMNS; i++) {
        const void *at = const_cell(run, &results_columns[i]);
        switch (results_columns[i].kind) {
        case TEXT: csv_add_field(sb, *(const char *const *)at); break;
        case WHOLE: add_whole(sb, *(const int64_t *)at); break;
        case REAL: csv_add_number(sb, *(const double *)at); break;
        }
    }
    csv_end_row(sb);
}

/* --- reading: the rows ----------------------------------------------------- */

/* What is wrong with a number that cannot be read. Always -1. */
static int refuse_number(const struct results_table *t, const struct csv_row *row,
                         const struct results_source *s, struct error *err)
{
    const char *text = row->fields[s->field];
    struct strbuf problem = STRBUF_INIT;
    if (results_is_header_again(t, text, s))
        strbuf_add(&problem, "the header is there a second time; leave this line out");
    else
        number_problem(&problem, s->name, text, s->column->kind == WHOLE);
    csv_row_error(row, s->field, err, "%s", problem.str);
    strbuf_free(&problem);
    return -1;
}

/* Few digits, as nearly all have; the rest by way of a double ("4.0", "1e3"). */
static bool parse_whole(const char *text, size_t length, int64_t *out)
{
    static const double largest = 9007199254740992.0; /* 2^53: doubles count by ones up to it */
    int64_t whole = 0;
    size_t i = 0;
    for (; i < length && i < 18 && text[i] >= '0' && text[i] <= '9'; i++)
        whole = whole * 10 + (text[i] - '0');
    if (i == length) {
        *out = whole;
        return true;
    }
    double value;
    if (!number_parse(text, length, &value) || !(fabs(value) <= largest) ||
        (double)(int64_t)value != value)
        return false;
    *out = (int64_t)value;
    return true;
}

static int read_cell(const struct results_table *t, const struct csv_row *row,
                     const struct results_source *s, struct run *run, struct error *err)
{
    const char *text = row->fields[s->field];
    size_t length = row->lengths[s->field];
    void *at = cell(run, s->column);
    if (s->column->kind == TEXT) {
        *(const char **)at = text;
        return 0;
    }
    if (length == 0)
        return 0;
    bool fine = s->column->kind == WHOLE ? parse_whole(text, length, at)
                                         : number_parse(text, length, at);
    if (fine && s->unit != NULL)
        *(double *)at = unit_apply(s->unit, *(double *)at);
    return fine ? 0 : refuse_number(t, row, s, err);
}

bool results_has_column(const char *name)
{
    return results_column_index(name) >= 0;
}

int results_set(struct run *run, const char *name, const char *text, const struct unit *unit,
                struct error *err)
{
    const struct results_column *column = &results_columns[results_column_index(name)];
    void *at = cell(run, column);
    size_t length = strlen(text);
    if (column->kind == TEXT) {
        *(const char **)at = text;
        return 0;
    }
    bool fine = column->kind == WHOLE ? parse_whole(text, length, at)
                                      : number_parse(text, length, at);
    if (!fine)
        return error_set(err, "%s is \"%.60s\", which is not a %snumber", name, text,
                         column->kind == WHOLE ? "whole " : "");
    if (unit != NULL && !unit_fits(unit, results_kind(column)))
        return error_set(err, "%s has no unit \"%s\"", name, unit->name);
    if (unit == NULL)
        return 0;
    double value = unit_apply(unit, *(double *)at);
    if (unit->kind == UNIT_RATE && !(value > 0 && isfinite(value)))
        return error_set(err, "a rate must be more than 0, not %s", text);
    *(double *)at = value;
    return 0;
}

/* One over it is no time. A run that failed has often a rate of 0. */
static bool is_no_rate(const struct results_table *t, const struct run *run)
{
    return (t->found & RESULTS_RATES) != 0 && !isnan(run->seconds) &&
           !(run->seconds > 0 && isfinite(run->seconds));
}

const char *results_time_problem(double seconds)
{
    if (seconds <= 0) /* not where it is unknown: NAN compares false */
        return "must be more than 0 in a run that is ok";
    if (seconds < RESULTS_LEAST_SECONDS)
        return "must be a nanosecond or more, which clocks can tell; is it in another unit?";
    if (seconds > RESULTS_MOST_SECONDS)
        return "must be less than a century; is it in another unit?";
    return NULL;
}

static int check_time(const struct results_table *t, const struct csv_row *row, int column,
                      double seconds, struct error *err)
{
    const char *problem = results_time_problem(seconds);
    if (problem == NULL)
        return 0;
    const char *remedy = strchr(problem, ';');
    int length = remedy == NULL ? (int)strlen(problem) : (int)(remedy - problem);
    return csv_row_error(row, t->fields[column], err, "column %s %.*s, not %s%s",
                         results_columns[column].name, length, problem,
                         row->fields[t->fields[column]], remedy == NULL ? "" : remedy);
}

/* One over a rate is seconds only in a manner of speaking: it may be far below a nanosecond. */
static int check_times(const struct results_table *t, const struct csv_row *row, struct run *run,
                       struct error *err)
{
    bool ok = run->status[0] == '\0' || strcasecmp(run->status, "ok") == 0;
    if (!ok && is_no_rate(t, run))
        run->seconds = NAN;
    if (is_no_rate(t, run))
        return csv_row_error(row, t->fields[t->seconds], err,
                             "a rate must be more than 0 in a run that is ok, not %s; leave it "
                             "empty where it is not known",
                             row->fields[t->fields[t->seconds]]);
    if (!ok)
        return 0; /* its times are not looked at, and some write -1 */
    if ((t->found & RESULTS_RATES) == 0 && check_time(t, row, t->seconds, run->seconds, err) != 0)
        return -1;
    return check_time(t, row, t->wall_seconds, run->wall_seconds, err);
}

/* The values that no analysis can do without, or can do with. */
static int check_run(const struct results_table *t, const struct csv_row *row, struct run *run,
                     struct error *err)
{
    if (run->cores == RESULTS_UNKNOWN)
        return csv_row_error(row, t->fields[t->cores], err, "column cores is empty");
    if (run->cores < 1)
        return csv_row_error(row, t->fields[t->cores], err,
                             "column cores must be 1 or more, not %s",
                             row->fields[t->fields[t->cores]]);
    if (run->scaling[0] != '\0' && strcasecmp(run->scaling, "strong") != 0 &&
        strcasecmp(run->scaling, "weak") != 0)
        return csv_row_error(row, t->fields[t->scaling], err,
                             "column scaling holds neither \"strong\" nor \"weak\"");
    return check_times(t, row, run, err);
}

static int read_row(struct results_table *t, const struct csv_row *row, const struct run *unknown,
                    struct error *err)
{
    struct run run = *unknown;
    t->has_rows = true;
    if (row->count != t->width)
        return csv_row_error(row, row->count < t->width ? row->count : t->width, err,
                             "this row has %zu field%s, the header has %zu%s", row->count,
                             plural((int64_t)row->count), t->width,
                             row->count < t->width ? ""
                                                   : "; write points in numbers, and quotes around "
                                                     "a text with a comma");
    for (size_t i = 0; i < t->source_count; i++)
        if (read_cell(t, row, &t->sources[i], &run, err) != 0)
            return -1;
    if (check_run(t, row, &run, err) != 0)
        return -1;
    return t->reader->row(&run, row->line, t->reader->context, err);
}

struct reading {
    struct results_table table;
    struct run unknown;
};

static int take_row(const struct csv_row *row, void *context, struct error *err)
{
    struct reading *r = context;
    if (r->table.width == 0)
        return results_match_header(&r->table, row, err);
    return read_row(&r->table, row, &r->unknown, err);
}

int results_read(const char *path, const struct results_reader *reader, struct error *err)
{
    struct reading r = {.table = {.reader = reader}, .unknown = run_unknown()};
    int rc = csv_read(path, take_row, &r, err);
    if (rc == 0 && r.table.width == 0)
        return error_set(err, "%s:1:1: the file is empty; it needs a header line", path);
    if (rc == 0 && !r.table.has_rows)
        return error_set(err, "%s:2:1: no row follows the header; each run is a row", path);
    return rc;
}
