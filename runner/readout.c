#define _GNU_SOURCE
#include "readout.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "jsontext.h"
#include "number.h"
#include "plural.h"
#include "results.h"
#include "strbuf.h"

static const char record_prefix[] = "scalestudy: {";
enum { PREFIX_WORD = sizeof "scalestudy: " - 1 };

static int compile(regex_t *regex, const char *pattern, const char *what,
                   const struct plan_backend *backend, struct error *err)
{
    int code = regcomp(regex, pattern, REG_EXTENDED);
    if (code == 0)
        return 0;
    char message[256];
    regerror(code, regex, message, sizeof message);
    return error_set(err, "\"%s\" of backend %s is no POSIX extended regular expression: %s", what,
                     backend->name, message);
}

int readout_compile(struct readout_patterns *patterns, const struct plan_backend *backend,
                    struct error *err)
{
    *patterns = (struct readout_patterns){0};
    if (backend->seconds_pattern[0] != '\0') {
        if (compile(&patterns->seconds, backend->seconds_pattern, "seconds", backend, err) != 0)
            return -1;
        patterns->has_seconds = true;
    }
    if (backend->value_pattern[0] != '\0') {
        if (compile(&patterns->value, backend->value_pattern, "value", backend, err) != 0) {
            readout_patterns_free(patterns);
            return -1;
        }
        patterns->has_value = true;
    }
    return 0;
}

void readout_patterns_free(struct readout_patterns *patterns)
{
    if (patterns->has_seconds)
        regfree(&patterns->seconds);
    if (patterns->has_value)
        regfree(&patterns->value);
    *patterns = (struct readout_patterns){0};
}

/* Steps through lines from the last to the first: `*end` is where the line
 * before the next one ends. Returns false at the beginning. */
static bool line_before(const char *text, size_t *end, size_t *begin, size_t *line_end)
{
    if (*end == SIZE_MAX)
        return false;
    *line_end = *end;
    size_t i = *end;
    while (i > 0 && text[i - 1] != '\n')
        i--;
    *begin = i;
    *end = i == 0 ? SIZE_MAX : i - 1;
    return true;
}

/* The last line that matches; its number is the first group's, or that in the
 * whole match. `*found` says that a line matched, the result that it holds a number. */
static bool match_last(const regex_t *regex, const struct strbuf *output, double *number,
                       bool *found, char **text)
{
    size_t end = output->len, begin, line_end;
    *found = false;
    while (line_before(output->str, &end, &begin, &line_end)) {
        /* The line begins the text that is searched, so that ^ matches there. */
        const char *line = output->str + begin;
        regmatch_t match[2] = {{.rm_so = 0, .rm_eo = (regoff_t)(line_end - begin)}};
        if (regexec(regex, line, 2, match, REG_STARTEND) != 0)
            continue;
        *found = true;
        regmatch_t m = match[1].rm_so >= 0 ? match[1] : match[0];
        const char *start = line + m.rm_so;
        size_t length = (size_t)(m.rm_eo - m.rm_so);
        if (match[1].rm_so < 0) { /* no group: the number within the match */
            size_t skip = strcspn(start, "0123456789");
            while (skip > 0 && skip <= length && strchr("+-.", start[skip - 1]) != NULL)
                skip--;
            if (skip < length) {
                start += skip;
                length = strspn(start, "0123456789+-.eE") < length - skip
                             ? strspn(start, "0123456789+-.eE")
                             : length - skip;
            }
        }
        while (length > 0 && (*start == ' ' || *start == '\t')) {
            start++;
            length--;
        }
        while (length > 0 && (start[length - 1] == ' ' || start[length - 1] == '\t'))
            length--;
        if (length > 0 && *start == '+') {
            start++;
            length--;
        }
        *text = xstrndup(start, length);
        return number_parse(start, length, number);
    }
    return false;
}

static void fail(struct readout *r, const char *status, char *reason)
{
    free(r->reason);
    r->status = status;
    r->reason = reason;
}

static bool is_ok(const struct readout *r)
{
    return strcmp(r->status, "ok") == 0;
}

