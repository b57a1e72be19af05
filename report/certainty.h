/*
 * How sure the recommendations are: the whole rule, from the choice of the base
 * to that among backends, on studies drawn anew (redraw.h). docs/method.md,
 * "Which core count".
 */
#ifndef SCALESTUDY_CERTAINTY_H
#define SCALESTUDY_CERTAINTY_H

#include "answers.h"
#include "context.h"

enum { CERTAINTY_STUDIES = 2000 };

struct certainty;

/* Borrows the context, whose series' optima must be there. */
struct certainty *certainty_new(struct context *context);
void certainty_free(struct certainty *certainty);

/* Fills the choices of the rivals' optima and of their answer. */
void certainty_find(struct certainty *certainty, const struct rivals *rivals,
                    struct answer *answer);

#endif
