#include "disturbed.h"
#include "warning_checks.h"
#include "wording.h"

static double worth(const struct point_summary *point)
{
    return point->others_cores + point->stolen_cores;
}

static double badness(const struct context *c, struct place at, const void *with)
{
    const struct point_summary *p = point_at(c, at);
    (void)with;
    return p->blocks > 0 && disturbed_is_notable(p) ? worth(p) : NAN;
}

static void say_worth(struct strbuf *text, const struct context *c, size_t series,
                      const struct hits *hits, const void *with)
{
    const struct point_summary *p = &c->out->series[series].points[hits->worst];
    (void)with;
    wording_significant(text, worth(p), 2);
    strbuf_add(text, " cores' worth of time went to them");
    if (hits->count > 1) {
        strbuf_add(text, " at worst, ");
        warning_on(text, p->cores);
    }
    if (p->stolen_cores > 0.1 * worth(p)) {
        strbuf_add(text, ", and of it ");
        wording_significant(text, p->stolen_cores, 2);
        strbuf_add(text, " to other virtual machines");
    }
}

void check_others(struct warner *w)
{
    static const struct finding others = {
        .badness = badness,
        .is = "shared its cores with others' work",
        .evidence = say_worth,
        .many = "%s shared their cores with others' work",
        .remedy =
            "The times are too long by about that, and another count or backend may be best: "
            "measure "
            "again, with --fresh, when nothing else runs (top shows what does), or on a node of "
            "your own (exclusive, or layout packed)."};
    finding_look_everywhere(w, &others);
}
