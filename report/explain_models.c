/*
 * Examples of what is said of whole curves: scaling models, and growth with the
 * size.
 */
#include <math.h>

#include "explain_work.h"
#include "groups.h"
#include "model_bands.h"
#include "models.h"
#include "throughput_fit.h"
#include "wording.h"

static const struct model *chosen_of(const struct series *s)
{
    return s->models != NULL && s->models->chosen >= 0 ? &s->models->all[s->models->chosen] : NULL;
}

/* The curve on `cores`, with the numbers in the place of its letters. */
static const char *curve_text(const struct explaining *e, const struct model_curve *curve,
                              long long cores)
{
    struct pool *pool = &e->page->pool;
    const char *b = explain_in(e, curve->coefficients[0]);
    const char *s = explain_in(e, curve->coefficients[1]);
    const char *c = explain_in(e, curve->coefficients[2]);
    switch (curve->kind) {
    case MODEL_IDEAL:
        return pool_text(pool, "%s / %lld", b, cores);
    case MODEL_AMDAHL:
        return pool_text(pool, "%s / %lld + %s", b, cores, s);
    case MODEL_POWER:
        return pool_text(pool, "%s × %lld^(0 − %s)", b, cores, s);
    case MODEL_USL:
        return pool_text(pool, "%s / %lld + %s + %s × (%lld − 1)", b, cores, s, c, cores);
    case MODEL_LOGARITHMIC:
        return pool_text(pool, "%s / %lld + %s + %s × ln(%lld) / ln(2)", b, cores, s, c, cores);
    case MODEL_KINDS:
        break;
    }
    return "";
}

/* "; serial part s / T(1): 0.0623 / 3.12 = 0.01996" */
static void say_part(struct explaining *e, struct page_paragraph *out, const char *name,
                     double part, const struct model *m, const struct estimate *estimate)
{
    if (!isfinite(estimate->value))
        return;
    page_say(e->page, out, PAGE_PLAIN, " %s: ", name);
    page_say(e->page, out, PAGE_MONO, "%s / %s = %s", explain_in(e, part),
             explain_in(e, m->time_one.value), explain_out(e, estimate->value));
    page_say(e->page, out, PAGE_PLAIN, ".");
}

void explain_curve(struct explaining *e, const struct series *s, const struct point_summary *p,
                   struct page_paragraph *out)
{
    const struct model *m = chosen_of(s);
    if (s->models == NULL)
        return;
    if (m == NULL) {
        page_say(e->page, out, PAGE_PLAIN, "%s.", s->models->refusal_text);
        return;
    }
    double time = model_time(&m->curve, (double)p->cores);
    page_say(e->page, out, PAGE_PLAIN, "%s, ", model_name(m->kind));
    page_say(e->page, out, PAGE_MONO, "%s", model_formula(m->kind));
    page_say(e->page, out, PAGE_PLAIN, ": ");
    page_say(e->page, out, PAGE_MONO, "T(%lld) = %s = %s", (long long)p->cores,
             curve_text(e, &m->curve, (long long)p->cores), explain_out(e, time));
    page_say(e->page, out, PAGE_PLAIN, "; measured %s s.", explain_out(e, p->median));
    if (!s->models->starts_at_one || m->kind == MODEL_POWER)
        return;
    say_part(e, out, "Serial part, s / T(1) with T(1) = b + s", m->curve.coefficients[1], m,
             &m->serial);
    say_part(e, out, "Growth, c / T(1)", m->curve.coefficients[2], m, &m->overhead);
}

static double aicc_of(double points, double misfit, double k)
{
    return points * log(misfit / points) + 2 * k + 2 * k * (k + 1) / (points - k - 1);
}