/* "12.5, then 3 times 0.1"-like text is cut for a sentence. */
static char *shortened(const char *text)
{
    return strlen(text) <= 60 ? xstrdup(text) : text_format("%.57s...", text);
}

/* `time` and many a log write to stderr: it is looked at where stdout says nothing. */
static bool match_result(const regex_t *regex, const struct process_result *result, double *number,
                         bool *found, char **text)
{
    bool is_number = match_last(regex, &result->output, number, found, text);
    return *found ? is_number : match_last(regex, &result->errors, number, found, text);
}

static void read_by_patterns(struct readout *r, const struct readout_patterns *patterns,
                             const struct plan_backend *backend,
                             const struct process_result *result)
{
    bool found;
    char *text = NULL;
    if (patterns->has_seconds) {
        bool number = match_result(&patterns->seconds, result, &r->seconds, &found, &text);
        char *said = shortened(text == NULL ? "" : text);
        if (!found)
            fail(r, "failed", text_format("printed no time: no line of its output matches \"%s\"",
                                          backend->seconds_pattern));
        else if (number && r->seconds > 0 && results_time_problem(r->seconds) != NULL)
            fail(r, "failed", text_format("printed the time \"%s\", which %s", said,
                                          results_time_problem(r->seconds)));
        else if (!number || r->seconds <= 0)
            fail(r, "failed", text_format("printed the time \"%s\", which is no positive number", said));
        if (!is_ok(r))
            r->seconds = NAN;
        free(said);
        free(text);
        text = NULL;
    }
    if (patterns->has_value && is_ok(r)) {
        bool number = match_result(&patterns->value, result, &r->value, &found, &text);
        char *said = shortened(text == NULL ? "" : text);
        if (!found)
            fail(r, backend->has_expect ? "wrong" : "failed",
                 text_format("printed no value: no line of its output matches \"%s\"",
                             backend->value_pattern));
        else if (!number)
            fail(r, "wrong", text_format("printed the value \"%s\", which is no number", said));
        free(said);
        free(text);
    }
}

/* The last one, NULL where there is none, and how many there are. */
static char *find_record_line(const struct strbuf *output, size_t *count)
{
    size_t end = output->len, begin, line_end;
    char *last = NULL;
    *count = 0;
    while (line_before(output->str, &end, &begin, &line_end))
        if (strncmp(output->str + begin, record_prefix, sizeof record_prefix - 1) == 0 &&
            ++*count == 1)
            last = xstrndup(output->str + begin + PREFIX_WORD, line_end - begin - PREFIX_WORD);
    return last;
}

/* What the workers tell of the cores they had. */
struct said_binding {
    const char **masks;
    int64_t *host_of; /* number of the host that each was on; NULL: not told */
    int64_t hosts;    /* 1 where not told: the numbers are all below */
    size_t count;
};

static void collect_hosts(const cJSON *host_of, struct said_binding *said)
{
    said->hosts = 1;
    if (said->count == 0 || !cJSON_IsArray(host_of) ||
        (size_t)cJSON_GetArraySize(host_of) != said->count)
        return;
    said->host_of = xcalloc(said->count, sizeof *said->host_of);
    size_t i = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, host_of)
    {
        double host = cJSON_IsNumber(item) ? item->valuedouble : 0;
        said->host_of[i] = host >= 0 && host < (double)said->count ? (int64_t)host : 0;
        if (said->host_of[i] >= said->hosts)
            said->hosts = said->host_of[i] + 1;
        i++;
    }
}

static void collect_masks(const cJSON *binding, struct said_binding *said)
{
    int count = cJSON_IsArray(binding) ? cJSON_GetArraySize(binding) : 0;
    said->masks = xcalloc((size_t)count, sizeof *said->masks);
    said->count = 0;
    const cJSON *item;
    if (count > 0)
        cJSON_ArrayForEach(item, binding)
        {
            if (cJSON_IsString(item))
                said->masks[said->count++] = item->valuestring;
        }
}

