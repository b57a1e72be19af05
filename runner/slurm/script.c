#include "script.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "plural.h"
#include "price.h"
#include "sbatch_text.h"
#include "script_fill.h"
#include "templates.h"

static const char template_name[] = "job.sbatch";

/* The values of a script while they are gathered; each list is owned here. */
enum { MOST_VALUES = 40 };
struct values {
    struct fill_value list[MOST_VALUES];
    size_t count;
};

static void add_list(struct values *values, const char *name, char *const *items, bool as_is)
{
    assert(values->count < MOST_VALUES);
    values->list[values->count++] =
        (struct fill_value){.name = name, .items = string_list_copy(items), .as_is = as_is};
}

static void add_text(struct values *values, const char *name, const char *text)
{
    add_list(values, name, (char *[]){(char *)text, NULL}, false);
}

static void add_number(struct values *values, const char *name, int64_t number)
{
    char *text = text_format("%lld", (long long)number);
    add_text(values, name, text);
    free(text);
}

static void add_nothing(struct values *values, const char *name)
{
    add_list(values, name, NULL, false);
}

static void add_number_if(struct values *values, const char *name, bool given, int64_t number)
{
    if (given)
        add_number(values, name, number);
    else
        add_nothing(values, name);
}

/* Takes the text. */
static void add_taken(struct values *values, const char *name, struct strbuf *text, bool as_is)
{
    add_list(values, name, (char *[]){text->str, NULL}, as_is);
    strbuf_free(text);
}

static void free_values(struct values *values)
{
    for (size_t i = 0; i < values->count; i++)
        string_list_free((char **)values->list[i].items);
}

/* --- what the script is, in words ------------------------------------------- */

static void describe_elements(struct values *values, const struct script_request *r)
{
    struct strbuf text = STRBUF_INIT;
    int64_t first = r->blocks[0];
    strbuf_addf(&text, "%zu element%s, one for each block", r->block_count,
                plural((int64_t)r->block_count));
    if (first != 0 || r->first_block != 0)
        strbuf_addf(&text, " (element %lld is block %lld)", (long long)(first - r->first_block),
                    (long long)first);
    add_taken(values, "elements", &text, false);
}

static void describe_work(struct values *values, const struct task_array *array)
{
    const struct task_shape *shape = &array->shape;
    struct strbuf text = STRBUF_INIT;
    strbuf_addf(&text, "%lld %snode%s", (long long)shape->nodes, array->packed ? "whole " : "",
                plural(shape->nodes));
    if (!array->packed)
        strbuf_addf(&text, ", %lld task%s of %lld core%s", (long long)shape->tasks,
                    plural(shape->tasks), (long long)shape->cores, plural(shape->cores));
    add_taken(values, "what", &text, false);
    add_text(values, "belong", array->packed ? "planned" : "planned for just that");
}

static void describe(struct values *values, const struct script_request *r)
{
    const struct plan_cluster *cluster = &r->plan->cluster;
    struct strbuf where = STRBUF_INIT, cost = STRBUF_INIT;
    strbuf_add(&where, cluster->title);
    if (cluster->cpu[0] != '\0')
        strbuf_addf(&where, " (%s)", cluster->cpu);
    price_add_hours(&cost, price_of_array(r->plan, r->array, (int64_t)r->block_count));
    strbuf_add(&cost, " core-hours");
    add_text(values, "study", r->plan->title[0] != '\0' ? r->plan->title : r->plan->name);
    add_taken(values, "cluster", &where, false);
    add_taken(values, "cost", &cost, false);
    describe_elements(values, r);
    describe_work(values, r->array);
}

/* --- what sbatch is asked for ----------------------------------------------- */

static int add_words(struct values *values, const struct plan_cluster *cluster, struct error *err)
{
    const struct {
        const char *name, *what, *text;
    } words[] = {{"account", "the account", cluster->account},
                 {"partition", "the partition", cluster->partition},
                 {"constraint", "the constraint", cluster->constraint},
                 {"qos", "the qos", cluster->qos},
                 {"reservation", "the reservation", cluster->reservation}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (words[i].text[0] == '\0') {
            add_nothing(values, words[i].name);
            continue;
        }
        if (sbatch_check_word(words[i].what, words[i].text, err) != 0)
            return -1;
        add_text(values, words[i].name, words[i].text);
    }
    return 0;
}

