#define _GNU_SOURCE
#include "catalog.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "files.h"
#include "jsontext.h"
#include "own_path.h"
#include "process.h"
#include "study.h"

static const char prefix[] = "scalestudy-";
static const char not_built[] = "not-built.txt";
static const char languages[] = "languages";

enum {
    DESCRIBE_MAX_BYTES = 1 << 20,
    NOT_BUILT_MAX_BYTES = 1 << 16
};
static const double describe_seconds = 10; /* Python on a cold, shared file system */

/* The order of rows; `needs_mpirun`: cannot be started without a launcher. */
static const struct kind {
    const char *name;
    bool needs_mpirun;
} kinds[] = {
    {"serial", false}, {"threads", false}, {"processes", false}, {"ranks", true}, {"hybrid", true},
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

/* How work grows with size. */
static const struct growth {
    const char *name;
    double power;
} growths[] = {{"size", 1}, {"size^2", 2}, {"size^3", 3}};

static size_t kind_index(const char *parallel)
{
    size_t i = 0;

    while (i < KIND_COUNT && strcmp(kinds[i].name, parallel) != 0)
        i++;
    return i;
}

static const struct growth *find_growth(const char *work)
{
    for (size_t i = 0; i < sizeof growths / sizeof *growths; i++)
        if (work != NULL && strcmp(growths[i].name, work) == 0)
            return &growths[i];
    return NULL;
}

/* Reading an answer -------------------------------------------------------- */

static int read_option(const struct json_doc *doc, const cJSON *item, struct catalog_option *option,
                       struct error *err)
{
    const char *name, *help;

    if (!cJSON_IsObject(item))
        return json_error(doc, item, err, "an option must be an object");
    if (json_get_string(doc, item, "name", "", &name, err) != 0 ||
        json_get_string(doc, item, "help", "", &help, err) != 0 ||
        json_get_number(doc, item, "preset", NAN, &option->preset, err) != 0 ||
        json_get_number(doc, item, "minimum", NAN, &option->minimum, err) != 0 ||
        json_get_number(doc, item, "maximum", NAN, &option->maximum, err) != 0 ||
        json_get_number(doc, item, "step", 0, &option->step, err) != 0)
        return -1;
    if (name[0] == '\0' || !isfinite(option->preset) || !(option->minimum <= option->maximum) ||
        !(option->step >= 0))
        return json_error(doc, item, err, "an option needs \"name\", \"preset\", \"minimum\" and "
                                          "\"maximum\"");
    option->name = xstrdup(name);
    option->help = xstrdup(help);
    return 0;
}

/* A workload without the member has none. */
static int read_options(const struct json_doc *doc, const cJSON *item,
                        struct catalog_workload *workload, struct error *err)
{
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(item, "options"), *element;

    if (array == NULL)
        return 0;
    if (!cJSON_IsArray(array))
        return json_error(doc, array, err, "\"options\" must be an array");
    workload->options = xcalloc((size_t)cJSON_GetArraySize(array), sizeof *workload->options);
    cJSON_ArrayForEach(element, array)
    {
        if (read_option(doc, element, &workload->options[workload->option_count], err) != 0)
            return -1;
        workload->option_count++;
    }
    return 0;
}

static int read_workload(const struct json_doc *doc, const cJSON *item,
                         struct catalog_workload *workload, struct error *err)
{
    const char *name, *summary, *unit, *work;
    double size, most;

    if (!cJSON_IsObject(item))
        return json_error(doc, item, err, "a workload must be an object");
    if (json_get_string(doc, item, "name", "", &name, err) != 0 ||
        json_get_string(doc, item, "summary", "", &summary, err) != 0 ||
        json_get_string(doc, item, "unit", "", &unit, err) != 0 ||
        json_get_string(doc, item, "work", "size", &work, err) != 0 ||
        json_get_number(doc, item, "default_size", NAN, &size, err) != 0 ||
        json_get_number(doc, item, "maximum_size", INFINITY, &most, err) != 0)
        return -1;
    if (!study_name_is_valid(name))
        return json_error(doc, item, err, "a workload needs a name of letters and digits");
    if (find_growth(work) == NULL)
        return json_error(doc, item, err, "\"work\" must be size, size^2 or size^3");
    if (!(size >= 1) || !isfinite(size))
        return json_error(doc, item, err, "\"default_size\" must be 1 or more");
    if (!(most >= size))
        return json_error(doc, item, err, "\"maximum_size\" must be \"default_size\" or more");
    *workload = (struct catalog_workload){.name = xstrdup(name),
                                          .summary = xstrdup(summary),
                                          .unit = xstrdup(unit),
                                          .work = xstrdup(work),
                                          .default_size = size,
                                          .maximum_size = most};
    return read_options(doc, item, workload, err);
}

static int read_workloads(const struct json_doc *doc, struct catalog_backend *backend,
                          struct error *err)
{
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(doc->root, "workloads");
    const cJSON *item;

    if (!cJSON_IsArray(array))
        return json_error(doc, array != NULL ? array : doc->root, err,
                          "\"workloads\" must be an array");
    backend->workloads = xcalloc((size_t)cJSON_GetArraySize(array), sizeof *backend->workloads);
    cJSON_ArrayForEach(item, array)
    {
        if (read_workload(doc, item, &backend->workloads[backend->workload_count++], err) != 0)
            return -1;
    }
    return 0;
}

/* Workloads that cannot run here; an executable that lacks nothing may leave the member out. */
static int read_missing(const struct json_doc *doc, struct catalog_backend *backend,
                        struct error *err)
{
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(doc->root, "missing"), *item;

    if (array == NULL)
        return 0;
    if (!cJSON_IsArray(array))
        return json_error(doc, array, err, "\"missing\" must be an array");
    backend->missing = xcalloc((size_t)cJSON_GetArraySize(array), sizeof *backend->missing);
    cJSON_ArrayForEach(item, array)
    {
        const char *name, *why;
        if (!cJSON_IsObject(item))
            return json_error(doc, item, err, "a missing workload must be an object");
        if (json_get_string(doc, item, "name", "", &name, err) != 0 ||
            json_get_string(doc, item, "why", "it cannot run here", &why, err) != 0)
            return -1;
        if (!study_name_is_valid(name))
            return json_error(doc, item, err, "a missing workload needs a name of letters and digits");
        backend->missing[backend->missing_count++] =
            (struct catalog_missing){.name = xstrdup(name), .why = xstrdup(why)};
    }
    return 0;
}

static int read_answer(const struct json_doc *doc, struct catalog_backend *backend,
                       struct error *err)
{
    const char *name, *parallel, *version, *needs;

    if (!cJSON_IsObject(doc->root))
        return json_error(doc, doc->root, err, "the answer must be an object");
    if (json_get_string(doc, doc->root, "backend", "", &name, err) != 0 ||
        json_get_string(doc, doc->root, "parallel", "", &parallel, err) != 0 ||
        json_get_string(doc, doc->root, "version", "", &version, err) != 0 ||
        json_get_string(doc, doc->root, "needs", "", &needs, err) != 0)
        return -1;
    if (strcmp(name, backend->name) != 0)
        return json_error(doc, doc->root, err, "it calls itself \"%.64s\"", name);
    if (strcmp(version, SCALESTUDY_VERSION) != 0)
        return error_set(err, "%s%s is of version %.32s and this program of " SCALESTUDY_VERSION
                              ": build and install both together",
                         prefix, backend->name, *version != '\0' ? version : "(none)");
    if (kind_index(parallel) == KIND_COUNT)
        return json_error(doc, doc->root, err,
                          "\"parallel\" must be serial, threads, processes, ranks or hybrid");
    if (read_workloads(doc, backend, err) != 0 || read_missing(doc, backend, err) != 0)
        return -1;
    backend->parallel = xstrdup(parallel);
    if (*needs != '\0')
        backend->needs = text_format("%.300s", needs);
    return 0;
}

static void free_workloads(struct catalog_backend *backend)
{
    for (size_t i = 0; i < backend->workload_count; i++) {
        struct catalog_workload *workload = &backend->workloads[i];
        for (size_t k = 0; k < workload->option_count; k++) {
            free(workload->options[k].name);
            free(workload->options[k].help);
        }
        free(workload->options);
        free(workload->name);
        free(workload->summary);
        free(workload->unit);
        free(workload->work);
    }
    free(backend->workloads);
    for (size_t i = 0; i < backend->missing_count; i++) {
        free(backend->missing[i].name);
        free(backend->missing[i].why);
    }
    free(backend->missing);
    backend->workloads = NULL;
    backend->workload_count = 0;
    backend->missing = NULL;
    backend->missing_count = 0;
}

static int parse_answer(const struct process_result *result, struct catalog_backend *backend,
                        struct error *err)
{
    struct json_doc doc = {.path = NULL};
    char *path = text_format("%s%s --describe", prefix, backend->name);
    int rc = json_parse(&doc, path, result->output.str, result->output.len, err);

    free(path);
    if (rc != 0)
        return -1;
    rc = read_answer(&doc, backend, err);
    json_free(&doc);
    return rc;
}

/* Asking ------------------------------------------------------------------- */

/* Fills the backend from its executable's answer. What is wrong with it is the
 * row's own news, so there is no failure here, only `why_not`. */
static void describe(struct catalog_backend *backend)
{
    char *argv[] = {backend->executable, "--describe", NULL};
    struct process_request request = {.argv = argv, .time_limit = describe_seconds,
                                      .output_limit = DESCRIBE_MAX_BYTES};
    struct process_result result;
    struct error err = ERROR_INIT;

    backend->asked = true;
    if (process_run(&request, &result, &err) != 0) {
        backend->why_not = xstrdup(err.text);
    } else if (!result.started || result.timed_out || result.signal != 0 || result.exit_status != 0) {
        char *what = process_describe(&result);
        backend->why_not = text_format("%s%s does not answer --describe (%s): build it again",
                                       prefix, backend->name, what);
        free(what);
    } else if (parse_answer(&result, backend, &err) != 0) {
        backend->why_not = xstrdup(err.text);
        free_workloads(backend);
    }
    process_result_free(&result);
    if (backend->parallel == NULL)
        backend->parallel = xstrdup("");
}

static struct catalog_backend *add_backend(struct catalog *catalog, const char *name,
                                           size_t *capacity)
{
    array_grow(&catalog->backends, catalog->backend_count, capacity, sizeof *catalog->backends);
    struct catalog_backend *backend = &catalog->backends[catalog->backend_count++];
    *backend = (struct catalog_backend){.name = xstrdup(name)};
    return backend;
}

static bool is_executable(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* -1 with errno where the folder cannot be read. */
static int find_in_folder(struct catalog *catalog, const char *name, bool language,
                          size_t *capacity)
{
    DIR *folder = opendir(name);

    if (folder == NULL)
        return -1;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        const char *backend = entry->d_name + sizeof prefix - 1;
        if (strncmp(entry->d_name, prefix, sizeof prefix - 1) != 0 ||
            !study_name_is_valid(backend) || catalog_find(catalog, backend) != NULL)
            continue;
        char *path = path_join(name, entry->d_name);
        if (is_executable(path)) {
            struct catalog_backend *added = add_backend(catalog, backend, capacity);
            added->executable = path;
            added->language = language;
        } else {
            free(path);
        }
    }
    closedir(folder);
    return 0;
}

static int find_executables(struct catalog *catalog, const char *other, size_t *capacity,
                            struct error *err)
{
    if (find_in_folder(catalog, catalog->folder, false, capacity) != 0)
        return error_set(err, "%s: the folder of the backends cannot be read (%s); install scalestudy "
                              "as a whole, or name the folder in SCALESTUDY_LIBEXEC",
                         catalog->folder, strerror(errno));
    find_in_folder(catalog, other, true, capacity); /* a build may have none */
    return 0;
}

/* A line "name<TAB>sentence" for each backend that the build left out. Other
 * lines are passed over: the file only explains. */
static void add_not_built(struct catalog *catalog, char *text, bool language, size_t *capacity)
{
    char *rest = text;

    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        char *tab = strchr(line, '\t');
        if (tab == NULL)
            continue;
        *tab = '\0';
        if (!study_name_is_valid(line) || catalog_find(catalog, line) != NULL)
            continue;
        struct catalog_backend *backend = add_backend(catalog, line, capacity);
        backend->asked = true;
        backend->language = language;
        backend->parallel = xstrdup("");
        backend->why_not = xstrdup(tab[1] != '\0' ? tab + 1 : "it was not built");
    }
}