void explain_model_choice(struct explaining *e, const struct series *s,
                          const struct point_summary *p, struct page_paragraph *out)
{
    const struct model *m = chosen_of(s);
    (void)p;
    if (m == NULL)
        return;
    size_t points = s->models->count, k = model_coefficients(m->kind) + 1;
    page_say(e->page, out, PAGE_PLAIN, "%s: ", model_name(m->kind));
    if (explain_agrees(aicc_of((double)points, m->misfit, (double)k), m->aicc)) {
        page_say(e->page, out, PAGE_MONO,
                 "%zu × ln(%s / %zu) + 2 × %zu + 2 × %zu × %zu / (%zu − %zu − 1) = %s", points,
                 explain_in(e, m->misfit), points, k, k, k + 1, points, k, explain_out(e, m->aicc));
        page_say(e->page, out, PAGE_PLAIN, ". ");
    }
    page_say(e->page, out, PAGE_PLAIN, "AICc and weight: ");
    for (int i = 0, said = 0; i < MODEL_KINDS; i++) {
        const struct model *other = &s->models->all[i];
        if (other->fitted)
            page_say(e->page, out, PAGE_PLAIN, "%s%s %s, %s", said++ > 0 ? "; " : "",
                     model_name(other->kind), explain_out(e, other->aicc),
                     other->weight < 5e-5 ? "below 0.0001" : explain_out(e, other->weight));
    }
    page_say(e->page, out, PAGE_PLAIN, ".");
}

void explain_left_out(struct explaining *e, const struct series *s, const struct point_summary *p,
                      struct page_paragraph *out)
{
    const struct model *m = chosen_of(s);
    (void)p;
    if (m == NULL || m->left_out == NULL)
        return;
    page_say(e->page, out, PAGE_PLAIN, "%s misses a count it has not seen by ",
             model_name(m->kind));
    for (size_t i = 0; i < s->models->count; i++) {
        struct strbuf sb = STRBUF_INIT;
        wording_percent(&sb, m->left_out[i]);
        page_say(e->page, out, PAGE_PLAIN, "%s%.0f: %s", i > 0 ? ", " : "", s->models->cores[i],
                 sb.str);
        strbuf_free(&sb);
    }
    page_say(e->page, out, PAGE_PLAIN,
             m->interpolates ? ". The inner ones are within 10 %%."
                             : ". An inner one is above 10 %%.");
}

/* "0.81 + 0.02 + 1.3" : each point's part of X²; NULL where it is not made up so. */
static const char *parts_of(const struct explaining *e, const struct models *models,
                            const struct model *m)
{
    struct strbuf sb = STRBUF_INIT;
    double sum = 0;
    for (size_t i = 0; i < models->count; i++) {
        double miss = models->log_times[i] - log(model_time(&m->curve, models->cores[i]));
        double part = models->weights[i] * miss * miss;
        strbuf_addf(&sb, "%s%s", i > 0 ? " + " : "", explain_in(e, part));
        sum += part;
    }
    if (models->count <= EXPLAIN_LISTED && explain_agrees(sum, m->chi_square))
        return page_take(e->page, &sb);
    strbuf_free(&sb);
    return NULL;
}

void explain_lack_of_fit(struct explaining *e, const struct series *s,
                         const struct point_summary *p, struct page_paragraph *out)
{
    const struct model *m = chosen_of(s);
    (void)p;
    if (m == NULL || !isfinite(m->chi_square))
        return;
    const char *parts = parts_of(e, s->models, m);
    page_say(e->page, out, PAGE_PLAIN, "Count by count: ");
    page_say(e->page, out, PAGE_MONO, "X² = %s%s%s", parts != NULL ? parts : "",
             parts != NULL ? " = " : "", explain_out(e, m->chi_square));
    page_say(e->page, out, PAGE_PLAIN,
             ". With %zu − %zu = %.0f degrees of freedom chance exceeds "
             "%s once in a hundred: %s",
             s->models->count, model_coefficients(m->kind), m->chi_square_freedom,
             explain_out(e, m->chi_square_limit),
             m->misses_data ? "the model misses the data by more than noise"
                            : "nothing shows that the model misses the data");
    if (m->scatter > 0)
        page_say(e->page, out, PAGE_PLAIN, ", and has a scatter of its own, τ = %s",
                 explain_out(e, m->scatter));
    page_say(e->page, out, PAGE_PLAIN, ".");
}

static void say_band(struct explaining *e, struct page_paragraph *out, const char *name,
                     const struct estimate *estimate, struct interval band)
{
    if (!isfinite(estimate->value) || !interval_exists(band))
        return;
    page_say(e->page, out, PAGE_PLAIN, "%s%s %s %s", out->count > 0 ? "; " : "", name,
             explain_out(e, estimate->value), explain_interval(e, band));
    if (interval_exists(estimate->ci))
        page_say(e->page, out, PAGE_PLAIN, ", by standard errors %s",
                 explain_interval(e, estimate->ci));
}

