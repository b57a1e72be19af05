/*
 * hyperfine --export-json: for each command its times in seconds, measured from
 * outside, and the parameters of -L and -P that it was made with.
 */
#include <string.h>

#include "foreign.h"

/*
 * "heat" from "OMP_NUM_THREADS=4 ./bin/heat --threads 4": the command itself
 * differs from count to count, so it cannot name a curve.
 */
static const char *program_of(struct foreign *f, const char *command)
{
    const char *word = command;
    size_t length;
    for (;;) {
        word += strspn(word, " \t");
        length = strcspn(word, " \t");
        const char *equals = memchr(word, '=', length);
        if (equals == NULL || word[length] == '\0')
            break;
        word += length;
    }
    const char *begin = word + length;
    while (begin > word && begin[-1] != '/')
        begin--;
    return pool_text(&f->pool, "%.*s", (int)(word + length - begin), begin);
}

static int set_parameters(struct foreign *f, const cJSON *result, struct run *run,
                          struct error *err)
{
    const cJSON *parameters = foreign_member(result, "parameters"), *item;
    cJSON_ArrayForEach(item, parameters)
        if (foreign_set(f, run, item->string, item, NULL, err) != 0)
            return -1;
    return foreign_set(f, run, "command", foreign_member(result, "command"), NULL, err);
}

static int check_cores(struct foreign *f, const cJSON *result, struct run *run, struct error *err)
{
    if (run->cores == RESULTS_UNKNOWN && run->threads != RESULTS_UNKNOWN)
        run->cores = run->threads * (run->ranks == RESULTS_UNKNOWN ? 1 : run->ranks);
    else if (run->cores == RESULTS_UNKNOWN && run->ranks != RESULTS_UNKNOWN)
        run->cores = run->ranks;
    if (run->cores != RESULTS_UNKNOWN)
        return 0;
    const cJSON *parameters = foreign_member(result, "parameters");
    if (parameters == NULL)
        return json_error(&f->doc, result, err,
                          "this command has no parameters, so its core count is not known; give "
                          "it to hyperfine: hyperfine -L cores 1,2,4 './program {cores}'");
    return json_error(&f->doc, result, err,
                      "there is no parameter \"cores\"; there is: %s; choose one: --columns "
                      "cores=%s",
                      f->names.str, parameters->child != NULL ? parameters->child->string : "p");
}

static int give_times(struct foreign *f, const cJSON *result, const struct run *base,
                      struct error *err)
{
    const cJSON *times = foreign_member(result, "times");
    const cJSON *codes = foreign_member(result, "exit_codes"), *time;
    int index = 0;
    cJSON_ArrayForEach(time, times) {
        struct run run = *base;
        const cJSON *code = cJSON_GetArrayItem(codes, index);
        if (!cJSON_IsNumber(time))
            return json_error(&f->doc, time, err, "a time must be a number");
        if (cJSON_IsNumber(code))
            run.exit = (int64_t)code->valuedouble;
        bool ok = code == NULL || (cJSON_IsNumber(code) && run.exit == 0);
        run.status = ok ? "ok" : "failed";
        run.reason = ok                     ? ""
                     : cJSON_IsNumber(code) ? "it ended with an exit status other than 0"
                                            : "it was ended by a signal";
        run.order = index++;
        if (foreign_alias_to(f, "seconds") == NULL)
            run.wall_seconds = time->valuedouble;
        if (foreign_set(f, &run, "times", time, NULL, err) != 0 ||
            foreign_give(f, time, &run, err) != 0)
            return -1;
    }
    return 0;
}

/* Different commands may not end up as one point. */
static bool is_ambiguous(struct foreign *f, const cJSON *results)
{
    const cJSON *a, *b;
    cJSON_ArrayForEach(a, results)
        for (b = a->next; b != NULL; b = b->next) {
            const char *x = foreign_text(a, "command"), *y = foreign_text(b, "command");
            const cJSON *px = foreign_member(a, "parameters"), *py = foreign_member(b, "parameters");
            if (strcmp(x, y) != 0 && strcmp(program_of(f, x), program_of(f, y)) == 0 &&
                ((px == NULL && py == NULL) || cJSON_Compare(px, py, true)))
                return true;
        }
    return false;
}

int foreign_hyperfine(struct foreign *f, const cJSON *results, struct error *err)
{
    bool whole = is_ambiguous(f, results);
    const cJSON *result;
    cJSON_ArrayForEach(result, results) {
        struct run run = run_unknown();
        const char *command = foreign_text(result, "command");
        run.scaling = "strong";
        if (set_parameters(f, result, &run, err) != 0 ||
            check_cores(f, result, &run, err) != 0)
            return -1;
        if (run.backend[0] == '\0')
            run.backend = whole ? command : program_of(f, command);
        if (give_times(f, result, &run, err) != 0)
            return -1;
    }
    return 0;
}
