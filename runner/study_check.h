/*
 * What does not go together, though each value is right by itself.
 */
#ifndef SCALESTUDY_STUDY_CHECK_H
#define SCALESTUDY_STUDY_CHECK_H

#include "study_input.h"

/* Fills in what a backend's members say without words (name, backend,
 * parallel) and refuses what contradicts itself. `node` is its entry. */
int study_finish_backend(const struct study_node *node, struct study_backend *backend);

/* The same for the study, when all is read. */
int study_finish(const struct study_node *root, struct study *study);

#endif