void explain_bands(struct explaining *e, const struct series *s, const struct point_summary *p,
                   struct page_paragraph *out)
{
    const struct model *m = chosen_of(s);
    (void)p;
    if (m == NULL || s->bands == NULL || s->bands->refits == 0)
        return;
    say_band(e, out, s->models->starts_at_one ? "T(1)" : "T(1), extrapolated,", &m->time_one,
             s->bands->time_one);
    if (s->models->starts_at_one) {
        say_band(e, out, "serial part", &m->serial, s->bands->serial);
        say_band(e, out, "growth", &m->overhead, s->bands->overhead);
    }
    say_band(e, out, "exponent", &m->exponent, s->bands->exponent);
}

void explain_peak(struct explaining *e, const struct series *s, const struct point_summary *p,
                  struct page_paragraph *out)
{
    const struct model *m = chosen_of(s);
    (void)p;
    if (m == NULL || s->models->peak == MODELS_PEAK_NONE)
        return;
    const char *b = explain_in(e, m->curve.coefficients[0]);
    const char *c = explain_in(e, m->curve.coefficients[2]);
    if (m->kind == MODEL_USL)
        page_say(e->page, out, PAGE_MONO, "√(%s / %s) = %s", b, c, explain_out(e, m->peak.value));
    else
        page_say(e->page, out, PAGE_MONO, "%s × ln(2) / %s = %s", b, c,
                 explain_out(e, m->peak.value));
    page_say(e->page, out, PAGE_PLAIN, " cores%s.",
             s->models->peak == MODELS_PEAK_AHEAD ? ", beyond what was measured" : "");
}

void explain_throughput(struct explaining *e, const struct series *s, const struct point_summary *p,
                        struct page_paragraph *out)
{
    const struct throughput_fit *fit = s->throughput;
    double cores = (double)p->cores;
    if (fit == NULL || !fit->converged)
        return;
    page_say(e->page, out, PAGE_MONO, "%s × %s / (1 + %s × (%s − 1) + %s × %s × (%s − 1)) = %s",
             explain_in(e, fit->one.value), explain_in(e, cores), explain_in(e, fit->sigma.value),
             explain_in(e, cores), explain_in(e, fit->kappa.value), explain_in(e, cores),
             explain_in(e, cores), explain_out(e, throughput_at(fit, cores)));
    page_say(e->page, out, PAGE_PLAIN, " 1/s by the fit, where ");
    page_say(e->page, out, PAGE_MONO, "1 / %s = %s", explain_in(e, p->median),
             explain_out(e, 1 / p->median));
    page_say(e->page, out, PAGE_PLAIN, " was measured.");
}

/* Sizes -------------------------------------------------------------------------- */

static void say_step(struct explaining *e, const struct size_step *step, struct page_paragraph *out)
{
    const struct series *from = &e->analysis->series[step->from_series];
    const struct series *to = &e->analysis->series[step->to_series];
    page_say(e->page, out, PAGE_MONO, "ln(%s / %s) / ln(%s / %s) = %s",
             explain_in(e, to->points[step->to_point].median),
             explain_in(e, from->points[step->from_point].median), explain_in(e, to->size),
             explain_in(e, from->size), explain_out(e, step->exponent));
    if (interval_exists(step->exponent_ci))
        page_say(e->page, out, PAGE_PLAIN, ", and from the ends of the ratio's interval %s",
                 explain_interval(e, step->exponent_ci));
    page_say(e->page, out, PAGE_PLAIN, ".");
}

/* A sweep is about all sizes of its series. */
static const char *sweep_name(const struct explaining *e, const struct size_sweep *sweep)
{
    const struct series *s = &e->analysis->series[sweep->whole.from_series];
    bool kernels = group_differences(e->analysis).kernels;
    return pool_text(&e->page->pool, "%s, %s%s%s", s->label, explain_cores(e, sweep->cores),
                     kernels ? ", " : "", kernels ? s->kernel : "");
}

void explain_sizes(struct explaining *e)
{
    for (size_t i = 0; i < e->analysis->sweep_count; i++) {
        const struct size_sweep *sweep = &e->analysis->sweeps[i];
        struct page_paragraph text = {0};
        say_step(e, &sweep->whole, &text);
        explain_fact(e, sweep_name(e, sweep), &text);
    }
}
