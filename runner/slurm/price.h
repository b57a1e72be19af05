/*
 * What a plan can cost, in core-hours as the cluster charges them: the cores
 * that a task is charged for, through its whole time limit. Slurm charges the
 * time that is used, so this is the most it can be.
 */
#ifndef SCALESTUDY_PRICE_H
#define SCALESTUDY_PRICE_H

#include <stdint.h>

#include "planfile.h"
#include "strbuf.h"
#include "tasks.h"

/* Core-hours of so many of the array's tasks. */
double price_of_array(const struct plan *plan, const struct task_array *array, int64_t tasks);

/* Of all arrays; 0 for a plan on this machine. */
double price_of_plan(const struct plan *plan);

/* Core-hours, rounded up: "0.1", "12.6", "253", "12 600". */
void price_add_hours(struct strbuf *out, double core_hours);

/* All arrays as a table, the total, and a sentence on how the cluster charges. */
void price_add_table(struct strbuf *out, const struct plan *plan);

#endif
