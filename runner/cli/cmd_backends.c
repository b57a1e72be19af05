/*
 * scalestudy backends: what is built in, what runs here, and why the rest does
 * not.
 */
#include <math.h>
#include <string.h>

#include "catalog.h"
#include "command.h"
#include "commands.h"
#include "jsontext.h"
#include "number.h"
#include "strbuf.h"
#include "terminal.h"

static const struct option_row options[] = {
    {"json", 0, NULL, "for scripts"},
    {0},
};

static bool same_sizes(const struct catalog_workload *a, const struct catalog_workload *b)
{
    return a->default_size == b->default_size && a->maximum_size == b->maximum_size;
}

static void write_range(const struct catalog_workload *kernel, struct strbuf *out)
{
    char preset[NUMBER_TEXT_SIZE], most[NUMBER_TEXT_SIZE];
    number_format(preset, kernel->default_size);
    if (isfinite(kernel->maximum_size))
        strbuf_addf(out, "1 to %s (%s)", number_format(most, kernel->maximum_size), preset);
    else
        strbuf_addf(out, "1 or more (%s)", preset);
}

/* "  size   1 to 3000000000 (100000000)", and a line for the backends that have others. */
static void write_sizes(const struct catalog *catalog, size_t first, const char *name,
                        struct strbuf *out)
{
    for (size_t i = first; i < catalog->backend_count; i++) {
        const struct catalog_workload *kernel = catalog_workload(&catalog->backends[i], name),
                                      *other;
        bool told = kernel == NULL;
        for (size_t k = first; k < i && !told; k++)
            told = (other = catalog_workload(&catalog->backends[k], name)) != NULL &&
                   same_sizes(kernel, other);
        if (told)
            continue;
        strbuf_addf(out, "  %-13s ", i == first ? "size" : "");
        write_range(kernel, out);
        for (size_t k = i; k < catalog->backend_count && i > first; k++)
            if ((other = catalog_workload(&catalog->backends[k], name)) != NULL &&
                same_sizes(kernel, other))
                strbuf_addf(out, "%s %s", k == i ? " in" : ",", catalog->backends[k].name);
        strbuf_add_char(out, '\n');
    }
}

/* A kernel, and what "size" and "options" of a study may say of it. */
static void write_kernel(const struct catalog *catalog, size_t first,
                         const struct catalog_workload *kernel, struct strbuf *out)
{
    char preset[NUMBER_TEXT_SIZE];
    strbuf_addf(out, "%-15s %s\n", kernel->name, kernel->summary);
    write_sizes(catalog, first, kernel->name, out);
    for (size_t i = 0; i < kernel->option_count; i++)
        strbuf_addf(out, "  %-13s %s (%s)\n", kernel->options[i].name, kernel->options[i].help,
                    number_format(preset, kernel->options[i].preset));
}

/* Each kernel once, in the order of the backends that hold it. */
static void write_kernels(const struct catalog *catalog, struct strbuf *out)
{
    for (size_t i = 0; i < catalog->backend_count; i++) {
        const struct catalog_backend *b = &catalog->backends[i];
        for (size_t k = 0; k < b->workload_count; k++) {
            size_t before = 0;
            while (before < i &&
                   catalog_workload(&catalog->backends[before], b->workloads[k].name) == NULL)
                before++;
            if (before == i)
                write_kernel(catalog, i, &b->workloads[k], out);
        }
    }
}

static void write_text(const struct catalog *catalog, struct strbuf *out)
{
    strbuf_addf(out, "%-15s %-10s %s\n", "backend", "parallel", "kernels");
    for (size_t i = 0; i < catalog->backend_count; i++) {
        const struct catalog_backend *b = &catalog->backends[i];
        strbuf_addf(out, "%-15s %-10s ", b->name, b->parallel[0] == '\0' ? "-" : b->parallel);
        for (size_t k = 0; k < b->workload_count; k++)
            strbuf_addf(out, "%s%s", k > 0 ? ", " : "", b->workloads[k].name);
        if (b->why_not != NULL)
            strbuf_addf(out, "%scannot run here: %s", b->workload_count > 0 ? "; " : "", b->why_not);
        strbuf_add_char(out, '\n');
    }
    strbuf_add(out, "\nkernels\n");
    write_kernels(catalog, out);
    const struct catalog_backend *first = catalog->backend_count > 0 ? &catalog->backends[0] : NULL;
    for (size_t k = 0; first != NULL && k < first->missing_count; k++)
        strbuf_addf(out, "%-15s cannot run here in C: %s\n", first->missing[k].name,
                    first->missing[k].why);
}

