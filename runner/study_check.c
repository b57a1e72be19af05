#include "study_check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "study_text.h"

enum { FIRST_WAVE = 6 }; /* the fewest blocks for which a median has a 95 % interval */

/* --- a backend ------------------------------------------------------------- */

/* Keys that tell how to treat a program, which built-in backends know. */
static const struct {
    const char *key, *reason;
} of_commands[] = {
    {"parallel", "a built-in backend knows how it is parallel"},
    {"seconds", "a kernel reports its time"},
    {"value", "a kernel reports its answer"},
};

static int refuse_options(const struct study_node *node, const char *what)
{
    struct study_node member;
    study_node_member(node, "options", &member);
    return study_node_error(&member, "\"options\" are those of a kernel, and %s; write them into the "
                                     "\"command\"",
                            what);
}

static int name_backend(const struct study_node *node, struct study_backend *backend)
{
    struct study_node member;
    if (backend->name == NULL && backend->backend != NULL)
        backend->name = xstrdup(backend->backend);
    if (backend->name == NULL)
        return study_node_error(node, backend->command != NULL
                                          ? "a backend with a \"command\" needs a \"name\""
                                          : "a backend needs a \"name\"");
    if (backend->command == NULL && backend->backend == NULL)
        backend->backend = xstrdup(backend->name);
    if (backend->command != NULL && backend->backend != NULL &&
        study_node_member(node, "backend", &member))
        return study_node_error(&member,
                                "backend \"%s\" has both \"command\" and \"backend\"; keep "
                                "the one that is to run",
                                backend->name);
    return 0;
}

static int check_builtin(const struct study_node *node, const struct study_backend *backend)
{
    struct study_node member;
    for (size_t i = 0; i < sizeof of_commands / sizeof *of_commands; i++)
        if (study_node_member(node, of_commands[i].key, &member))
            return study_node_error(&member,
                                    "backend \"%s\" has no \"command\", so \"%s\" is not "
                                    "for it: %s",
                                    backend->name, of_commands[i].key, of_commands[i].reason);
    return 0;
}

/* `scalestudy` starts the ranks itself: a launcher in the command would start
 * them once more, or where no "parallel" tells, unknown to it. */
static int check_launcher(const struct study_node *node, const struct study_backend *backend)
{
    struct study_node member;
    const char *launcher = study_launcher(backend->command[0]);
    const char *parallel = backend->parallel;
    bool ranks =
        parallel != NULL && (strcmp(parallel, "ranks") == 0 || strcmp(parallel, "hybrid") == 0);
    study_node_member(node, "command", &member);
    if (launcher != NULL && ranks)
        return study_node_error(&member,
                                "\"command\" begins with %s, but ranks are started by the "
                                "cluster's own launcher; leave %s and its options out",
                                launcher, launcher);
    if (launcher != NULL && parallel == NULL)
        return study_node_error(&member,
                                "\"command\" begins with %s; leave it and its options out "
                                "and say \"parallel\": \"ranks\"",
                                launcher);
    if (parallel == NULL && study_command_uses(backend->command, "ranks"))
        return study_node_error(&member, "\"command\" uses {ranks}, but there is one process; say "
                                         "\"parallel\": \"ranks\" or \"hybrid\", or write {cores}");
    return 0;
}

static int check_program(const struct study_node *node, struct study_backend *backend)
{
    struct study_node member;
    if (backend->options.count > 0)
        return refuse_options(node, "this backend has a command of its own");
    if (check_launcher(node, backend) != 0)
        return -1;
    if (backend->parallel == NULL)
        backend->parallel = xstrdup("threads");
    if (backend->threads_per_rank != 0 && strcmp(backend->parallel, "hybrid") != 0 &&
        study_node_member(node, "threads_per_rank", &member))
        return study_node_error(&member,
                                "\"threads_per_rank\" is for \"parallel\": \"hybrid\", "
                                "but backend \"%s\" is \"%s\"",
                                backend->name, backend->parallel);
    if (backend->has_expect && backend->value == NULL) {
        study_node_member(node, "expect", &member);
        return study_node_error(&member, "\"expect\" needs \"value\", the regular expression that "
                                         "finds the answer in the output");
    }
    return 0;
}

