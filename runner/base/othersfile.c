#include "othersfile.h"

#include <string.h>

#include "csvtable.h"
#include "number.h"
#include "run_key.h"

static const char header[] =
    RUN_KEY_HEADER ",watched_cpus,watched_seconds,others_seconds,stolen_seconds";

enum { FIRST = RUN_KEY_COLUMNS, COLUMNS = RUN_KEY_COLUMNS + 4 };

void othersfile_add_header(struct strbuf *sb)
{
    strbuf_add(sb, header);
    csv_end_row(sb);
}

void othersfile_add_row(struct strbuf *sb, const struct run *run)
{
    if (run->watched_cpus == RESULTS_UNKNOWN)
        return;
    run_key_add(sb, run);
    strbuf_addf(sb, ",%lld", (long long)run->watched_cpus);
    csv_add_number(sb, run->watched_seconds);
    csv_add_number(sb, run->others_seconds);
    csv_add_number(sb, run->stolen_seconds);
    csv_end_row(sb);
}

struct reading {
    othersfile_row_fn *row;
    void *context;
    bool begun;
};

static int malformed(const struct csv_row *row, size_t field, struct error *err)
{
    return csv_row_error(row, field, err,
                         "this is not as `scalestudy collect` writes it; collect again");
}

/* The header's names, each where it should be. */
static int check_header(const struct csv_row *row, struct error *err)
{
    const char *at = header;
    for (size_t i = 0; i < COLUMNS; i++) {
        size_t length = strcspn(at, ",");
        if (i >= row->count || strlen(row->fields[i]) != length ||
            strncmp(row->fields[i], at, length) != 0)
            return malformed(row, i, err);
        at += length + (at[length] == ',');
    }
    return row->count == COLUMNS ? 0 : malformed(row, COLUMNS, err);
}

static int take_row(const struct csv_row *row, void *context, struct error *err)
{
    struct reading *r = context;
    struct run run = run_unknown();
    double order, cpus;
    const struct {
        size_t field;
        double *value;
    } cells[] = {{0, &order},
                 {FIRST, &cpus},
                 {FIRST + 1, &run.watched_seconds},
                 {FIRST + 2, &run.others_seconds},
                 {FIRST + 3, &run.stolen_seconds}};
    if (!r->begun) {
        r->begun = true;
        return check_header(row, err);
    }
    if (row->count != COLUMNS)
        return malformed(row, row->count, err);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        if (!number_parse(row->fields[cells[i].field], row->lengths[cells[i].field],
                          cells[i].value))
            return malformed(row, cells[i].field, err);
    if (!(order >= 0 && order < 0x1p53))
        return malformed(row, 0, err);
    if (!(cpus >= 1 && cpus < 0x1p31))
        return malformed(row, FIRST, err);
    run.order = (int64_t)order;
    run.watched_cpus = (int64_t)cpus;
    r->row(&run, r->context);
    return 0;
}

int othersfile_read(const char *path, othersfile_row_fn *row, void *context, struct error *err)
{
    struct reading r = {.row = row, .context = context};
    int rc = csv_read(path, take_row, &r, err);
    return rc == 0 && !r.begun ? error_set(err, "%s:1:1: the file is empty; collect again", path)
                               : rc;
}