static int add_options(struct values *values, const struct plan_cluster *cluster, struct error *err)
{
    size_t count = string_list_count(cluster->extra_sbatch);
    char **options = xcalloc(count + 1, sizeof *options);
    int rc = 0;
    for (size_t i = 0; i < count && rc == 0; i++) {
        struct strbuf option = STRBUF_INIT;
        rc = sbatch_add_option(&option, cluster->extra_sbatch[i], err);
        options[i] = strbuf_take(&option);
    }
    add_list(values, "extra_sbatch", options, true);
    string_list_free(options);
    return rc;
}

static void add_shape(struct values *values, const struct script_request *r)
{
    const struct plan_cluster *cluster = &r->plan->cluster;
    const struct task_shape *shape = &r->array->shape;
    add_number(values, "nodes", shape->nodes);
    add_number(values, "tasks", shape->tasks);
    /* Else Slurm fills one node and leaves the rest of the tasks to the other. */
    add_number_if(values, "tasks_per_node", shape->nodes > 1,
                  (shape->tasks + shape->nodes - 1) / shape->nodes);
    add_number(values, "cores", shape->cores);
    add_number(values, "threads", shape->cores);
    add_number_if(values, "threads_per_core", cluster->cpu_is_thread, 1);
    if (cluster->gpus > 0) { /* a partition may have several types */
        const char *type = cluster->gpu_type == NULL ? "" : cluster->gpu_type;
        char *gpus = text_format("%s%s%lld", type, *type == '\0' ? "" : ":",
                                 (long long)cluster->gpus);
        add_text(values, "gpus", gpus);
        free(gpus);
    } else {
        add_nothing(values, "gpus");
    }
    if (cluster->memory_mib > 0) { /* false for NAN */
        char *memory = text_format("%.0fM", cluster->memory_mib);
        add_text(values, "memory", memory);
        free(memory);
    } else {
        add_nothing(values, "memory");
    }
    if (cluster->exclusive || r->array->packed)
        add_text(values, "exclusive", "--exclusive");
    else
        add_nothing(values, "exclusive");
}

static void add_elements(struct values *values, const struct script_request *r)
{
    int64_t limit = r->plan->cluster.max_running;
    struct strbuf text = STRBUF_INIT;
    script_add_elements(&text, r->blocks, r->block_count, r->first_block);
    if (limit > 0 && (size_t)limit < r->block_count)
        strbuf_addf(&text, "%%%lld", (long long)limit);
    add_taken(values, "elements_asked", &text, false);
}

static int add_request(struct values *values, const struct script_request *r, struct error *err)
{
    if (sbatch_check_line("the job's name", r->name, err) != 0 ||
        sbatch_check_path("the study's folder", r->folder, err) != 0 ||
        add_words(values, &r->plan->cluster, err) != 0 ||
        add_options(values, &r->plan->cluster, err) != 0)
        return -1;
    struct strbuf time = STRBUF_INIT, output = STRBUF_INIT;
    sbatch_add_time(&time, task_time_limit_minutes(r->plan, r->array));
    sbatch_add_pattern(&output, r->folder);
    strbuf_addf(&output, "/logs/%s.%%A_%%a.out", r->array->key);
    add_text(values, "name", r->name);
    add_text(values, "folder", r->folder);
    add_taken(values, "time", &time, false);
    add_taken(values, "output", &output, false);
    add_shape(values, r);
    add_elements(values, r);
    return 0;
}

/* --- what the shell does ----------------------------------------------------- */

