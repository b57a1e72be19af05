#include <string.h>

#include "results_table.h"
#include "unit.h"

/* In reading, "throughput" is another way to give the seconds. */
static const char rate_name[] = "throughput";

static bool is_rate(const char *name)
{
    return strcmp(name, rate_name) == 0;
}

static int readable_index(const char *name)
{
    return results_column_index(is_rate(name) ? "seconds" : name);
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
            const char *names[RESULTS_COLUMNS + 1];
            for (int i = 0; i < RESULTS_COLUMNS; i++)
                names[i] = results_columns[i].name;
            names[RESULTS_COLUMNS] = rate_name;
            const char *meant = suggest(alias->ours, names, RESULTS_COLUMNS + 1);
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

int results_kind(const struct results_column *column)
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
                     struct results_source *source, struct error *err)
{
    size_t length, field = source->field;
    const struct unit **unit = &source->unit;
    const struct unit *own = unit_of_column(header->fields[field], &length);
    const struct unit *said =
        alias == NULL || alias->unit == NULL ? NULL : unit_find(alias->unit, strlen(alias->unit));
    int kind = is_rate(source->name) ? UNIT_RATE : results_kind(source->column);
    *unit = said != NULL ? said : own != NULL ? own : kind == UNIT_RATE ? unit_rate() : NULL;
    if (*unit == NULL)
        return 0;
    bool is_rate_of_other = (*unit)->kind == UNIT_RATE &&
                            source->column != &results_columns[results_column_index("seconds")];
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
static const struct results_column *column_of_field(const char *field,
                                                    const struct results_alias *aliases,
                                                    const struct results_alias *alias)
{
    if (alias != NULL)
        return &results_columns[readable_index(alias->ours)];
    if (is_aliased(aliases, field))
        return NULL;
    for (int i = 0; i < RESULTS_COLUMNS; i++)
        if (strcmp(results_columns[i].name, field) == 0 ||
            (results_kind(&results_columns[i]) >= 0 && is_called(field, results_columns[i].name)))
            return &results_columns[i];
    return NULL;
}

static int refuse_twice(const struct results_table *t, const struct csv_row *header,
                        const struct results_source *source, struct error *err)
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
                         t->fields[source->column - results_columns] + 1);
}

static int take_source(struct results_table *t, const struct csv_row *header,
                       const struct results_alias *alias, struct results_source source,
                       struct error *err)
{
    ptrdiff_t index = source.column - results_columns;
    if (results_table_has(t, (int)index))
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
static int match_rates(struct results_table *t, const struct csv_row *header, struct error *err)
{
    const struct results_column *seconds = &results_columns[t->seconds];
    if (results_table_has(t, t->seconds) ||
        results_table_has(t, t->wall_seconds))
        return 0;
    for (size_t field = 0; field < header->count; field++)
        if (is_called(header->fields[field], rate_name) &&
            alias_of(t->reader->aliases, header->fields[field]) == NULL &&
            take_source(t, header, NULL, (struct results_source){seconds, field, NULL, rate_name},
                        err) != 0)
            return -1;
    return 0;
}

/* A column of ours that is aliased is not looked for under its own name. */
static int match_columns(struct results_table *t, const struct csv_row *header, struct error *err)
{
    const struct results_alias *aliases = t->reader->aliases;
    for (size_t field = 0; field < header->count; field++) {
        const struct results_alias *alias = alias_of(aliases, header->fields[field]);
        const struct results_column *column =
            column_of_field(header->fields[field], aliases, alias);
        if (column == NULL)
            continue;
        struct results_source source = {column, field, NULL, column->name};
        if (alias != NULL && is_rate(alias->ours))
            source.name = rate_name;
        if (take_source(t, header, alias, source, err) != 0)
            return -1;
    }
    return match_rates(t, header, err);
}

static int check_needed(const struct results_table *t, const struct csv_row *header,
                        struct error *err)
{
    bool cores = results_table_has(t, t->cores);
    bool time = results_table_has(t, t->seconds) ||
                results_table_has(t, results_column_index("wall_seconds"));
    if (cores && time)
        return 0;
    struct strbuf list = STRBUF_INIT;
    list_header(header, &list);
    size_t listed = list.len;
    if (!cores)
        add_suggestion(header, "cores", &list);
    if (!time)
        add_suggestion(header, "seconds", &list);
    const char *remedy = list.len > listed ? ""
                         : cores           ? "; name the one meant: --columns seconds=NAME"
                         : time            ? "; name the one meant: --columns cores=NAME"
                                 : "; name those meant: --columns cores=NAME,seconds=NAME";
    csv_row_error(header, 0, err, "the table needs %s%s%s; it has: %s%s",
                  cores ? "" : "a column cores", cores || time ? "" : ", and ",
                  time ? "" : "a column seconds, wall_seconds or throughput", list.str, remedy);
    strbuf_free(&list);
    return -1;
}

bool results_is_header_again(const struct results_table *t, const char *text,
                             const struct results_source *source)
{
    const struct results_alias *alias = t->reader->aliases;
    for (; alias != NULL && alias->foreign != NULL; alias++)
        if (strcmp(alias->ours, source->name) == 0 && is_called(text, alias->foreign))
            return true;
    return is_called(text, source->name);
}

int results_match_header(struct results_table *t, const struct csv_row *header, struct error *err)
{
    t->width = header->count;
    t->cores = results_column_index("cores");
    t->seconds = results_column_index("seconds");
    t->wall_seconds = results_column_index("wall_seconds");
    t->scaling = results_column_index("scaling");
    if (check_separator(header, err) != 0 || check_aliases(header, t->reader->aliases, err) != 0 ||
        match_columns(t, header, err) != 0 || check_needed(t, header, err) != 0)
        return -1;
    if (t->reader->header != NULL)
        return t->reader->header(t->found, t->reader->context, err);
    return 0;
}
