/*
 * Writes the report of one of the fixtures' shapes, or its comparison: for looking
 * at it, and for the browser test.  make_report SHAPE FOLDER [--explain]
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compare_files.h"
#include "compare_fixture.h"
#include "report_files.h"
#include "report_fixture.h"

enum { FORMATS = REPORT_HTML | REPORT_MARKDOWN | REPORT_SVG | REPORT_PNG | REPORT_CSV };

static int tell(int rc, const char *text, const char *plot_problem, const struct error *err)
{
    if (rc != 0)
        fprintf(stderr, "%s\n", err->text);
    else
        printf("%s%s\n", text, plot_problem != NULL ? plot_problem : "");
    return rc == 0 && plot_problem == NULL ? 0 : 1;
}

static int make_report(const struct fixture_shape *shape, const char *folder, bool explain)
{
    struct fixture fixture;
    struct error err = ERROR_INIT;
    struct report_outcome outcome = {NULL, NULL, NULL};
    struct report_request request = {.folder = folder, .formats = FORMATS, .explain = explain};
    fixture_fill(&fixture, shape);
    int rc = report_files(&request, &fixture.analysis, &fixture.plan, &fixture.machines,
                          &fixture.uses, &outcome, &err);
    int status = tell(rc, outcome.text, outcome.plot_problem, &err);
    report_outcome_free(&outcome);
    fixture_free(&fixture);
    return status;
}

static int make_comparison(struct compare_fixture *fixture, const char *folder, bool explain)
{
    struct error err = ERROR_INIT;
    struct compare_outcome outcome = {.headline = NULL};
    struct compare_request request = {.folder = folder, .formats = FORMATS, .allowed = NAN, .explain = explain};
    int rc = compare_files(&request, fixture->entrants, fixture->sources, fixture->count, &outcome,
                           &err);
    int status = tell(rc, outcome.text, outcome.plot_problem, &err);
    compare_outcome_free(&outcome);
    compare_fixture_free(fixture);
    return status;
}

int main(int argc, char **argv)
{
    const struct fixture_shape *shape = argc >= 3 ? fixture_shape_find(argv[1]) : NULL;
    bool explain = argc > 3 && strcmp(argv[3], "--explain") == 0;
    struct compare_fixture comparison;
    if (shape != NULL)
        return make_report(shape, argv[2], explain);
    if (argc >= 3 && compare_fixture_fill(&comparison, argv[1]))
        return make_comparison(&comparison, argv[2], explain);
    fprintf(stderr, "usage: make_report SHAPE FOLDER [--explain]\n");
    return 2;
}
