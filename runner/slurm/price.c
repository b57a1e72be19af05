#include "price.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "plural.h"
#include "sbatch_text.h"

double price_of_array(const struct plan *plan, const struct task_array *array, int64_t tasks)
{
    int64_t minutes = task_time_limit_minutes(plan, array);
    return task_charged_cores(plan, array) * (double)(minutes < 1 ? 1 : minutes) / 60 *
           (double)tasks;
}

static double sum(const struct plan *plan, const struct task_array *arrays, size_t count)
{
    double hours = 0;
    for (size_t i = 0; i < count; i++)
        hours += price_of_array(plan, &arrays[i], arrays[i].blocks);
    return hours;
}

double price_of_plan(const struct plan *plan)
{
    size_t count;
    struct task_array *arrays = task_arrays(plan, &count);
    double hours = sum(plan, arrays, count);
    free(arrays);
    return hours;
}

void price_add_hours(struct strbuf *out, double core_hours)
{
    /* What floating point adds to a round figure does not count. */
    double exact = core_hours * (1 - 1e-12);
    if (exact <= 99.9) {
        strbuf_addf(out, "%.1f", ceil(exact * 10) / 10);
        return;
    }
    char *digits = text_format("%.0f", ceil(exact));
    size_t length = strlen(digits);
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && length > 4)
            strbuf_add_char(out, ' ');
        strbuf_add_char(out, digits[i]);
    }
    free(digits);
}

/* --- the table --------------------------------------------------------------- */

enum { COLUMNS = 8 };
static const char *const heads[COLUMNS] = {"array",         "nodes",         "tasks",
                                           "cores a task",  "charged cores", "elements",
                                           "time limit",    "core-hours at most"};

static void set_number(char **cell, int64_t number)
{
    *cell = text_format("%lld", (long long)number);
}

static char *hours_text(double hours)
{
    struct strbuf text = STRBUF_INIT;
    price_add_hours(&text, hours);
    return strbuf_take(&text);
}

static char *cores_text(double cores) /* a weight makes fractions of them */
{
    return text_format(cores == floor(cores) ? "%.0f" : "%.1f", cores);
}

static void fill_row(char **cells, const struct plan *plan, const struct task_array *array)
{
    struct strbuf time = STRBUF_INIT;
    sbatch_add_time(&time, task_time_limit_minutes(plan, array));
    cells[0] = xstrdup(array->key);
    set_number(&cells[1], array->shape.nodes);
    set_number(&cells[2], array->shape.tasks);
    set_number(&cells[3], array->shape.cores);
    cells[4] = cores_text(task_charged_cores(plan, array));
    set_number(&cells[5], array->blocks);
    cells[6] = strbuf_take(&time);
    cells[7] = hours_text(price_of_array(plan, array, array->blocks));
}

static void fill_total(char **cells, const struct plan *plan, const struct task_array *arrays,
                       size_t count)
{
    int64_t elements = 0;
    for (size_t i = 0; i < count; i++)
        elements += arrays[i].blocks;
    for (size_t i = 1; i < COLUMNS; i++)
        cells[i] = xstrdup("");
    cells[0] = xstrdup("total");
    free(cells[5]);
    set_number(&cells[5], elements);
    free(cells[7]);
    cells[7] = hours_text(sum(plan, arrays, count));
}

static void add_row(struct strbuf *out, const char *const *cells, const int *widths)
{
    strbuf_addf(out, "%-*s", widths[0], cells[0]);
    for (size_t i = 1; i < COLUMNS; i++)
        strbuf_addf(out, "  %*s", widths[i], cells[i]);
    strbuf_add_char(out, '\n');
}

static void add_rows(struct strbuf *out, char *(*rows)[COLUMNS], size_t count)
{
    int widths[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) {
        size_t width = strlen(heads[i]);
        for (size_t row = 0; row < count; row++)
            width = strlen(rows[row][i]) > width ? strlen(rows[row][i]) : width;
        widths[i] = (int)width;
    }
    add_row(out, heads, widths);
    for (size_t row = 0; row < count; row++)
        add_row(out, (const char *const *)rows[row], widths);
}

static void add_sentences(struct strbuf *out, const struct plan *plan)
{
    const struct plan_cluster *cluster = &plan->cluster;
    if (cluster->whole_nodes || cluster->exclusive || strcmp(plan->layout, "packed") == 0)
        strbuf_addf(out, "Whole nodes of %lld core%s are charged.\n",
                    (long long)cluster->cores_per_node, plural(cluster->cores_per_node));
    else if (cluster->charge_granule > 1)
        strbuf_addf(out, "Cores are charged in multiples of %lld.\n",
                    (long long)cluster->charge_granule);
    if (cluster->charge_weight > 0 && cluster->charge_weight != 1)
        strbuf_addf(out, "A core-hour on these nodes counts %g times.\n", cluster->charge_weight);
    strbuf_add(out, "Slurm charges the time that a task uses, not its time limit, so the study "
                    "costs less as a rule.\n");
}

void price_add_table(struct strbuf *out, const struct plan *plan)
{
    size_t count;
    struct task_array *arrays = task_arrays(plan, &count);
    if (count == 0)
        return;
    char *(*rows)[COLUMNS] = xcalloc(count + 1, sizeof *rows);
    for (size_t i = 0; i < count; i++)
        fill_row(rows[i], plan, &arrays[i]);
    fill_total(rows[count], plan, arrays, count);
    add_rows(out, rows, count + 1);
    add_sentences(out, plan);
    for (size_t row = 0; row <= count; row++)
        for (size_t i = 0; i < COLUMNS; i++)
            free(rows[row][i]);
    free(rows);
    free(arrays);
}
