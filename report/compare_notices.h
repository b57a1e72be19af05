/*
 * What a reader of a comparison must be told beside it.
 */
#ifndef SCALESTUDY_COMPARE_NOTICES_H
#define SCALESTUDY_COMPARE_NOTICES_H

#include "compare.h"
#include "strbuf.h"

enum notice {
    NOTICE_MIXED_CPU,
    NOTICE_DIFFERENT_TIMING,
    NOTICE_DIFFERENT_ANSWER,
    NOTICE_DIFFERENT_STUDY,
    NOTICE_SAME_DATA,
    NOTICE_OVERSUBSCRIBED,
    NOTICE_WARNED,
    NOTICE_NO_UNCERTAINTY,
    NOTICE_TOO_FEW_FOR_ALL
};

/* Takes the text over and empties it; `remedy` lives as long as the comparison. */
void compare_add_notice(struct compare *compare, enum notice code, struct strbuf *text,
                        const char *remedy);

/* When all ratios are there: few blocks, shared cores, what its own report doubts of each. */
void compare_notice_conditions(struct compare *compare);

#endif
