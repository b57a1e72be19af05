#include <string.h>

#include "models.h"
#include "optimum.h"
#include "warning_checks.h"

static const char *const remedies[] = {
    [MODELS_BAD_TIME] = "Look at the times of the table.",
    [MODELS_SAME_CORES] = "Measure one shape a count, or give each shape a backend of its own.",
    [MODELS_FEW_POINTS] = "Measure eight counts or more, and some of them in the upper half.",
    [MODELS_NARROW] = "Measure smaller counts too, 1 if that is possible, or larger ones.",
    [MODELS_FEW_BLOCKS] = "Measure more blocks.",
    [MODELS_NOISY] = "Measure more blocks.",
    [MODELS_FLAT] = "There is nothing to model: look for why more cores do not help.",
    [MODELS_MISFIT] = "Read the points and not a curve; with eight counts or more other models can "
                      "be tried.",
};

static bool is_refused(const struct series *s)
{
    return s->models != NULL && s->models->refusal != MODELS_NOT_REFUSED && optimum_counts(s) > 1;
}

/* On this machine there are not enough counts to measure. */
static bool is_tiny_machine(const struct context *c)
{
    return c->plan != NULL && strcmp(c->plan->cluster.name, "local") == 0 &&
           c->plan->cluster.cores_per_node > 0 &&
           c->plan->cluster.cores_per_node < MODELS_POINTS_LEAST;
}

/* One sentence where it is the same for all. */
static bool all_refused_alike(const struct analysis *out)
{
    const char *text = NULL;
    for (size_t i = 0; i < out->series_count; i++) {
        const struct series *s = &out->series[i];
        if (s->models == NULL)
            continue;
        if (!is_refused(s) || (text != NULL && strcmp(text, s->models->refusal_text) != 0))
            return false;
        text = s->models->refusal_text;
    }
    return text != NULL;
}

void check_model_refused(struct warner *w)
{
    const struct analysis *out = w->c->out;
    bool alike = all_refused_alike(out);
    for (size_t i = 0; !is_tiny_machine(w->c) && i < out->series_count; i++) {
        const struct series *s = &out->series[i];
        if (!is_refused(s))
            continue;
        struct strbuf text = STRBUF_INIT;
        warning_many(w, alike ? NULL : "No model is fitted to %s", 0);
        if (alike) {
            strbuf_addf(&text, "N%s.", s->models->refusal_text + 1);
        } else {
            warning_name(&text, w->c, i);
            warning_colon(&text);
            warning_evidence(w, &text);
            strbuf_addf(&text, "%s.", s->models->refusal_text);
        }
        warning_add(w, alike ? -1 : (int)i, 0, &text, remedies[s->models->refusal]);
        if (alike)
            return;
    }
}