static char *join_masks(const struct said_binding *said)
{
    struct strbuf sb = STRBUF_INIT;
    for (size_t i = 0; i < said->count; i++)
        strbuf_addf(&sb, "%s%s", i > 0 ? " " : "", said->masks[i]);
    return strbuf_take(&sb);
}

static double member_number(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

/*
 * Why the workers of one host meet on a core, NULL where they never can. Those
 * of another host have the same numbers and do not meet them. All nodes of a
 * study are of one kind, so this node's topology is taken for theirs as well.
 */
static char *find_meeting(const struct said_binding *said, int64_t host,
                          const struct topology *topology)
{
    const char **masks = xcalloc(said->count + 1, sizeof *masks);
    size_t count = 0;
    char *why = NULL;
    for (size_t i = 0; i < said->count; i++)
        if (said->host_of == NULL || said->host_of[i] == host)
            masks[count++] = said->masks[i];
    bool meet = count > 0 && !topology_masks_are_disjoint(topology, masks, count, &why);
    free((void *)masks);
    return meet && why == NULL ? xstrdup("two workers share a core") : why;
}

static void judge_binding(struct readout *r, const struct said_binding *said, int64_t workers,
                          const struct topology *topology, const cJSON *hosts)
{
    if ((int64_t)said->count != workers) {
        fail(r, "failed", text_format("%zu workers told their cores where %lld were asked for",
                                      said->count, (long long)workers));
        return;
    }
    r->bound = 1;
    for (int64_t host = 0; host < said->hosts && r->bound == 1; host++) {
        char *why = find_meeting(said, host, topology);
        if (why == NULL)
            continue;
        const cJSON *name = cJSON_GetArrayItem(hosts, (int)host);
        readout_unbind(r, said->hosts == 1 || !cJSON_IsString(name)
                              ? xstrdup(why)
                              : text_format("%s (on %.60s, its workers counted from 0)", why,
                                            name->valuestring));
        free(why);
    }
}

/*
 * A launcher of another MPI than the program's starts as many programs of one
 * rank as it should have started ranks, and some end well. NULL where as many
 * took part, in as many places, as the record says anything about.
 */
static char *find_other_team(const cJSON *root, const struct plan_point *point)
{
    const struct {
        const char *key, *what;
        int64_t asked;
    } counts[] = {{"workers", "workers", point->ranks * point->threads},
                  {"ranks", "MPI ranks", point->ranks}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        double said = member_number(root, counts[i].key);
        if (!isnan(said) && said != (double)counts[i].asked)
            return text_format("%.0f %s took part where %lld were asked for; is the launcher of "
                               "another MPI than the program's?",
                               said, counts[i].what, (long long)counts[i].asked);
    }
    double nodes = member_number(root, "nodes");
    if (!isnan(nodes) && nodes != (double)point->nodes)
        return text_format("its ranks were on %.0f node%s where %lld %s asked for; does the "
                           "launcher know of the job's nodes?",
                           nodes, plural((int64_t)nodes), (long long)point->nodes,
                           point->nodes == 1 ? "was" : "were");
    return NULL;
}

/* What computed, as far as the record says. */
static char *join_software(const cJSON *root)
{
    static const char *const keys[] = {"isa", "library", "runtime"};
    struct strbuf sb = STRBUF_INIT;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const cJSON *said = cJSON_GetObjectItemCaseSensitive(root, keys[i]);
        if (cJSON_IsString(said) && said->valuestring[0] != '\0')
            strbuf_addf(&sb, "%s%.200s", sb.len > 0 ? ", " : "", said->valuestring);
    }
    return strbuf_take(&sb);
}

