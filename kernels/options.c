#include "options.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t options_whole(const char *name, const char *text, int64_t minimum, int64_t maximum,
                      char *error, size_t size)
{
    int64_t number = 0;
    const char *place = text;

    for (; *place >= '0' && *place <= '9' && number <= maximum; place++)
        number = number * 10 + (*place - '0'); /* maxima are far below the type's */
    if (place != text && *place == '\0' && number >= minimum && number <= maximum)
        return number;
    snprintf(error, size, "%s wants a whole number from %" PRId64 " to %" PRId64 ", not \"%.40s\"",
             name, minimum, maximum, text);
    return -1;
}

static bool allows(const struct kernel_option *option, double number)
{
    double steps = option->step > 0 ? (number - option->minimum) / option->step : 0;

    return isfinite(number) && number >= option->minimum && number <= option->maximum &&
           steps == floor(steps);
}

static void say_wanted(const struct kernel_option *option, const char *text, char *error,
                       size_t size)
{
    bool whole = option->step > 0, two = option->minimum + option->step == option->maximum;
    int digits = whole ? 15 : 6;

    snprintf(error, size, "%s wants %s%.*g %s %.*g, not \"%.40s\"", option->name,
             !whole ? "a number from "
             : two  ? ""
                    : "a whole number from ",
             digits, option->minimum, whole && two ? "or" : "to", digits, option->maximum, text);
}

/* A number as people write it: 0.05, -1e3. No hexadecimal, no infinity. */
static int real_number(const struct kernel_option *option, const char *text, double *out,
                       char *error, size_t size)
{
    char *end = NULL;

    if (text[0] != '\0' && text[strspn(text, "0123456789+-.eE")] == '\0') {
        double number = strtod(text, &end);
        if (*end == '\0' && allows(option, number)) {
            *out = number;
            return 0;
        }
    }
    say_wanted(option, text, error, size);
    return -1;
}

static int fail(struct options *options, const char *before, const char *what, const char *after)
{
    snprintf(options->error, sizeof options->error, "%s%.60s%s", before, what, after);
    return -1;
}

/* The names of all workloads that are no secret, for sentences. */
static const char *kernel_names(char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; kernels[i] != NULL && used < size; i++)
        if (!kernels[i]->hidden)
            used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "",
                                     kernels[i]->name);
    return text;
}

static int take_kernel(struct options *options, const char *name)
{
    char names[200];

    options->kernel = kernel_find(name);
    if (options->kernel == NULL) {
        snprintf(options->error, sizeof options->error, "no workload \"%.40s\"; there are %s", name,
                 kernel_names(names, sizeof names));
        return -1;
    }
    options->arguments.size = options->kernel->default_size;
    const struct kernel_option *list = options->kernel->options;
    for (int i = 0; list != NULL && list[i].name != NULL; i++)
        options->arguments.options[i] = list[i].preset;
    return 0;
}

/* An option that has a value; `value` is NULL where the command line ends. */
static int take_option(struct options *options, const struct backend *with, const char *name,
                       const char *value)
{
    char *error = options->error;
    size_t room = sizeof options->error;
    int64_t number = 0;
    bool known = true;

    if (value == NULL)
        value = "";
    if (strcmp(name, "--size") == 0) {
        number = options_whole(name, value, 1, options->kernel->maximum_size, error, room);
        options->arguments.size = number;
    } else if (strcmp(name, "--workers") == 0) {
        number = options_whole(name, value, 1, WORKERS_MAX, error, room);
        options->request.workers = (int)number;
    } else if (strcmp(name, "--threads") == 0 && with->takes_threads) {
        number = options_whole(name, value, 1, WORKERS_MAX, error, room);
        options->request.threads = (int)number;
    } else if (strcmp(name, "--bind") == 0) {
        options->request.bind = strcmp(value, "cores") == 0;
        if (!options->request.bind && strcmp(value, "none") != 0)
            return fail(options, "--bind wants \"cores\" or \"none\", not \"", value, "\"");
    } else {
        known = false;
    }
    if (known)
        return number < 0 ? -1 : 0;

    const struct kernel_option *list = options->kernel->options;
    for (int i = 0; list != NULL && list[i].name != NULL; i++)
        if (strcmp(list[i].name, name) == 0)
            return real_number(&list[i], value, &options->arguments.options[i], error, room);
    return fail(options, "unknown option \"", name, "\"; --help lists them");
}

/* Modes count wherever they stand, so that --help helps with a line that is otherwise wrong. */
static bool find_mode(struct options *options, int argc, char *const argv[])
{
    static const struct {
        const char *name;
        enum options_mode mode;
    } modes[] = {
        {"--help", OPTIONS_HELP}, {"--describe", OPTIONS_DESCRIBE}, {"--version", OPTIONS_VERSION}};

    for (int i = 1; i < argc; i++)
        for (size_t k = 0; k < sizeof modes / sizeof *modes; k++)
            if (strcmp(argv[i], modes[k].name) == 0) {
                options->mode = modes[k].mode;
                return true;
            }
    return false;
}

int options_parse(struct options *options, const struct backend *with, int argc, char *const argv[])
{
    char names[200];

    memset(options, 0, sizeof *options);
    options->request.bind = true;
    if (find_mode(options, argc, argv))
        return 0;
    if (argc < 2 || argv[1][0] == '-') {
        snprintf(options->error, sizeof options->error, "name a workload first: %s",
                 kernel_names(names, sizeof names));
        return -1;
    }
    if (take_kernel(options, argv[1]) != 0)
        return -1;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--test-wrong") == 0) {
            options->arguments.test_wrong = true;
            continue;
        }
        if (argv[i][0] != '-')
            return fail(options, "\"", argv[i],
                        "\" is not an option; one workload is run at a time");
        if (take_option(options, with, argv[i], i + 1 < argc ? argv[i + 1] : NULL) != 0)
            return -1;
        i++;
    }
    return 0;
}
