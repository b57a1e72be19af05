#include "foreign.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "number.h"
#include "unit.h"

enum { MOST_BYTES = 256 << 20, MOST_NAMES = 600 };

const cJSON *foreign_member(const cJSON *object, const char *key)
{
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, key) : NULL;
}

const char *foreign_text(const cJSON *object, const char *key)
{
    const cJSON *item = foreign_member(object, key);
    return cJSON_IsString(item) ? item->valuestring : "";
}

const struct results_alias *foreign_alias_to(const struct foreign *f, const char *ours)
{
    const struct results_alias *alias = f->reader->aliases;
    for (; alias != NULL && alias->foreign != NULL; alias++)
        if (strcmp(alias->ours, ours) == 0)
            return alias;
    return NULL;
}

void foreign_offer(struct foreign *f, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = f->names.str; (at = strstr(at, name)) != NULL; at++)
        if ((at == f->names.str || at[-1] == ' ') && (at[length] == ',' || at[length] == '\0'))
            return;
    if (f->names.len < MOST_NAMES)
        strbuf_addf(&f->names, "%s%s", f->names.len > 0 ? ", " : "", name);
}

/* The item as a table's cell would hold it; NULL: no cell can. */
static const char *cell_of(struct foreign *f, const cJSON *item)
{
    char text[NUMBER_TEXT_SIZE];
    if (cJSON_IsString(item))
        return item->valuestring;
    if (cJSON_IsNumber(item))
        return pool_copy(&f->pool, number_format(text, item->valuedouble));
    if (cJSON_IsBool(item))
        return cJSON_IsTrue(item) ? "1" : "0";
    return NULL;
}

static int set_column(struct foreign *f, struct run *run, const char *ours, const cJSON *item,
                      const struct unit *unit, struct error *err)
{
    const char *text = cell_of(f, item);
    struct error problem = ERROR_INIT;
    if (text == NULL || results_set(run, ours, text, unit, &problem) == 0)
        return 0;
    return json_error(&f->doc, item, err, "%s", problem.text);
}

/* Whether it could be a count or a time. */
static bool is_numeric(const cJSON *item)
{
    double value;
    return cJSON_IsNumber(item) ||
           (cJSON_IsString(item) &&
            number_parse(item->valuestring, strlen(item->valuestring), &value));
}

int foreign_set(struct foreign *f, struct run *run, const char *name, const cJSON *item,
                const struct unit *unit, struct error *err)
{
    const struct results_alias *aliases = f->reader->aliases;
    bool chosen = false;
    if (is_numeric(item))
        foreign_offer(f, name);
    for (size_t i = 0; aliases != NULL && aliases[i].foreign != NULL; i++) {
        if (strcmp(aliases[i].foreign, name) != 0)
            continue;
        chosen = f->used[i] = true;
        const struct unit *said =
            aliases[i].unit == NULL ? NULL : unit_find(aliases[i].unit, strlen(aliases[i].unit));
        if (unit != NULL && said != NULL && !unit_same(unit, said))
            return json_error(&f->doc, item, err, "%s is in %s by the file and in %s by --columns",
                              name, unit->name, said->name);
        if (set_column(f, run, aliases[i].ours, item, said != NULL ? said : unit, err) != 0)
            return -1;
    }
    if (!chosen && results_has_column(name) && foreign_alias_to(f, name) == NULL)
        return set_column(f, run, name, item, unit, err);
    return 0;
}

int foreign_give(struct foreign *f, const cJSON *item, const struct run *run, struct error *err)
{
    struct error problem = ERROR_INIT;
    bool is_short = run->seconds > 0 && run->seconds < RESULTS_LEAST_SECONDS; /* one over a rate */
    const char *wrong = is_short ? NULL : results_time_problem(run->seconds);
    if (wrong == NULL)
        wrong = results_time_problem(run->wall_seconds);
    if (wrong != NULL && strcmp(run->status, "ok") == 0)
        return json_error(&f->doc, item, err, "a time %s", wrong);
    if (f->reader->row(run, 0, f->reader->context, &problem) == 0)
        return 0;
    return json_error(&f->doc, item, err, "%s", problem.text);
}

/* Reading ------------------------------------------------------------------------ */

static int check_aliases(const struct foreign *f, struct error *err)
{
    const struct results_alias *alias = f->reader->aliases;
    for (; alias != NULL && alias->foreign != NULL; alias++)
        if (!results_has_column(alias->ours))
            return error_set(err, "there is no column \"%s\" to read \"%s\" as", alias->ours,
                             alias->foreign);
    return 0;
}

static int check_used(const struct foreign *f, struct error *err)
{
    const struct results_alias *aliases = f->reader->aliases;
    for (size_t i = 0; aliases != NULL && aliases[i].foreign != NULL; i++)
        if (!f->used[i])
            return error_set(err, "%s: there is no \"%s\", to be read as \"%s\"; there is: %s",
                             f->doc.path, aliases[i].foreign, aliases[i].ours, f->names.str);
    return 0;
}

static int tell_columns(const struct foreign *f, struct error *err)
{
    static const char *const known[] = {"cores", "seconds", "wall_seconds", "status", "job"};
    uint64_t columns = 0;
    for (size_t i = 0; i < results_column_count(); i++)
        for (size_t j = 0; j < sizeof known / sizeof *known; j++)
            if (strcmp(results_column_name(i), known[j]) == 0)
                columns |= UINT64_C(1) << i;
    return f->reader->header == NULL ? 0 : f->reader->header(columns, f->reader->context, err);
}

static int read_document(struct foreign *f, struct error *err)
{
    const cJSON *results = foreign_member(f->doc.root, "results");
    const cJSON *runs = foreign_member(f->doc.root, "runs");
    if (check_aliases(f, err) != 0 || tell_columns(f, err) != 0)
        return -1;
    if (cJSON_IsArray(results) && foreign_member(results->child, "times") != NULL)
        return foreign_hyperfine(f, results, err);
    if (cJSON_IsArray(runs) && foreign_member(runs->child, "testcases") != NULL)
        return foreign_reframe(f, runs, err);
    return error_set(err,
                     "%s is JSON, but neither an export of hyperfine nor a run report of ReFrame",
                     f->doc.path);
}

static int read_json(const char *path, const struct results_reader *reader, struct error *err)
{
    struct foreign f = {.reader = reader, .pool = POOL_INIT, .names = STRBUF_INIT};
    size_t count = 0;
    while (reader->aliases != NULL && reader->aliases[count].foreign != NULL)
        count++;
    f.used = pool_alloc(&f.pool, count + 1, sizeof *f.used);
    int rc = json_load(&f.doc, path, MOST_BYTES, err);
    if (rc == 0)
        rc = read_document(&f, err);
    if (rc == 0)
        rc = check_used(&f, err);
    json_free(&f.doc);
    strbuf_free(&f.names);
    pool_free(&f.pool);
    return rc;
}

/* JSON of this kind begins with a brace, which no table of ours does. */
static bool is_json(const char *path)
{
    FILE *file = fopen(path, "re");
    int c = EOF;
    if (file == NULL)
        return false;
    if ((c = getc(file)) == 0xEF) { /* a byte-order mark: the JSON reader explains it */
        getc(file);
        getc(file);
        c = getc(file);
    }
    while (c == ' ' || c == '\n' || c == '\r' || c == '\t')
        c = getc(file);
    fclose(file);
    return c == '{' || c == '[';
}

int foreign_read(const char *path, const struct results_reader *reader, struct error *err)
{
    return is_json(path) ? read_json(path, reader, err) : results_read(path, reader, err);
}