int study_finish_backend(const struct study_node *node, struct study_backend *backend)
{
    if (name_backend(node, backend) != 0)
        return -1;
    return backend->command == NULL ? check_builtin(node, backend) : check_program(node, backend);
}

/* --- the study ------------------------------------------------------------- */

static int check_kernel(const struct study_node *root, const struct study *study)
{
    struct study_node member;
    if (study->kernel_count > 0)
        return 0;
    if (study->options.count > 0)
        return refuse_options(root, "the study names no kernel");
    if (study->backends_auto && study_node_member(root, "backends", &member))
        return study_node_error(&member, "\"%s\" takes all built-in backends, and the study "
                                         "names no kernel for them; add \"kernel\": "
                                         "\"integration2d\" or another",
                                study->backends_all ? "all" : "auto");
    for (size_t i = 0; i < study->backend_count; i++)
        if (study->backends[i].command == NULL)
            return error_set(root->input->err,
                             "%s: backend \"%s\" has no command, and the study names no kernel: "
                             "add \"kernel\": \"integration2d\" or another, or give the backend a "
                             "\"command\"",
                             study->backends[i].place.text, study->backends[i].name);
    return 0;
}

/* One kernel's own sizes are the study's, programs included. */
static int check_kernels(const struct study_node *root, struct study *study)
{
    if (study->kernel_count == 1 && study->kernels[0].sizes.given) {
        free(study->sizes.list);
        free(study->sizes.places);
        study->sizes = study->kernels[0].sizes;
        study->kernels[0].sizes = (struct study_sizes){0};
    }
    if (study->kernel_count < 2)
        return 0;
    for (size_t i = 0; i < study->backend_count; i++)
        if (study->backends[i].command != NULL)
            return error_set(root->input->err,
                             "%s: the study has several kernels, and the command of backend \"%s\" is "
                             "none of them; give it a study of its own",
                             study->backends[i].place.text, study->backends[i].name);
    size_t own = 0;
    for (size_t i = 0; i < study->kernel_count; i++)
        own += study->kernels[i].sizes.given;
    if (study->sizes.given && own == study->kernel_count)
        return error_set(root->input->err,
                         "%s: \"size\" is for kernels without one of their own, and each has one; "
                         "change that, as by --set kernel.%s.size=…",
                         study->sizes.place.text, study->kernels[0].name);
    bool automatic = study->sizes.automatic;
    const char *place = study->sizes.place.text;
    for (size_t i = 0; i < study->kernel_count && !automatic; i++) {
        automatic = study->kernels[i].sizes.automatic;
        place = study->kernels[i].sizes.place.text;
    }
    if (automatic)
        return error_set(root->input->err,
                         "%s: \"auto\" finds a size for one kernel, and the study has several; give "
                         "each a \"size\", or leave it out for the kernel's own",
                         place);
    return 0;
}

/* A program that does not take {size} does the same for each. */
static int check_size(const struct study_node *root, const struct study *study)
{
    const char *reason = strcmp(study->scaling, "weak") == 0 ? "\"scaling\" is \"weak\""
                         : study->sizes.automatic            ? "\"size\" is \"auto\""
                         : study->sizes.count > 1            ? "\"size\" has several values"
                                                             : NULL;
    for (size_t i = 0; i < study->backend_count; i++) {
        const struct study_backend *backend = &study->backends[i];
        if (backend->command == NULL)
            continue;
        bool takes_size = study_command_uses(backend->command, "size");
        if (reason != NULL && !takes_size)
            return error_set(root->input->err,
                             "%s: %s, but the command of backend \"%s\" has no {size}, so it would "
                             "always do the same work",
                             backend->place.text, reason, backend->name);
        if (takes_size && !study->sizes.given && study->kernel_count == 0)
            return error_set(root->input->err,
                             "%s: the command of backend \"%s\" has {size}, and the study gives no "
                             "\"size\"",
                             backend->place.text, backend->name);
    }
    return 0;
}

