#include "record_line.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "samples.h"

/* Every record begins so; an index reads no more of the line than this. */
static const char record_start[] = "{\"order\": ";

/* Left out where not known, so that the line stays short. */
static void put_number(struct json_writer *w, const char *key, double value)
{
    if (isfinite(value))
        json_number(w, key, value);
}

static void put_text(struct json_writer *w, const char *key, const char *text)
{
    if (text[0] != '\0')
        json_string(w, key, text);
}

static void put_int(struct json_writer *w, const char *key, int64_t value)
{
    if (value != RESULTS_UNKNOWN)
        json_int(w, key, value);
}

/* The fields of struct run that a record holds, for writing and reading alike. */
static const struct {
    const char *key;
    enum { TEXT, REAL, WHOLE } kind;
    size_t offset;
} fields[] = {
    {"reason", TEXT, offsetof(struct run, reason)},
    {"seconds", REAL, offsetof(struct run, seconds)},
    {"first_seconds", REAL, offsetof(struct run, first_seconds)},
    {"wall_seconds", REAL, offsetof(struct run, wall_seconds)},
    {"user_seconds", REAL, offsetof(struct run, user_seconds)},
    {"system_seconds", REAL, offsetof(struct run, system_seconds)},
    {"peak_memory_bytes", REAL, offsetof(struct run, peak_memory_bytes)},
    {"granted_memory_bytes", REAL, offsetof(struct run, granted_memory_bytes)},
    {"work", REAL, offsetof(struct run, work)},
    {"value", REAL, offsetof(struct run, value)},
    {"error", REAL, offsetof(struct run, error)},
    {"bound", WHOLE, offsetof(struct run, bound)},
    {"mask", TEXT, offsetof(struct run, mask)},
    {"frequency_mhz", REAL, offsetof(struct run, frequency_mhz)},
    {"software", TEXT, offsetof(struct run, software)},
    {"cpu_model", TEXT, offsetof(struct run, cpu_model)},
    {"host", TEXT, offsetof(struct run, host)},
    {"partition", TEXT, offsetof(struct run, partition)},
    {"job", TEXT, offsetof(struct run, job)},
    {"task", TEXT, offsetof(struct run, task)},
    {"attempt", WHOLE, offsetof(struct run, attempt)},
    {"started", TEXT, offsetof(struct run, started)},
    {"exit", WHOLE, offsetof(struct run, exit)},
    {"watched_cpus", WHOLE, offsetof(struct run, watched_cpus)},
    {"watched_seconds", REAL, offsetof(struct run, watched_seconds)},
    {"others_seconds", REAL, offsetof(struct run, others_seconds)},
    {"stolen_seconds", REAL, offsetof(struct run, stolen_seconds)},
    {"samples", TEXT, offsetof(struct run, samples)},
};

void record_line_write(struct strbuf *line, const struct planned_run *planned, const struct run *run)
{
    struct json_writer w = {.out = line, .first = true};
    json_begin_object(&w, NULL);
    json_int(&w, "order", planned->order);
    json_string(&w, "status", run->status);
    json_int(&w, "point", (int64_t)planned->point);
    json_int(&w, "block", planned->block);
    json_int(&w, "run", planned->run);
    json_int(&w, "warmup", planned->warmup);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *member = (const char *)run + fields[i].offset;
        if (fields[i].kind == TEXT)
            put_text(&w, fields[i].key, *(const char *const *)(const void *)member);
        else if (fields[i].kind == REAL)
            put_number(&w, fields[i].key, *(const double *)(const void *)member);
        else
            put_int(&w, fields[i].key, *(const int64_t *)(const void *)member);
    }
    json_end_object(&w);
}

