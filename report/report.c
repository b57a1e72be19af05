#include "report.h"

#include <stdlib.h>

#include "analysis.h"
#include "files.h"
#include "observations.h"
#include "report_files.h"
#include "watched.h"

struct inputs {
    struct observations *observations;
    struct plan plan;
    bool has_plan;
    struct machines machines;
};

static int read_inputs(const struct report_request *request, struct inputs *in, struct error *err)
{
    if (request->plan != NULL) {
        if (plan_read(&in->plan, request->plan, err) != 0)
            return -1;
        in->has_plan = true;
    }
    if (request->machines != NULL && machines_read(&in->machines, request->machines, err) != 0)
        return -1;
    if (observations_read(&in->observations, request->results, request->aliases, err) != 0)
        return -1;
    if (request->others != NULL && watched_read(in->observations, request->others, err) != 0)
        return -1;
    if (request->paired && !in->observations->has_blocks)
        return error_set(err,
                         "--paired: %s does not say which runs belong together; it needs a column "
                         "block (--columns block=NAME names another)",
                         request->results);
    return 0;
}

static int make_from(const struct report_request *request, const struct inputs *in,
                     struct report_outcome *outcome, struct error *err)
{
    const struct plan *plan = in->has_plan ? &in->plan : NULL;
    const struct analysis_options asked = {.paired = request->paired,
                                           .fit_throughput = request->fit_throughput};
    struct analysis *analysis = analysis_with(&asked, in->observations, plan, &in->machines);
    struct uses uses = {.count = 0};
    int rc = 0;
    if (request->usage != NULL)
        rc = uses_read(&uses, analysis, in->observations, request->usage, err);
    if (rc == 0)
        rc = report_files(request, analysis, plan, &in->machines, &uses, outcome, err);
    uses_free(&uses);
    analysis_free(analysis);
    return rc;
}

int report_make(const struct report_request *request, struct report_outcome *outcome,
                struct error *err)
{
    struct inputs in = {.has_plan = false};
    struct report_outcome made = {NULL, NULL, NULL};
    int rc = read_inputs(request, &in, err);
    if (rc == 0)
        rc = make_from(request, &in, &made, err);
    observations_free(in.observations);
    plan_free(&in.plan);
    machines_free(&in.machines);
    if (rc == 0)
        *outcome = made;
    else
        report_outcome_free(&made);
    return rc;
}

void report_outcome_free(struct report_outcome *outcome)
{
    free(outcome->headline);
    free(outcome->text);
    free(outcome->plot_problem);
    *outcome = (struct report_outcome){NULL, NULL, NULL};
}
