/*
 * What the tables beside results.csv begin their rows with, so that each can be
 * read on its own.
 */
#ifndef SCALESTUDY_RUN_KEY_H
#define SCALESTUDY_RUN_KEY_H

#include "results.h"
#include "strbuf.h"

#define RUN_KEY_HEADER "order,cluster,kernel,backend,size,cores,block,run,warmup,status"
enum { RUN_KEY_COLUMNS = 10 };

/* The fields, without a line end. */
void run_key_add(struct strbuf *sb, const struct run *run);

#endif