static bool has_program(const struct study *study)
{
    for (size_t i = 0; i < study->backend_count; i++)
        if (study->backends[i].command != NULL)
            return true;
    return false;
}

static int check_work(const struct study_node *root, const struct study *study)
{
    struct study_node member;
    if (study->work != NULL && !has_program(study) && study_node_member(root, "work", &member))
        return study_node_error(&member, "\"work\" is for programs, and all backends run the "
                                         "kernel, which knows how its work grows");
    return 0;
}

static int check_timing(const struct study_node *root, const struct study *study)
{
    struct study_node member;
    if (study->timing == NULL || strcmp(study->timing, "kernel") != 0)
        return 0;
    for (size_t i = 0; i < study->backend_count; i++)
        if (study->backends[i].command != NULL && study->backends[i].seconds == NULL &&
            study_node_member(root, "timing", &member))
            return study_node_error(&member,
                                    "\"timing\" is \"kernel\", but backend \"%s\" does "
                                    "not say how to find its time; give it \"seconds\", "
                                    "or take \"total\"",
                                    study->backends[i].name);
    return 0;
}

static int check_blocks(const struct study_node *root, struct study *study)
{
    static const char *const adaptive[] = {"max_blocks", "budget_core_hours"};
    struct study_node member;
    for (size_t i = 0; i < 2 && isnan(study->precision); i++)
        if (study_node_member(root, adaptive[i], &member))
            return study_node_error(&member,
                                    "\"%s\" needs \"precision\", without which the number "
                                    "of blocks is fixed",
                                    adaptive[i]);
    if (isnan(study->precision))
        return 0;
    if (!study_node_member(root, "blocks", &member))
        study->blocks = FIRST_WAVE;
    if (study->blocks < FIRST_WAVE)
        return study_node_error(&member,
                                "\"blocks\" must be %d or more where \"precision\" is "
                                "given, got %lld; with fewer there is no interval",
                                FIRST_WAVE, (long long)study->blocks);
    if (study->blocks > study->max_blocks)
        return study_node_error(&member, "\"blocks\" is %lld, but \"max_blocks\" is %lld",
                                (long long)study->blocks, (long long)study->max_blocks);
    return 0;
}

static int64_t most_cores(const struct study_cores_list *cores)
{
    int64_t most = 0;
    for (size_t i = 0; i < cores->count; i++)
        if (cores->list[i].node_parts == 0 && cores->list[i].count > most)
            most = cores->list[i].count;
    return most;
}

/* The largest count that the study is known to ask for; "auto" and parts of a
 * node are not known here. */
static int64_t most_cores_asked(const struct study *study)
{
    int64_t most = study->backends_auto ? most_cores(&study->cores) : 0;
    for (size_t i = 0; i < study->backend_count; i++) {
        const struct study_backend *backend = &study->backends[i];
        bool serial = backend->parallel != NULL && strcmp(backend->parallel, "serial") == 0;
        int64_t own =
            serial ? 1 : most_cores(backend->cores.given ? &backend->cores : &study->cores);
        most = own > most ? own : most;
    }
    return most;
}

static int check_request(const struct study_node *root, const struct study *study)
{
    struct study_node member;
    if (!study_node_member(root, "request_cores", &member))
        return 0;
    if (study->layout != NULL && strcmp(study->layout, "packed") == 0)
        return study_node_error(&member, "\"request_cores\" does not go with \"layout\": "
                                         "\"packed\", which asks for whole nodes");
    int64_t most = most_cores_asked(study);
    if (study->request_cores != 0 && study->request_cores < most)
        return study_node_error(&member,
                                "\"request_cores\" is %lld, but %lld cores are to be used; "
                                "ask for %lld or more, or for \"+1\", one more than each",
                                (long long)study->request_cores, (long long)most, (long long)most);
    return 0;
}

int study_finish(const struct study_node *root, struct study *study)
{
    if (check_kernel(root, study) != 0 || check_kernels(root, study) != 0 || check_size(root, study) != 0 ||
        check_work(root, study) != 0 || check_timing(root, study) != 0 ||
        check_blocks(root, study) != 0)
        return -1;
    return check_request(root, study);
}
