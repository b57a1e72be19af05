/*
 * The command line: scalestudy-openmp integration2d --size 10000 --workers 4
 */
#ifndef SCALESTUDY_OPTIONS_H
#define SCALESTUDY_OPTIONS_H

#include "backend.h"
#include "kernel.h"

#define WORKERS_MAX 65536

enum options_mode { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_DESCRIBE, OPTIONS_VERSION };

struct options {
    enum options_mode mode;
    const struct kernel *kernel;
    struct kernel_arguments arguments;
    struct team_request request;
    char error[300]; /* one sentence, with the remedy */
};

/* 0, or -1 with options->error. */
int options_parse(struct options *options, const struct backend *with, int argc,
                  char *const argv[]);

/*
 * A whole number, digits only, within the limits, or -1 with a sentence in
 * `error`. `name` is the option's.
 */
int64_t options_whole(const char *name, const char *text, int64_t minimum, int64_t maximum,
                      char *error, size_t size);

#endif