static int read_not_built(struct catalog *catalog, const char *folder, bool language,
                          size_t *capacity, struct error *err)
{
    char *path = path_join(folder, not_built);
    struct strbuf text = STRBUF_INIT;
    int rc = file_exists(path) ? file_read(path, NOT_BUILT_MAX_BYTES, &text, err) : 0;

    if (rc == 0)
        add_not_built(catalog, text.str, language, capacity);
    strbuf_free(&text);
    free(path);
    return rc;
}

static void require_mpirun(struct catalog *catalog)
{
    char *mpirun = process_find("mpirun");

    for (size_t i = 0; i < catalog->backend_count && mpirun == NULL; i++) {
        struct catalog_backend *backend = &catalog->backends[i];
        size_t kind = kind_index(backend->parallel);
        if (backend->why_not == NULL && kind < KIND_COUNT && kinds[kind].needs_mpirun)
            backend->why_not =
                xstrdup("mpirun was not found: install openmpi-bin (Fedora: openmpi), or load an MPI module");
    }
    free(mpirun);
}

void catalog_require_tools(struct catalog *catalog)
{
    for (size_t i = 0; i < catalog->backend_count; i++) {
        struct catalog_backend *backend = &catalog->backends[i];
        if (backend->why_not == NULL && backend->needs != NULL)
            backend->why_not = text_format("it needs %s", backend->needs);
    }
    require_mpirun(catalog);
}

