/*
 * What there is to say of each kind of figure, whatever the numbers are: its
 * formula, why one looks at it, and where it comes from. For --explain;
 * page_explain.h puts the numbers in.
 */
#ifndef SCALESTUDY_EXPLAIN_H
#define SCALESTUDY_EXPLAIN_H

/* In the order of the page. */
enum explained {
    EXPLAINED_MEDIAN,
    EXPLAINED_MEDIAN_INTERVAL,
    EXPLAINED_SPREAD,
    EXPLAINED_TOO_SMALL,

    EXPLAINED_SPEEDUP,
    EXPLAINED_SCALED_SPEEDUP,
    EXPLAINED_SPEEDUP_INTERVAL,
    EXPLAINED_PAIRED,
    EXPLAINED_EFFICIENCY,
    EXPLAINED_EFFICIENCY_LIMIT,
    EXPLAINED_KARP_FLATT,
    EXPLAINED_GUSTAFSON,

    EXPLAINED_TO_FASTEST,
    EXPLAINED_FAST_ENOUGH,
    EXPLAINED_EFFICIENT,
    EXPLAINED_KNEE,
    EXPLAINED_CHEAPEST,
    EXPLAINED_CHOICE,
    EXPLAINED_REDRAWN,
    EXPLAINED_DOUBLING,

    EXPLAINED_CLAIM,
    EXPLAINED_HODGES_LEHMANN,

    EXPLAINED_CURVE,
    EXPLAINED_MODEL_CHOICE,
    EXPLAINED_LEFT_OUT,
    EXPLAINED_LACK_OF_FIT,
    EXPLAINED_BANDS,
    EXPLAINED_PEAK,
    EXPLAINED_THROUGHPUT,

    EXPLAINED_SIZES,

    EXPLAINED_COST,
    EXPLAINED_CPU,
    EXPLAINED_OTHERS,
    EXPLAINED_MEMORY,

    EXPLAINED_RATIO,
    EXPLAINED_RATIO_INTERVAL,
    EXPLAINED_TOGETHER,
    EXPLAINED_SAME_PRICE,
    EXPLAINED_RANKING,
    EXPLAINED_COUNT
};

struct explanation {
    const char *name, *formula;
    const char *why;
    const char *section; /* of docs/method.md */
    const char *source;  /* in the literature; "" it is no one's in particular */
};

const struct explanation *explanation_of(enum explained which);

#endif