/* What a record line says goes before what patterns find. */
static void read_record(struct readout *r, const struct json_doc *doc,
                        const struct plan_point *point, const struct topology *topology,
                        bool check_binding)
{
    const cJSON *root = doc->root;
    r->seconds = member_number(root, "seconds");
    r->first_seconds = member_number(root, "first_seconds");
    r->value = member_number(root, "value");
    r->error = member_number(root, "error");
    r->work = member_number(root, "work");
    struct said_binding said = {.hosts = 1};
    collect_masks(cJSON_GetObjectItemCaseSensitive(root, "binding"), &said);
    collect_hosts(cJSON_GetObjectItemCaseSensitive(root, "host_of"), &said);
    free(r->mask);
    r->mask = join_masks(&said);
    free(r->software);
    r->software = join_software(root);
    char *other_team = find_other_team(root, point);
    const cJSON *wrong = cJSON_GetObjectItemCaseSensitive(root, "wrong");
    if (cJSON_IsString(wrong))
        fail(r, "wrong", text_format("its own check found the answer wrong: %.300s",
                                     wrong->valuestring));
    else if (other_team != NULL)
        fail(r, "failed", xstrdup(other_team));
    else if (!(r->seconds > 0))
        fail(r, "failed", xstrdup("its record line tells no positive time"));
    else if (results_time_problem(r->seconds) != NULL)
        fail(r, "failed", text_format("its record line tells a time that %s",
                                      results_time_problem(r->seconds)));
    else if (check_binding && said.count > 0)
        judge_binding(r, &said, point->ranks * point->threads, topology,
                      cJSON_GetObjectItemCaseSensitive(root, "hosts"));
    if (!(r->seconds > 0) || results_time_problem(r->seconds) != NULL)
        r->seconds = NAN;
    free(other_team);
    free((void *)said.masks);
    free(said.host_of);
}

/* False if there is no record line. */
static bool read_by_record(struct readout *r, const struct strbuf *output,
                           const struct plan_point *point, const struct topology *topology,
                           bool check_binding)
{
    size_t count;
    char *line = find_record_line(output, &count);
    if (line == NULL)
        return false;
    if (count > 1 && point->ranks > 1) { /* of one process: its last word counts */
        fail(r, "failed", text_format("%zu record lines came where one program of %lld ranks prints "
                                      "one; is the launcher of another MPI than the program's?",
                                      count, (long long)point->ranks));
        free(line);
        return true;
    }
    struct json_doc doc;
    struct error err = ERROR_INIT;
    if (json_parse(&doc, "record line", line, strlen(line), &err) != 0) {
        fail(r, "failed", text_format("its record line cannot be read: %.300s", err.text));
    } else {
        read_record(r, &doc, point, topology, check_binding);
        json_free(&doc);
    }
    free(line);
    return true;
}

static void judge_expectation(struct readout *r, const struct plan_backend *backend)
{
    if (!backend->has_expect)
        return;
    double scale = backend->expect_value == 0 ? 1 : fabs(backend->expect_value);
    if (fabs(r->value - backend->expect_value) <= backend->expect_tolerance * scale)
        return;
    char got[NUMBER_TEXT_SIZE], expected[NUMBER_TEXT_SIZE], tolerance[NUMBER_TEXT_SIZE];
    number_format(expected, backend->expect_value);
    if (isnan(r->value)) {
        fail(r, "wrong", text_format("told no answer where %s is expected", expected));
        return;
    }
    number_format(got, r->value);
    number_format(tolerance, backend->expect_tolerance);
    fail(r, "wrong", text_format("its answer is %s where %s is expected (tolerance %s)", got,
                                 expected, tolerance));
}

