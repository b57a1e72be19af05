/*
 * This machine as a place for runs.
 */
#ifndef SCALESTUDY_LOCAL_TARGET_H
#define SCALESTUDY_LOCAL_TARGET_H

#include <stdbool.h>

#include "plan.h"
#include "topology.h"

struct plan_target local_target(const struct topology *topology, bool oversubscribe);

#endif
