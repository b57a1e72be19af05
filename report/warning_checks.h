/*
 * The checks behind the table in warnings.c. Each looks at the whole analysis
 * and adds what it finds.
 */
#ifndef SCALESTUDY_WARNING_CHECKS_H
#define SCALESTUDY_WARNING_CHECKS_H

#include "context.h"
#include "number.h"
#include "strbuf.h"

struct warner {
    struct context *c;
    const char *code; /* of the check that runs */
    size_t capacity;  /* of the analysis' list, while it grows */
    size_t evidence;  /* where in the text being written the evidence begins; 0: not marked */
    const char *many; /* of the warning being written: see warning_many(); NULL */
    double weight;
    bool *ordered;    /* per series: check_drift() has said that order matters in it */
};

/* Takes the text out of `text`, which is empty again. `series` -1: the whole
 * study; `cores` 0: more than one count. */
void warning_add(struct warner *warner, int series, int64_t cores, struct strbuf *text,
                 const char *remedy);

/* What is written from here on, but for its full stop, is the warning's evidence. */
void warning_evidence(struct warner *warner, const struct strbuf *text);

/* How the cause is told where several backends have it: "%s left cores idle", in which "3 backends"
 * is put in. The warning of most `weight` is told first. */
void warning_many(struct warner *warner, const char *many, double weight);

/* Points that a check hit in one series. */
struct hits {
    int64_t *cores; /* of each */
    size_t *points; /* its index */
    size_t count;
    size_t worst;   /* index of a point, as the check sees it */
    double badness; /* the worst's */
};
struct hits hits_begin(const struct warner *warner, const struct series *series);
void hits_add(struct hits *hits, const struct series *series, size_t point);

/* A cause that points may have: "openmp left cores idle on 4 and 8 cores: it used …". */
struct finding {
    /* How bad it is at a point; NAN: not at all. `with` is what the check knows beyond it. */
    double (*badness)(const struct context *context, struct place at, const void *with);
    const char *before; /* the name; NULL: nothing */
    const char *is;     /* between name and counts: "left cores idle" */
    const char *effect; /* behind the counts, where it is always the same; NULL: nothing */
    void (*evidence)(struct strbuf *text, const struct context *context, size_t series,
                     const struct hits *hits, const void *with); /* NULL: none beyond the counts */
    const char *many;   /* as of warning_many() */
    const char *remedy;
};

/* A warning where points of the series have it; of all series. */
void finding_look(struct warner *warner, const struct finding *finding, size_t series,
                  const void *with);
void finding_look_everywhere(struct warner *warner, const struct finding *finding);

/* What one run says of something; NAN nothing. */
typedef double run_value_fn(const struct context *context, const struct observation *row);

/* The median of that over a point's ok runs; NAN where none says anything. */
double median_over_runs(const struct context *context, struct place at, run_value_fn *value_of);

/* warning_add() for the counts that were hit. */
void warning_add_hits(struct warner *warner, size_t series, const struct hits *hits,
                      struct strbuf *text, const char *remedy);

/* "openmp", with CPU type, kernel, size and cluster where the analysis has several; then with a
 * comma behind, as text goes on. */
void warning_name(struct strbuf *text, const struct context *context, size_t series);
/* ": " behind a name, which may end in a comma */
void warning_colon(struct strbuf *text);
/* "on 1 core" */
void warning_on(struct strbuf *text, int64_t cores);
/* "on 8 and 12 cores" */
void warning_cores(struct strbuf *text, const struct hits *hits);

/* warnings_rows.c: what the rows say */
void check_failed(struct warner *warner);
void check_missing(struct warner *warner);
void check_unbound(struct warner *warner);
void check_binding_known(struct warner *warner);
void check_cpu_types(struct warner *warner);
void check_answers_agree(struct warner *warner);
void check_outliers(struct warner *warner);
void check_time_reported(struct warner *warner);

/* warnings_table.c: what is odd in a table that others made */
void check_duplicates(struct warner *warner);
void check_repeats(struct warner *warner);
void check_one_count(struct warner *warner);

/* warnings_figures.c: what the figures say */
void check_oversubscribed(struct warner *warner);
void check_too_small(struct warner *warner);
void check_uncertainty(struct warner *warner);
void check_few_blocks(struct warner *warner);
void check_noise(struct warner *warner);
void check_superlinear(struct warner *warner);
void check_serial_run(struct warner *warner);
void check_idle_cores(struct warner *warner);
void check_memory(struct warner *warner);
void check_largest_count(struct warner *warner);

/* warnings_request.c: what was asked for and not needed */
void check_idle_request(struct warner *warner);
void check_memory_unused(struct warner *warner);

/* warnings_order.c: what the order of blocks says */
void check_drift(struct warner *warner);
void check_dependence(struct warner *warner); /* after check_drift() */

/* warnings_traps.c: what has often led to wrong conclusions */
void check_one_core(struct warner *warner);
void check_work_known(struct warner *warner);
void check_work_agrees(struct warner *warner);
void check_shared_cores(struct warner *warner);
void check_unsteady(struct warner *warner);
void check_picks(struct warner *warner);

/* warnings_machine.c: what the machine did, and the program's runtime on it */
void check_more_threads(struct warner *warner);
void check_border_step(struct warner *warner);
void check_clock(struct warner *warner);

/* warnings_others.c: who else was on the cores */
void check_others(struct warner *warner);

/* warnings_start.c: what a run takes beside its work */
void check_start_up(struct warner *warner);
void check_compile_time(struct warner *warner);

/* warnings_models.c: where no curve is laid through the points */
void check_model_refused(struct warner *warner);

/* warnings_modes.c: what a point's times look like */
void check_two_groups(struct warner *warner);

#endif
