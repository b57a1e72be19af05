/*
 * Examples worked through with a report's own numbers, for page_explain.c: what
 * its parts share. Results are always those of the analysis; what is put in is
 * shown with more digits than what comes out, so that a pocket calculator gets
 * the same.
 */
#ifndef SCALESTUDY_EXPLAIN_WORK_H
#define SCALESTUDY_EXPLAIN_WORK_H

#include "analysis.h"
#include "explain.h"
#include "machines.h"
#include "page.h"
#include "planfile.h"

struct explaining {
    struct page *page;
    const struct analysis *analysis;
    const struct plan *plan; /* NULL: none */
    const struct machines *machines;
    struct page_block *block; /* of the figure that is being explained */
    size_t most;              /* facts in it */
    size_t law_told;          /* of medians of so many blocks, by an example before; 0 none */
    const struct point_summary *base_told; /* its times, likewise */
};

/* Up to this many times are listed one by one. */
enum { EXPLAIN_LISTED = 15 };

/* A number to put in (7 digits, no closing zeros) and one that comes out (5), in the page's pool. */
const char *explain_in(const struct explaining *e, double value);
const char *explain_out(const struct explaining *e, double value);
/* What comes out of a difference, which costs digits: with so many behind the point. */
const char *explain_fixed(const struct explaining *e, double value, int decimals);
/* "[1.29, 1.33]" */
const char *explain_interval(const struct explaining *e, struct interval interval);
/* "12 cores" */
const char *explain_cores(const struct explaining *e, int64_t cores);

/* "openmp, 8 cores, n = 5000": with what differs between the report's series; 0 cores: without. */
const char *explain_series_name(const struct explaining *e, const struct series *s, int64_t cores);

/* Whether what is about to be shown as an equation gives what the analysis has. */
bool explain_agrees(double shown, double analysed);

/* The point's block times, ascending, in the page's pool. */
const double *explain_sorted(const struct explaining *e, const struct point_summary *p);
/* "0.501, 0.502, 0.504" */
const char *explain_list(const struct explaining *e, const double *values, size_t count);

/* Adds to the figure's facts, with a full stop; nothing where the text is empty. Takes the text. */
void explain_fact(struct explaining *e, const char *name, struct page_paragraph *text);

/* What speedup is measured against; NULL none. */
const struct point_summary *explain_base(const struct explaining *e, const struct series *s);

/* One example of a figure: of a series at the point that tells most, into `out`, which stays
 * empty where there is none. */
typedef void explain_series_work(struct explaining *e, const struct series *s,
                                 const struct point_summary *p, struct page_paragraph *out);
explain_series_work explain_median, explain_median_interval, explain_spread, explain_too_small;
explain_series_work explain_speedup, explain_scaled_speedup, explain_speedup_interval;
explain_series_work explain_paired, explain_efficiency, explain_efficiency_limit;
explain_series_work explain_karp_flatt, explain_gustafson, explain_to_fastest;
explain_series_work explain_fast_enough, explain_efficient, explain_knee, explain_cheapest;
explain_series_work explain_curve, explain_model_choice, explain_left_out, explain_lack_of_fit;
explain_series_work explain_bands, explain_peak, explain_throughput;
explain_series_work explain_cost, explain_cpu, explain_others, explain_memory;

/* All examples of a figure that is not one of a single series. */
typedef void explain_study_work(struct explaining *e);
explain_study_work explain_choice, explain_redrawn, explain_doubling;
explain_study_work explain_claims, explain_hodges_lehmann, explain_sizes;

/* A figure with its facts, its reason and its source, where it has facts. */
void explain_begin(struct explaining *e, enum explained which);
void explain_end(struct explaining *e, enum explained which);

#endif
