/*
 * What a run prints: lines for people, then one for the runner.
 */
#ifndef SCALESTUDY_RECORD_H
#define SCALESTUDY_RECORD_H

#include "kernel.h"

#include <stdio.h>

/* What every worker tells about itself. */
struct record_worker {
    char binding[960]; /* CPU mask in Linux list form, read after binding */
    char host[64];
};

struct record {
    const struct kernel *kernel;
    const struct kernel_result *result;
    double seconds;
    int64_t size;
    int workers, ranks, nodes;
    const struct record_worker *about; /* of each worker */
};

void record_print(const struct record *record, FILE *out);

/* The shortest text that reads back as the same double; null where JSON has no number for it. */
void record_double(double number, char text[32]);

#endif
