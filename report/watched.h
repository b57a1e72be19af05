/*
 * others.csv, joined to the rows of results.csv: what others did on the cores
 * of each run.
 */
#ifndef SCALESTUDY_WATCHED_H
#define SCALESTUDY_WATCHED_H

#include "observations.h"

/* -1 as othersfile_read(). Rows of runs that are not in the table are passed over. */
int watched_read(struct observations *observations, const char *path, struct error *err);

#endif