/* By kernel: what "options" of a study may hold. */
static void write_json_options(struct json_writer *w, const struct catalog_backend *backend)
{
    json_begin_object(w, "options");
    for (size_t k = 0; k < backend->workload_count; k++) {
        const struct catalog_workload *kernel = &backend->workloads[k];
        json_begin_object(w, kernel->name);
        for (size_t i = 0; i < kernel->option_count; i++) {
            json_begin_object(w, kernel->options[i].name);
            json_string(w, "help", kernel->options[i].help);
            json_number(w, "preset", kernel->options[i].preset);
            json_number(w, "minimum", kernel->options[i].minimum);
            json_number(w, "maximum", kernel->options[i].maximum);
            json_number(w, "step", kernel->options[i].step);
            json_end_object(w);
        }
        json_end_object(w);
    }
    json_end_object(w);
}

/* By kernel: what "size" of a study may be. */
static void write_json_sizes(struct json_writer *w, const struct catalog_backend *backend)
{
    json_begin_object(w, "sizes");
    for (size_t k = 0; k < backend->workload_count; k++) {
        json_begin_object(w, backend->workloads[k].name);
        json_number(w, "preset", backend->workloads[k].default_size);
        json_number(w, "maximum", backend->workloads[k].maximum_size);
        json_end_object(w);
    }
    json_end_object(w);
}

static void write_json(const struct catalog *catalog, struct strbuf *out)
{
    struct json_writer w = {.out = out, .pretty = true, .first = true};
    json_begin_array(&w, NULL);
    for (size_t i = 0; i < catalog->backend_count; i++) {
        const struct catalog_backend *b = &catalog->backends[i];
        json_begin_object(&w, NULL);
        json_string(&w, "name", b->name);
        json_string(&w, "parallel", b->parallel);
        json_bool(&w, "runs_here", b->why_not == NULL);
        json_string(&w, "why_not", b->why_not);
        json_string(&w, "executable", b->executable);
        json_begin_array(&w, "kernels");
        for (size_t k = 0; k < b->workload_count; k++)
            json_string(&w, NULL, b->workloads[k].name);
        json_end_array(&w);
        json_begin_object(&w, "missing"); /* kernels, each with the reason */
        for (size_t k = 0; k < b->missing_count; k++)
            json_string(&w, b->missing[k].name, b->missing[k].why);
        json_end_object(&w);
        write_json_sizes(&w, b);
        write_json_options(&w, b);
        json_end_object(&w);
    }
    json_end_array(&w);
    strbuf_add_char(out, '\n');
}

static int run(const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    struct catalog catalog;
    struct error err = ERROR_INIT;
    if (arguments_parse(&arguments, command, argc, argv, 0, 0, &err) != 0)
        return terminal_fail(&err);
    int status = STATUS_OK;
    if (catalog_load(&catalog, &err) != 0) {
        status = terminal_fail(&err);
    } else {
        struct strbuf text = STRBUF_INIT;
        catalog_ask(&catalog, NULL);
        catalog_require_tools(&catalog);
        if (arguments_has(&arguments, "json"))
            write_json(&catalog, &text);
        else
            write_text(&catalog, &text);
        terminal_print(text.str);
        strbuf_free(&text);
        catalog_free(&catalog);
    }
    arguments_free(&arguments);
    return status;
}

const struct command command_backends = {
    .name = "backends",
    .arguments = "",
    .summary = "list the built-in backends and kernels, and what runs here",
    .options = options,
    .details = "",
    .run = run,
};