static int check_lines(const char *what, char *const *lines, struct error *err)
{
    for (size_t i = 0; lines != NULL && lines[i] != NULL; i++)
        for (const char *p = lines[i]; *p != '\0'; p++)
            if (((unsigned char)*p < 0x20 && *p != '\t') || *p == 0x7f)
                return error_set(err, "line %zu of \"%s\" holds %s; write each line as a text of "
                                      "its own",
                                 i + 1, what, *p == '\n' ? "a line end" : "a control character");
    return 0;
}

/* Where set-up lines run: where the study was given, if that is one place. */
static const char *setup_folder(const struct script_request *r)
{
    const struct plan *plan = r->plan;
    const char *folder = plan->backend_count > 0 ? plan->backends[0].workdir : "";
    for (size_t i = 1; i < plan->backend_count; i++)
        if (strcmp(plan->backends[i].workdir, folder) != 0)
            return r->folder;
    return folder[0] == '/' ? folder : r->folder;
}

static void add_command(struct values *values, const struct script_request *r)
{
    const char *const words[] = {r->program, "worker", r->folder, "--array", r->array->key};
    struct strbuf text = STRBUF_INIT;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        script_add_word(&text, words[i]);
        strbuf_add_char(&text, ' ');
    }
    strbuf_addf(&text, "--first-block %lld%s", (long long)r->first_block,
                r->retry_failed ? " --retry-failed" : "");
    add_taken(values, "command", &text, true);
}

static int add_shell(struct values *values, const struct script_request *r, struct error *err)
{
    const struct plan_cluster *cluster = &r->plan->cluster;
    const char *workdir = setup_folder(r);
    if (strncmp(cluster->shebang, "#!/", 3) != 0)
        return error_set(err,
                         "the shebang \"%.100s\" must begin with \"#!/\", as in \"#!/bin/bash\"",
                         cluster->shebang);
    if (sbatch_check_line("the shebang", cluster->shebang, err) != 0 ||
        sbatch_check_line("the program", r->program, err) != 0 ||
        sbatch_check_line("the folder", workdir, err) != 0 ||
        check_lines("pre", cluster->pre, err) != 0 ||
        check_lines("setup", cluster->setup, err) != 0)
        return -1;
    for (size_t i = 0; cluster->modules != NULL && cluster->modules[i] != NULL; i++)
        if (sbatch_check_word("the module", cluster->modules[i], err) != 0)
            return -1;
    add_list(values, "shebang", (char *[]){cluster->shebang, NULL}, true);
    add_list(values, "pre", cluster->pre, true);
    add_list(values, "modules", cluster->modules, false);
    add_list(values, "setup", cluster->setup, true);
    add_text(values, "workdir", workdir);
    add_number_if(values, "purge", cluster->purge, 1);
    add_command(values, r);
    return 0;
}

static int fill(const struct script_request *r, struct values *values, struct strbuf *out,
                struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    add_text(values, "array", r->array->key);
    describe(values, r);
    int rc = -1;
    if (add_request(values, r, err) == 0 && add_shell(values, r, err) == 0 &&
        template_load(r->templates, template_name, &text, err) == 0)
        rc = script_fill(template_name, text.str, values->list, values->count, out, err);
    strbuf_free(&text);
    return rc;
}

int script_write(const struct script_request *request, struct strbuf *out, struct error *err)
{
    assert(request->block_count > 0);
    struct values values = {.count = 0};
    struct strbuf script = STRBUF_INIT;
    int rc = fill(request, &values, &script, err);
    if (rc == 0)
        strbuf_add_bytes(out, script.str, script.len);
    strbuf_free(&script);
    free_values(&values);
    return rc;
}

void script_add_elements(struct strbuf *out, const int64_t *blocks, size_t count,
                         int64_t first_block)
{
    for (size_t i = 0; i < count;) {
        size_t last = i;
        while (last + 1 < count && blocks[last + 1] == blocks[last] + 1)
            last++;
        strbuf_addf(out, "%s%lld", i > 0 ? "," : "", (long long)(blocks[i] - first_block));
        if (last > i)
            strbuf_addf(out, "-%lld", (long long)(blocks[last] - first_block));
        i = last + 1;
    }
}
