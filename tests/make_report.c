/*
 * Writes the report of one of the fixture's shapes: for looking at it, and for
 * the browser test.  make_report SHAPE FOLDER [--explain]
 */
#include <stdio.h>
#include <string.h>

#include "report_files.h"
#include "report_fixture.h"

int main(int argc, char **argv)
{
    const struct fixture_shape *shape = argc >= 3 ? fixture_shape_find(argv[1]) : NULL;
    struct fixture fixture;
    struct error err = ERROR_INIT;
    struct report_outcome outcome = {NULL, NULL, NULL};
    if (shape == NULL) {
        fprintf(stderr, "usage: make_report SHAPE FOLDER [--explain]\n");
        return 2;
    }
    fixture_fill(&fixture, shape);
    struct report_request request = {.folder = argv[2],
                                     .formats = REPORT_HTML | REPORT_MARKDOWN | REPORT_SVG |
                                                REPORT_PNG | REPORT_CSV,
                                     .explain = argc > 3 && strcmp(argv[3], "--explain") == 0};
    int rc =
        report_files(&request, &fixture.analysis, &fixture.plan, &fixture.machines, &outcome, &err);
    if (rc != 0)
        fprintf(stderr, "%s\n", err.text);
    else
        printf("%s%s\n", outcome.text, outcome.plot_problem != NULL ? outcome.plot_problem : "");
    bool drawn = rc == 0 && outcome.plot_problem == NULL;
    report_outcome_free(&outcome);
    fixture_free(&fixture);
    return drawn ? 0 : 1;
}
