#include "results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "csvtable.h"
#include "number.h"
#include "unit.h"

/* --- the columns ----------------------------------------------------------- */

enum kind { TEXT, WHOLE, REAL };

/* The header, the reader and the writer are this table. Its order is the file's. */
static const struct column {
    const char *name;
    enum kind kind;
    size_t offset; /* in struct run: of a const char *, an int64_t or a double */
} columns[] = {
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
enum { COLUMNS = sizeof columns / sizeof *columns };

_Static_assert(COLUMNS < 64, "a set of columns, and RESULTS_RATES, is a uint64_t");

static int column_index(const char *name)
{
    for (int i = 0; i < COLUMNS; i++)
        if (strcmp(columns[i].name, name) == 0)
            return i;
    return -1;
}

/* In reading, "throughput" is another way to give the seconds. */
static const char rate_name[] = "throughput";

static bool is_rate(const char *name)
{
    return strcmp(name, rate_name) == 0;
}

static int readable_index(const char *name)
{
    return column_index(is_rate(name) ? "seconds" : name);
}

size_t results_column_count(void)
{
    return COLUMNS;
}

const char *results_column_name(size_t index)
{
    return columns[index].name;
}

static void *cell(struct run *run, const struct column *column)
{
    return (char *)run + column->offset;
}

static const void *const_cell(const struct run *run, const struct column *column)
{
    return (const char *)run + column->offset;
}

struct run run_unknown(void)
{
    struct run run = {0};
    for (int i = 0; i < COLUMNS; i++) {
        void *at = cell(&run, &columns[i]);
        switch (columns[i].kind) {
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
    for (int i = 0; i < COLUMNS; i++)
        csv_add_field(sb, columns[i].name);
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
    for (int i = 0; i < COLUMNS; i++) {
        const void *at = const_cell(run, &columns[i]);
        switch (columns[i].kind) {
        case TEXT: csv_add_field(sb, *(const char *const *)at); break;
        case WHOLE: add_whole(sb, *(const int64_t *)at); break;
        case REAL: csv_add_number(sb, *(const double *)at); break;
        }
    }
    csv_end_row(sb);
}

/* --- reading: the header --------------------------------------------------- */

struct source {
    const struct column *column;
    size_t field; /* of the file's rows */
    const struct unit *unit; /* that it is in; NULL: ours */
    const char *name;        /* of the column, or "throughput" */
};

struct table {
    const struct results_reader *reader;
    size_t width;                   /* fields of the header; 0 before it */
    struct source sources[COLUMNS]; /* the columns of ours that the file has */
    size_t source_count;
    size_t fields[COLUMNS]; /* where a column of ours stands */
    uint64_t found;         /* bit i: columns[i] is there */
    int cores, seconds, status;
};

static bool has(const struct table *t, int column)
{
    return (t->found >> column & 1) != 0;
}

/* "core, time": the header as a message lists it, not more than fits. */
static void list_header(const struct csv_row *header, struct strbuf *sb)
{
    enum { SHOWN = 60 };
    char name[ERROR_NAME_SIZE];
    for (size_t i = 0; i < header->count && i < SHOWN; i++)
        strbuf_addf(sb, "%s%s", i == 0 ? "" : ", ",
                    error_name(name, header->fields[i], header->lengths[i]));
    if (header->count > SHOWN)
        strbuf_add(sb, ", …");
}

/* "; did you mean "cores" by "core"?" where the file has a slip of `wanted`. */
static void add_suggestion(const struct csv_row *header, const char *wanted, struct strbuf *sb)
{
    const char *close = suggest(wanted, header->fields, header->count);
    if (close != NULL)
        strbuf_addf(sb, " (is \"%s\" meant to be \"%s\"?)", close, wanted);
}

/* Exports of spreadsheets where the comma is in the numbers. */
static int check_separator(const struct csv_row *header, struct error *err)
{
    static const struct {
        char separator;
        const char *name;
    } others[] = {{';', "semicolons"}, {'\t', "tabs"}, {'|', "bars"}};
    for (size_t i = 0; header->count == 1 && i < sizeof others / sizeof *others; i++)
        if (strchr(header->fields[0], others[i].separator) != NULL)
            return csv_row_error(header, 0, err,
                                 "the columns are separated by %s; save the table with commas",
                                 others[i].name);
    if (header->count == 1 && header->lengths[0] > 1 &&
        header->fields[0][header->lengths[0] - 1] == ':')
        return csv_row_error(header, 0, err,
                             "this is a line before a table, as JUBE's pretty style has it; give "
                             "the table the style \"csv\"");
    return 0;
}

/* The file's column, with or without the unit that it bears. */
static bool is_called(const char *field, const char *name)
{
    size_t length;
    if (strcmp(field, name) == 0)
        return true;
    return unit_of_column(field, &length) != NULL && strlen(name) == length &&
           memcmp(field, name, length) == 0;
}

/* The alias that reads file column `field` as one of ours; NULL if there is none. */
static const struct results_alias *alias_of(const struct results_alias *aliases, const char *field)
{
    for (; aliases != NULL && aliases->foreign != NULL; aliases++)
        if (is_called(field, aliases->foreign))
            return aliases;
    return NULL;
}

static bool is_aliased(const struct results_alias *aliases, const char *ours)
{
    for (; aliases != NULL && aliases->foreign != NULL; aliases++)
        if (is_called(ours, aliases->ours))
            return true;
    return false;
}

static int check_aliases(const struct csv_row *header, const struct results_alias *alias,
                         struct error *err)
{
    for (; alias != NULL && alias->foreign != NULL; alias++) {
        if (readable_index(alias->ours) < 0) {
            const char *names[COLUMNS + 1];
            for (int i = 0; i < COLUMNS; i++)
                names[i] = columns[i].name;
            names[COLUMNS] = rate_name;
            const char *meant = suggest(alias->ours, names, COLUMNS + 1);
            return error_set(err, "there is no column \"%s\" to read \"%s\" as%s%s%s", alias->ours,
                             alias->foreign, meant == NULL ? "" : "; did you mean \"",
                             meant == NULL ? "" : meant, meant == NULL ? "" : "\"?");
        }
        bool there = false;
        for (size_t i = 0; i < header->count; i++)
            there = there || is_called(header->fields[i], alias->foreign);
        if (!there) {
            struct strbuf list = STRBUF_INIT;
            list_header(header, &list);
            csv_row_error(header, 0, err, "no column \"%s\", to be read as \"%s\"; it has: %s",
                          alias->foreign, alias->ours, list.str);
            strbuf_free(&list);
            return -1;
        }
    }
    return 0;
}

/* What a column of ours is measured in; -1: a number of things, or a text. */
static int kind_of_column(const struct column *column)
{
    static const struct {
        const char *end;
        enum unit_kind kind;
    } kinds[] = {{"seconds", UNIT_TIME}, {"bytes", UNIT_MEMORY}};
    size_t length = strlen(column->name);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t end = strlen(kinds[i].end);
        if (length >= end && strcmp(column->name + length - end, kinds[i].end) == 0)
            return (int)kinds[i].kind;
    }
    return -1;
}

/* The unit that the user or the file says; they must not contradict each other. */
static int find_unit(const struct csv_row *header, const struct results_alias *alias,
                     struct source *source, struct error *err)
{
    size_t length, field = source->field;
    const struct unit **unit = &source->unit;
    const struct unit *own = unit_of_column(header->fields[field], &length);
    const struct unit *said =
        alias == NULL || alias->unit == NULL ? NULL : unit_find(alias->unit, strlen(alias->unit));
    int kind = is_rate(source->name) ? UNIT_RATE : kind_of_column(source->column);
    *unit = said != NULL ? said : own != NULL ? own : kind == UNIT_RATE ? unit_rate() : NULL;
    if (*unit == NULL)
        return 0;
    bool is_rate_of_other =
        (*unit)->kind == UNIT_RATE && source->column != &columns[column_index("seconds")];
    if (!unit_fits(*unit, kind) || is_rate_of_other)
        return csv_row_error(header, field, err, "column %s has no unit \"%s\"; it is %s%s",
                             source->name, (*unit)->name, kind < 0 ? "a number or text" : "in ",
                             kind < 0 ? "" : unit_list((enum unit_kind)kind));
    if (own != NULL && said != NULL && !unit_same(own, said))
        return csv_row_error(header, field, err,
                             "the column is in %s by its name and in %s by --columns", own->name,
                             said->name);
    return 0;
}

/* The column of ours that a field of the header is; NULL: none. */
static const struct column *column_of_field(const char *field, const struct results_alias *aliases,
                                            const struct results_alias *alias)
{
    if (alias != NULL)
        return &columns[readable_index(alias->ours)];
    if (is_aliased(aliases, field))
        return NULL;
    for (int i = 0; i < COLUMNS; i++)
        if (strcmp(columns[i].name, field) == 0 ||
            (kind_of_column(&columns[i]) >= 0 && is_called(field, columns[i].name)))
            return &columns[i];
    return NULL;
}

static int refuse_twice(const struct table *t, const struct csv_row *header,
                        const struct source *source, struct error *err)
{
    for (size_t i = 0; i < t->source_count; i++)
        if (t->sources[i].column == source->column &&
            is_rate(t->sources[i].name) != is_rate(source->name))
            return csv_row_error(header, source->field, err,
                                 "the table has seconds as well as the %s that --columns names; "
                                 "leave one of them out",
                                 rate_name);
    return csv_row_error(header, source->field, err,
                         "column \"%s\" is there twice; it is field %zu already", source->name,
                         t->fields[source->column - columns] + 1);
}

static int take_source(struct table *t, const struct csv_row *header,
                       const struct results_alias *alias, struct source source, struct error *err)
{
    ptrdiff_t index = source.column - columns;
    if (has(t, (int)index))
        return refuse_twice(t, header, &source, err);
    if (find_unit(header, alias, &source, err) != 0)
        return -1;
    t->found |= UINT64_C(1) << index;
    if (index == t->seconds && source.unit != NULL && source.unit->kind == UNIT_RATE)
        t->found |= RESULTS_RATES;
    t->fields[index] = source.field;
    t->sources[t->source_count++] = source;
    return 0;
}

/* Where there are times, what a table calls throughput may be anything. */
static int match_rates(struct table *t, const struct csv_row *header, struct error *err)
{
    const struct column *seconds = &columns[t->seconds];
    if (has(t, t->seconds) || has(t, column_index("wall_seconds")))
        return 0;
    for (size_t field = 0; field < header->count; field++)
        if (is_called(header->fields[field], rate_name) &&
            alias_of(t->reader->aliases, header->fields[field]) == NULL &&
            take_source(t, header, NULL, (struct source){seconds, field, NULL, rate_name}, err) !=
                0)
            return -1;
    return 0;
}

/* A column of ours that is aliased is not looked for under its own name. */
static int match_columns(struct table *t, const struct csv_row *header, struct error *err)
{
    const struct results_alias *aliases = t->reader->aliases;
    for (size_t field = 0; field < header->count; field++) {
        const struct results_alias *alias = alias_of(aliases, header->fields[field]);
        const struct column *column = column_of_field(header->fields[field], aliases, alias);
        if (column == NULL)
            continue;
        struct source source = {column, field, NULL, column->name};
        if (alias != NULL && is_rate(alias->ours))
            source.name = rate_name;
        if (take_source(t, header, alias, source, err) != 0)
            return -1;
    }
    return match_rates(t, header, err);
}

static int check_needed(const struct table *t, const struct csv_row *header, struct error *err)
{
    bool cores = has(t, t->cores);
    bool time = has(t, t->seconds) || has(t, column_index("wall_seconds"));
    if (cores && time)
        return 0;
    struct strbuf list = STRBUF_INIT;
    list_header(header, &list);
    if (!cores)
        add_suggestion(header, "cores", &list);
    if (!time)
        add_suggestion(header, "seconds", &list);
    csv_row_error(header, 0, err, "the table needs %s%s%s; it has: %s",
                  cores ? "" : "a column cores", cores || time ? "" : ", and ",
                  time ? "" : "a column seconds, wall_seconds or throughput", list.str);
    strbuf_free(&list);
    return -1;
}

static int read_header(struct table *t, const struct csv_row *header, struct error *err)
{
    t->width = header->count;
    t->cores = column_index("cores");
    t->seconds = column_index("seconds");
    t->status = column_index("status");
    if (check_separator(header, err) != 0 ||
        check_aliases(header, t->reader->aliases, err) != 0 ||
        match_columns(t, header, err) != 0 || check_needed(t, header, err) != 0)
        return -1;
    if (t->reader->header != NULL)
        return t->reader->header(t->found, t->reader->context, err);
    return 0;
}

/* --- reading: the rows ----------------------------------------------------- */

static bool is_decimal_comma(const char *text)
{
    static const char digits[] = "0123456789";
    text += *text == '-';
    size_t before = strspn(text, digits);
    if (before == 0 || text[before] != ',')
        return false;
    size_t behind = strspn(text + before + 1, digits);
    return behind > 0 && strspn(text + before + 1 + behind, "eE+-0123456789") ==
                             strlen(text + before + 1 + behind);
}

static bool is_not_finite(const char *text)
{
    char *end;
    double value = strtod(text, &end);
    return end != text && *end == '\0' && !isfinite(value);
}

/* What is wrong with a number that cannot be read. Always -1. */
static int refuse_number(const struct csv_row *row, const struct source *s, struct error *err)
{
    const char *text = row->fields[s->field];
    char name[ERROR_NAME_SIZE];
    error_name(name, text, row->lengths[s->field]);
    if (is_decimal_comma(text))
        return csv_row_error(row, s->field, err,
                             "\"%s\" in column %s uses a decimal comma; write a point", name,
                             s->name);
    if (is_not_finite(text))
        return csv_row_error(row, s->field, err,
                             "column %s holds \"%s\", which is not a finite number; leave it empty "
                             "where it is not known",
                             s->name, name);
    return csv_row_error(row, s->field, err, "column %s holds \"%s\", which is not a %snumber",
                         s->name, name, s->column->kind == WHOLE ? "whole " : "");
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

static int read_cell(const struct csv_row *row, const struct source *s, struct run *run,
                     struct error *err)
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
    return fine ? 0 : refuse_number(row, s, err);
}

bool results_has_column(const char *name)
{
    return column_index(name) >= 0;
}

int results_set(struct run *run, const char *name, const char *text, const struct unit *unit,
                struct error *err)
{
    const struct column *column = &columns[column_index(name)];
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
    if (unit != NULL && !unit_fits(unit, kind_of_column(column)))
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
static bool is_no_rate(const struct table *t, const struct run *run)
{
    return (t->found & RESULTS_RATES) != 0 && !isnan(run->seconds) &&
           !(run->seconds > 0 && isfinite(run->seconds));
}

/* The two values that no analysis can do without. */
static int check_run(const struct table *t, const struct csv_row *row, struct run *run,
                     struct error *err)
{
    if (run->cores == RESULTS_UNKNOWN)
        return csv_row_error(row, t->fields[t->cores], err, "column cores is empty");
    if (run->cores < 1)
        return csv_row_error(row, t->fields[t->cores], err,
                             "column cores must be 1 or more, not %s",
                             row->fields[t->fields[t->cores]]);
    bool ok = !has(t, t->status) || strcmp(run->status, "ok") == 0;
    if (!ok && is_no_rate(t, run))
        run->seconds = NAN;
    if (is_no_rate(t, run))
        return csv_row_error(row, t->fields[t->seconds], err,
                             "a rate must be more than 0 in a run that is ok, not %s; leave it "
                             "empty where it is not known",
                             row->fields[t->fields[t->seconds]]);
    if (ok && run->seconds <= 0) /* not where it is unknown: NAN compares false */
        return csv_row_error(row, t->fields[t->seconds], err,
                             "column seconds must be more than 0 in a run that is ok, not %s",
                             row->fields[t->fields[t->seconds]]);
    return 0;
}

static int read_row(struct table *t, const struct csv_row *row, const struct run *unknown,
                    struct error *err)
{
    struct run run = *unknown;
    if (row->count != t->width)
        return csv_row_error(row, row->count < t->width ? row->count : t->width, err,
                             "this row has %zu field%s, the header has %zu", row->count,
                             row->count == 1 ? "" : "s", t->width);
    for (size_t i = 0; i < t->source_count; i++)
        if (read_cell(row, &t->sources[i], &run, err) != 0)
            return -1;
    if (check_run(t, row, &run, err) != 0)
        return -1;
    return t->reader->row(&run, row->line, t->reader->context, err);
}

struct reading {
    struct table table;
    struct run unknown;
};

static int take_row(const struct csv_row *row, void *context, struct error *err)
{
    struct reading *r = context;
    if (r->table.width == 0)
        return read_header(&r->table, row, err);
    return read_row(&r->table, row, &r->unknown, err);
}

int results_read(const char *path, const struct results_reader *reader, struct error *err)
{
    struct reading r = {.table = {.reader = reader}, .unknown = run_unknown()};
    int rc = csv_read(path, take_row, &r, err);
    if (rc == 0 && r.table.width == 0)
        return error_set(err, "%s:1:1: the file is empty; it needs a header line", path);
    return rc;
}