/* What launchers say of a program that has already ended badly: not its cause. */
static bool is_launchers(const char *line, size_t length)
{
    static const char *const beginnings[] = {"srun: ", "slurmstepd"};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (strncmp(line, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return strspn(line, "-") >= length;
}

/* The last line that says something, a launcher's where nobody else does. */
static char *last_words(const struct process_result *result)
{
    const struct strbuf *text = result->errors.len > 0 ? &result->errors : &result->output;
    size_t end = text->len, begin, line_end;
    char *launchers = NULL;
    while (line_before(text->str, &end, &begin, &line_end)) {
        while (line_end > begin && strchr(" \t\r", text->str[line_end - 1]) != NULL)
            line_end--; /* NULs that Open MPI 5 writes, too: strchr finds them */
        size_t length = line_end - begin < 200 ? line_end - begin : 200;
        if (length == 0)
            continue;
        if (!is_launchers(text->str + begin, length)) {
            free(launchers);
            return xstrndup(text->str + begin, length);
        }
        if (launchers == NULL)
            launchers = xstrndup(text->str + begin, length);
    }
    return launchers != NULL ? launchers : xstrdup("");
}

/* What MPI says in many lines, of which the last do not name the cause. */
static const char *known_cause(const struct process_result *result)
{
    static const struct {
        const char *text, *cause;
    } known[] = {
        {"direct launched using \"srun\"",
         "its MPI and srun do not agree on how ranks are started; give the cluster's profile the "
         "\"srun_mpi\" that its MPI was built for (`srun --mpi=list` names them, often pmix)"},
        {"but there is 1 MPI rank",
         "its ranks started as programs of one rank each; is the launcher of another MPI than the "
         "program's?"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (memmem(result->errors.str, result->errors.len, known[i].text, strlen(known[i].text)) !=
            NULL)
            return known[i].cause;
    return NULL;
}

static void judge_end(struct readout *r, const struct process_result *result,
                      const struct plan_point *point, double time_limit)
{
    if (result->timed_out) {
        char limit[NUMBER_TEXT_SIZE];
        fail(r, "timeout", text_format("did not end within its time limit of %s s",
                                       number_format(limit, time_limit)));
        return;
    }
    if (result->started && result->exit_status == 0)
        return;
    const char *cause = point->ranks > 1 ? known_cause(result) : NULL;
    char *what = process_describe(result);
    char *words = cause != NULL ? xstrdup(cause) : last_words(result);
    fail(r, "failed", words[0] == '\0' ? text_format("%s", what)
                                       : text_format("%s: %s", what, words));
    free(what);
    free(words);
}

void readout_begin(struct readout *r)
{
    *r = (struct readout){.status = "ok",
                          .reason = xstrdup(""),
                          .mask = xstrdup(""),
                          .software = xstrdup(""),
                          .seconds = NAN,
                          .first_seconds = NAN,
                          .value = NAN,
                          .error = NAN,
                          .work = NAN,
                          .bound = -1};
}

void readout_fail(struct readout *r, char *reason)
{
    fail(r, "failed", reason);
}

void readout_unbind(struct readout *r, char *reason)
{
    r->bound = 0;
    fail(r, "unbound", reason);
}

/*
 * A kernel that finds its answer wrong exits with 1 and still prints its
 * record: that is a verdict on the answer, not a crash.
 */
static void judge_wrong_answer(struct readout *r, const struct process_result *result,
                               const struct plan_point *point, const struct topology *topology)
{
    struct readout said;
    readout_begin(&said);
    if (read_by_record(&said, &result->output, point, topology, false) &&
        strcmp(said.status, "wrong") == 0) {
        fail(r, "wrong", xstrdup(said.reason));
        r->value = said.value;
        r->error = said.error;
        r->seconds = said.seconds;
    }
    readout_free(&said);
}

void readout_judge(struct readout *r, const struct plan_backend *backend,
                   const struct plan_point *point, const struct readout_patterns *patterns,
                   const struct process_result *result, double time_limit,
                   const struct topology *topology, bool check_binding)
{
    judge_end(r, result, point, time_limit);
    bool builtin = backend->backend[0] != '\0';
    if (!is_ok(r)) {
        if (builtin && result->exit_status == 1)
            judge_wrong_answer(r, result, point, topology);
        return;
    }
    bool has_record = read_by_record(r, &result->output, point, topology, check_binding);
    if (!has_record && builtin)
        fail(r, "failed", xstrdup("printed no record line"));
    if (!builtin && is_ok(r))
        read_by_patterns(r, patterns, backend, result);
    if (is_ok(r))
        judge_expectation(r, backend);
}

void readout_free(struct readout *r)
{
    free(r->reason);
    free(r->mask);
    r->reason = NULL;
    free(r->software);
    r->mask = r->software = NULL;
}