static int by_language_kind_and_name(const void *a, const void *b)
{
    const struct catalog_backend *x = a, *y = b;
    size_t kind_x = kind_index(x->parallel), kind_y = kind_index(y->parallel);

    if (x->language != y->language)
        return x->language ? 1 : -1;
    if (kind_x != kind_y)
        return kind_x < kind_y ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void sort_rows(struct catalog *catalog)
{
    if (catalog->backend_count > 0)
        qsort(catalog->backends, catalog->backend_count, sizeof *catalog->backends,
              by_language_kind_and_name);
}

void catalog_ask(struct catalog *catalog, const char *name)
{
    for (size_t i = 0; i < catalog->backend_count; i++) {
        struct catalog_backend *backend = &catalog->backends[i];
        if (backend->asked || (name != NULL && strcmp(backend->name, name) != 0))
            continue;
        free(backend->parallel);
        backend->parallel = NULL;
        describe(backend);
    }
    sort_rows(catalog);
}

/* The folder, or NULL; the caller frees it. */
static char *find_folder(struct error *err)
{
    const char *given = getenv("SCALESTUDY_LIBEXEC");

    if (given != NULL && *given != '\0')
        return xstrdup(given);
    char *program = own_path(err);
    if (program == NULL)
        return NULL;
    for (int up = 0; up < 2; up++) { /* /usr/bin/scalestudy: two names back is /usr */
        char *slash = strrchr(program, '/');
        if (slash != NULL)
            *slash = '\0';
    }
    char *folder = text_format("%s/libexec/scalestudy", program);
    free(program);
    return folder;
}

/* `other`: the folder of other languages. */
static int load_rows(struct catalog *catalog, const char *other, struct error *err)
{
    size_t capacity = 0;

    if (find_executables(catalog, other, &capacity, err) != 0)
        return -1;
    for (size_t i = 0; i < catalog->backend_count; i++) {
        struct catalog_backend *backend = &catalog->backends[i];
        if (backend->language)
            backend->parallel = xstrdup("");
        else
            describe(backend);
    }
    if (read_not_built(catalog, catalog->folder, false, &capacity, err) != 0 ||
        read_not_built(catalog, other, true, &capacity, err) != 0)
        return -1;
    sort_rows(catalog);
    return 0;
}

int catalog_load(struct catalog *catalog, struct error *err)
{
    struct catalog loaded = {.folder = find_folder(err)};

    if (loaded.folder == NULL)
        return -1;
    char *other = path_join(loaded.folder, languages);
    int rc = load_rows(&loaded, other, err);
    free(other);
    if (rc != 0) {
        catalog_free(&loaded);
        return -1;
    }
    *catalog = loaded;
    return 0;
}

void catalog_free(struct catalog *catalog)
{
    for (size_t i = 0; i < catalog->backend_count; i++) {
        struct catalog_backend *backend = &catalog->backends[i];
        free_workloads(backend);
        free(backend->name);
        free(backend->executable);
        free(backend->parallel);
        free(backend->needs);
        free(backend->why_not);
    }
    free(catalog->backends);
    free(catalog->folder);
    *catalog = (struct catalog){.backends = NULL};
}

const struct catalog_backend *catalog_find(const struct catalog *catalog, const char *name)
{
    for (size_t i = 0; i < catalog->backend_count; i++)
        if (strcmp(catalog->backends[i].name, name) == 0)
            return &catalog->backends[i];
    return NULL;
}

const struct catalog_workload *catalog_workload(const struct catalog_backend *backend,
                                                const char *kernel)
{
    for (size_t i = 0; i < backend->workload_count; i++)
        if (strcmp(backend->workloads[i].name, kernel) == 0)
            return &backend->workloads[i];
    return NULL;
}

const struct catalog_missing *catalog_missing(const struct catalog_backend *backend,
                                              const char *kernel)
{
    for (size_t i = 0; i < backend->missing_count; i++)
        if (strcmp(backend->missing[i].name, kernel) == 0)
            return &backend->missing[i];
    return NULL;
}

const struct catalog_option *catalog_option(const struct catalog_workload *workload,
                                            const char *name)
{
    for (size_t i = 0; i < workload->option_count; i++)
        if (strcmp(workload->options[i].name, name) == 0)
            return &workload->options[i];
    return NULL;
}

/* Work and size ------------------------------------------------------------ */

double work_of_size(const char *work, double size)
{
    const struct growth *growth = find_growth(work);

    return growth != NULL ? pow(size, growth->power) : size;
}

double size_for_work(const char *work, double size, double factor)
{
    const struct growth *growth = find_growth(work);
    double power = growth != NULL ? growth->power : 1;
    /* sqrt and cbrt are exact where pow() with 1/3 is not: 8 times the work of 100 is 200. */
    double root = power == 2 ? sqrt(factor) : power == 3 ? cbrt(factor) : factor;
    double whole = round(size * root);

    return whole >= 1 ? whole : 1;
}
