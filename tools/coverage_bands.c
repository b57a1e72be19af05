/*
 * How often the bands of a fitted model hold the curve that the times were
 * drawn around: a USL of a serial part of 5 % and a growth of 0.1 % a core, on
 * eight counts up to 32.
 */
#include <math.h>
#include <stdio.h>

#include "bootstrap.h"
#include "coverage.h"
#include "model_bands.h"
#include "models.h"
#include "summary.h"

static const double cores[] = {1, 2, 4, 8, 12, 16, 24, 32};
static const double between[] = {20}; /* where nothing was measured */
static const struct model_curve truth = {MODEL_USL, {95, 5, 0.1}};

enum { POINTS = sizeof cores / sizeof *cores };
enum band { SERIAL, GROWTH, PEAK, TIME, SPEEDUP, CHOSEN, BANDS };

static void hold(double held[BANDS], enum band band, struct interval interval, double value)
{
    held[band] += interval.low <= value && value <= interval.high;
}

static void try_study(struct bootstrap *bootstrap, const struct noise *noise, size_t blocks,
                      uint64_t *state, double held[BANDS])
{
    struct pool pool = POOL_INIT;
    struct model_point points[POINTS];
    struct median_law laws[POINTS];
    const struct model_data data = {points, POINTS, 0, 0};
    struct summary_ranks ranks = summary_ranks(blocks, 0.95);
    struct models models;
    struct model_bands bands;
    for (size_t i = 0; i < POINTS; i++) {
        double times[MOST_BLOCKS];
        for (size_t b = 0; b < blocks; b++)
            times[b] = model_time(&truth, cores[i]) * noise->draw(state);
        summary_sort(times, blocks);
        points[i] = (struct model_point){cores[i],
                                         summary_median(times, blocks),
                                         {times[ranks.low - 1], times[ranks.high - 1]},
                                         blocks};
        laws[i] = bootstrap_median(bootstrap, &pool, times, blocks);
    }
    models_fit(&models, &data, &pool);
    held[CHOSEN] += models.chosen == MODEL_USL;
    const struct model_base base = {&laws[0], cores[0], 0};
    model_bands(&bands, &models, MODEL_USL, laws, &base, between, 1, *state, &pool);
    hold(held, SERIAL, bands.serial, 0.05);
    hold(held, GROWTH, bands.overhead, 0.001);
    hold(held, PEAK, bands.peak, sqrt(950));
    hold(held, TIME, bands.curve[0].time, noise->median * model_time(&truth, between[0]));
    hold(held, SPEEDUP, bands.curve[0].speedup, 100 / model_time(&truth, between[0]));
    pool_free(&pool);
}

void coverage_bands(long studies)
{
    printf(
        "## Models\n\n"
        "%ld studies a row of a universal scalability law with a serial part of 0.05 and a growth "
        "of "
        "0.001, on 1, 2, 4, 8, 12,\n16, 24 and 32 cores; chance moves a figure of 95 by %.1f "
        "either "
        "way. Percent of the 95 %% bands that hold the truth: of\nboth parts, of the count of the "
        "lowest time, and of time and speedup on 20 cores, which were not measured. *Chosen* is\n"
        "how often the report would have shown this model: at much noise few counts cannot tell it "
        "from a simpler one.\n\n"
        "| noise | blocks | serial part | growth | lowest time | time | speedup | chosen |\n"
        "|:---|---:|---:|---:|---:|---:|---:|---:|\n",
        studies, 100 * 2 * sqrt(0.95 * 0.05 / (double)studies));
    for (size_t s = 0; s < NOISES; s++)
        for (size_t k = 0; k < COUNTS; k++) {
            struct bootstrap *bootstrap = bootstrap_new();
            uint64_t state = 5000 + 1000 * s + k;
            double held[BANDS] = {0};
            for (long i = 0; i < studies; i++)
                try_study(bootstrap, &noises[s], counts[k], &state, held);
            printf("| %s | %zu |", noises[s].name, counts[k]);
            for (int band = 0; band < BANDS; band++)
                printf(" %.1f |", 100 * held[band] / (double)studies);
            printf("\n");
            bootstrap_free(bootstrap);
        }
}
