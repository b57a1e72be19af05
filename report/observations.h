/*
 * The rows of results.csv as the analysis needs them: compact, a million fit
 * in 300 MiB, with each text stored once.
 */
#ifndef SCALESTUDY_OBSERVATIONS_H
#define SCALESTUDY_OBSERVATIONS_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "results.h"

struct observations; /* to be designed by whoever builds the analysis */

/* -1 with file:line:column where the table cannot be used. */
int observations_read(struct observations **out, const char *path,
                      const struct results_alias *aliases, struct error *err);
void observations_free(struct observations *observations);

#endif
