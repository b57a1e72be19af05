/*
 * Others' work on the cores of the runs while these ran, as far as the machines
 * tell of it (machines.h): it makes times longer, and those on many cores most.
 */
#ifndef SCALESTUDY_DISTURBED_H
#define SCALESTUDY_DISTURBED_H

#include <stdbool.h>

#include "machines.h"

/* docs/method.md, "Traps" */
#define DISTURBED_WORTH_SAYING 0.05
#define DISTURBED_TOO_MUCH 0.25

/* The part of their time for which the cores worked for others, or were given away by the
 * hypervisor, in all runs on all hosts together; NAN where too little was looked at to tell. */
double disturbed_share(const struct machines *machines);

/* The last part alone. */
double disturbed_stolen(const struct machines *machines);

/* Times are then no property of the program. */
bool disturbed_too_much(const struct machines *machines);

#endif