/* Bytes that neither end an object or a text nor may not stand in a line. */
static const bool is_plain[256] = {
    [' '] = true, [','] = true, ['.'] = true, [':'] = true, ['-'] = true, ['_'] = true,
    ['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true, ['5'] = true,
    ['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true, ['a'] = true, ['b'] = true,
    ['c'] = true, ['d'] = true, ['e'] = true, ['f'] = true, ['g'] = true, ['h'] = true,
    ['i'] = true, ['j'] = true, ['k'] = true, ['l'] = true, ['m'] = true, ['n'] = true,
    ['o'] = true, ['p'] = true, ['q'] = true, ['r'] = true, ['s'] = true, ['t'] = true,
    ['u'] = true, ['v'] = true, ['w'] = true, ['x'] = true, ['y'] = true, ['z'] = true,
};

/* Whether a line is one whole object without others in it: a crash may have
 * torn it anywhere, also behind a brace in a text, or left bytes of zero. */
static bool is_whole(const char *line, size_t length)
{
    bool quoted = false;
    for (size_t i = 0; i < length; i++) {
        if (is_plain[(unsigned char)line[i]])
            continue; /* most of them */
        if ((unsigned char)line[i] < 0x20 || (line[i] == '{' && i > 0 && !quoted))
            return false;
        if (quoted && line[i] == '\\')
            i++;
        else if (line[i] == '"')
            quoted = !quoted;
        else if (line[i] == '}' && !quoted)
            return i == length - 1;
    }
    return false;
}

/* The order and status that a whole record line begins with. */
bool record_line_start(const char *line, size_t length, int64_t *order, bool *ok)
{
    static const char status[] = ", \"status\": \"";
    if (length < sizeof record_start || !is_whole(line, length) ||
        strncmp(line, record_start, sizeof record_start - 1) != 0)
        return false;
    char *end;
    *order = strtoll(line + sizeof record_start - 1, &end, 10);
    if (strncmp(end, status, sizeof status - 1) != 0)
        return false;
    *ok = strncmp(end + sizeof status - 1, "ok\"", 3) == 0;
    return true;
}

/* The field of that key. Records are written in the table's order, so the next
 * one is looked for from where the last one was found. */
static size_t find_field(const char *key, size_t from)
{
    enum { COUNT = sizeof fields / sizeof *fields };
    for (size_t i = 0; i < COUNT; i++) {
        size_t at = from + i < COUNT ? from + i : from + i - COUNT;
        if (fields[at].key[0] == key[0] && strcmp(fields[at].key, key) == 0)
            return at;
    }
    return COUNT;
}

static int read_member(const struct json_doc *doc, const cJSON *item, size_t field, struct run *run,
                       struct error *err)
{
    char *member = (char *)run + fields[field].offset;
    bool is_text = fields[field].kind == TEXT;
    if (is_text ? !cJSON_IsString(item) : !cJSON_IsNumber(item))
        return json_error(doc, item, err, "\"%s\" must be a %s", item->string,
                          is_text ? "text" : "number");
    if (is_text)
        *(const char **)(void *)member = item->valuestring;
    else if (fields[field].kind == REAL)
        *(double *)(void *)member = item->valuedouble;
    else if (item->valuedouble == floor(item->valuedouble) && fabs(item->valuedouble) < 0x1p53)
        *(int64_t *)(void *)member = (int64_t)item->valuedouble;
    else
        return json_error(doc, item, err, "\"%s\" must be a whole number", item->string);
    return 0;
}

int record_line_read(const struct json_doc *doc, struct run *run, struct error *err)
{
    const cJSON *item;
    size_t next = 0;
    if (json_get_string(doc, doc->root, "status", "failed", &run->status, err) != 0)
        return -1;
    cJSON_ArrayForEach(item, doc->root)
    {
        size_t field = find_field(item->string, next);
        if (field == sizeof fields / sizeof *fields || cJSON_IsNull(item))
            continue; /* of the schedule, which is known */
        if (read_member(doc, item, field, run, err) != 0)
            return -1;
        next = field + 1;
    }
    if (!samples_are_well(run->samples))
        return json_error(doc, cJSON_GetObjectItemCaseSensitive(doc->root, "samples"), err,
                          "\"samples\" must be times that ascend, each with cores and bytes");
    return 0;
}
