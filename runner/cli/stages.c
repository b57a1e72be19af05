#include "stages.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "collect.h"
#include "files.h"
#include "interrupt.h"
#include "journal_fates.h"
#include "more_blocks.h"
#include "plan.h"
#include "plural.h"
#include "progress.h"
#include "report.h"
#include "schedule.h"
#include "strbuf.h"
#include "terminal.h"
#include "worker.h"

enum { ALL_FORMATS = REPORT_HTML | REPORT_MARKDOWN | REPORT_SVG | REPORT_PNG | REPORT_CSV };

int stage_report(const struct stage_report *asked)
{
    struct report_request request = {
        .results = asked->results,
        .plan = asked->plan,
        .machines = asked->machines,
        .usage = asked->usage != NULL && file_exists(asked->usage) ? asked->usage : NULL,
        .others = asked->others != NULL && file_exists(asked->others) ? asked->others : NULL,
        .folder = asked->folder,
        .formats = asked->formats == 0 ? ALL_FORMATS : asked->formats,
        .aliases = asked->aliases,
        .templates = asked->templates,
        .paired = asked->paired,
        .fit_throughput = asked->fit_throughput,
        .colour_terminal = terminal_colours(stdout),
        .explain = asked->explain,
    };
    struct report_outcome outcome;
    struct error err = ERROR_INIT;
    if (report_make(&request, &outcome, &err) != 0)
        return terminal_fail(&err);
    fputs(outcome.text, stdout); /* its writer has escaped it, and may have coloured it */
    fflush(stdout);
    int status = STATUS_OK;
    if (outcome.plot_problem != NULL) {
        terminal_say("scalestudy: %s", outcome.plot_problem);
        status = STATUS_SOME_FAILED;
    }
    terminal_say("Report: %s/%s", asked->folder,
                 (request.formats & REPORT_HTML) != 0       ? "index.html"
                 : (request.formats & REPORT_MARKDOWN) != 0 ? "report.md"
                                                            : "summary.json");
    report_outcome_free(&outcome);
    return status;
}

static int worse(int a, int b)
{
    return a > b ? a : b;
}

static int report_folder(const struct study_folder *folder)
{
    struct stage_report report = {.results = folder->results,
                                  .plan = folder->plan,
                                  .machines = folder->machines,
                                  .usage = folder->usage,
                                  .others = folder->others,
                                  .folder = folder->report};
    return stage_report(&report);
}

static void say_collected(const struct study_folder *folder, const struct collected *collected)
{
    terminal_say("%s: %lld of %lld run%s ok, %lld not ok, %lld missing", folder->results,
                 (long long)collected->ok, (long long)collected->planned, plural(collected->planned),
                 (long long)collected->failed, (long long)collected->missing);
    if (collected->torn > 0)
        terminal_say("%lld line%s of the records could not be read and %s passed over",
                     (long long)collected->torn, plural(collected->torn),
                     collected->torn == 1 ? "was" : "were");
}

static int collect_folder(const struct study_folder *folder, const struct plan *plan,
                          struct collected *collected)
{
    struct task_fates fates = {0};
    struct error err = ERROR_INIT;
    int rc = plan_is_local(plan) ? 0 : journal_fates(&fates, folder->path, &err);
    if (rc == 0)
        rc = collect(folder->path, plan, plan_is_local(plan) ? NULL : &fates, collected, &err);
    task_fates_free(&fates);
    if (rc != 0)
        return terminal_fail(&err);
    say_collected(folder, collected);
    bool some_lack = !plan_is_local(plan) && collected->missing > 0;
    return collected->failed > 0 || some_lack ? STATUS_SOME_FAILED : STATUS_OK;
}

int stage_collect(const struct study_folder *folder, const struct plan *plan)
{
    struct collected collected = {0};
    return collect_folder(folder, plan, &collected);
}

int stage_collect_and_report(const struct study_folder *folder, const struct plan *plan,
                             int64_t *recorded)
{
    struct collected collected = {0};
    int status = collect_folder(folder, plan, &collected);
    *recorded = collected.ok + collected.failed;
    if (status > STATUS_SOME_FAILED)
        return status;
    if (collected.ok == 0) {
        terminal_say("no run is ok, so there is nothing to report; the column \"reason\" of %s "
                     "says why",
                     folder->results);
        return status;
    }
    return worse(status, report_folder(folder));
}

static int say_interrupted(const struct study_folder *folder, const struct worker_outcome *outcome)
{
    terminal_say("interrupted after %lld of %lld run%s, all recorded; continue with: scalestudy resume "
                 "%s",
                 (long long)(outcome->ok + outcome->failed), (long long)outcome->total,
                 plural(outcome->total), folder->path);
    return STATUS_INTERRUPTED;
}

/* What failed for all will fail again: the user should know now, not at the end. */
static int stop_in_vain(const struct study_folder *folder, const struct plan *plan,
                        struct worker_outcome *outcome)
{
    int64_t recorded;
    terminal_say("stopped after %lld of %lld runs, as none of the last %lld, a whole block, was ok; the "
                 "first: %.600s; when that is mended, go on with: scalestudy resume --retry-failed %s",
                 (long long)(outcome->ok + outcome->failed), (long long)outcome->total,
                 (long long)outcome->tried_in_vain, outcome->in_vain, folder->path);
    free(outcome->in_vain);
    return worse(STATUS_SOME_FAILED, stage_collect_and_report(folder, plan, &recorded));
}

static int say_kept(const struct study_folder *folder, int status)
{
    terminal_say("what was measured is kept; continue with: scalestudy resume %s", folder->path);
    return status;
}

/* A new attempt gets a file of its own, behind those that are there. */
static int64_t next_attempt(const struct study_folder *folder, const char *task)
{
    int64_t attempt = 1;
    for (;; attempt++) {
        char *path = text_format("%s/records/%s.%lld.jsonl", folder->path, task, (long long)attempt);
        FILE *file = fopen(path, "re");
        free(path);
        if (file == NULL)
            return attempt;
        fclose(file);
    }
}

static int measure_planned(const struct study_folder *folder, const struct plan *plan,
                           bool retry_failed, struct worker_outcome *outcome, struct error *err)
{
    static const char task_name[] = "local";
    struct progress progress;
    struct worker_task task = {
        .folder = folder->path,
        .plan = plan,
        .name = task_name,
        .attempt = retry_failed ? next_attempt(folder, task_name) : 1,
        .retry_failed = retry_failed,
        .watch = &progress.watch,
        .cancel = &interrupted,
    };
    progress_begin(&progress, plan);
    int rc = worker_run(&task, outcome, err);
    progress_end(&progress);
    return rc;
}

int stage_measure(const struct study_folder *folder, struct plan *plan, bool retry_failed)
{
    struct worker_outcome outcome;
    struct error err = ERROR_INIT;
    for (;;) {
        char *said;
        if (measure_planned(folder, plan, retry_failed, &outcome, &err) != 0)
            return say_kept(folder, terminal_fail(&err));
        if (outcome.cancelled)
            return say_interrupted(folder, &outcome);
        if (outcome.in_vain != NULL)
            return stop_in_vain(folder, plan, &outcome);
        if (more_blocks(folder, plan, &said, &err) != 0)
            return say_kept(folder, terminal_fail(&err));
        if (said == NULL)
            break;
        terminal_say("%s", said);
        free(said);
        retry_failed = false; /* was done */
    }
    int status = stage_collect(folder, plan);
    return status > STATUS_SOME_FAILED ? say_kept(folder, status)
                                       : worse(status, report_folder(folder));
}
