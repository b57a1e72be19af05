/*
 * What C calls of the Fortran files. All pointers are to whole arrays; `first` and
 * `last` count from 1 and are both inside.
 */
#ifndef SCALESTUDY_FORTRAN_LOOPS_H
#define SCALESTUDY_FORTRAN_LOOPS_H

#include <stdint.h>

/* loops.F90, compiled for an instruction set. */
struct loops {
    const char *isa;
    void (*integration2d_rows)(int64_t n, double h, double c, const double *y, double *sums);
    void (*gradient_part)(int64_t d, int64_t m, const float *x, const float *y, const float *w,
                          int64_t first, int64_t last, float *slope);
};

/* Those of isa_name(); NULL as there. */
const struct loops *loops_choose(void);

double integration2d_spacing(int64_t n);
void integration2d_fill(int64_t n, double *y);
double integration2d_value(int64_t n, const double *sums);
double integration2d_worst_row(int64_t n, double c, const double *y, const double *sums);
double integration2d_tolerance(int64_t n, double c);

/* matmul.F90, compiled for each precision: arrays are of doubles or of floats. */
void matmul_fill_double(int64_t n, void *a, void *b);
void matmul_fill_single(int64_t n, void *a, void *b);
void matmul_run_double(int64_t n, const void *a, const void *b, void *c, int64_t first,
                       int64_t last);
void matmul_run_single(int64_t n, const void *a, const void *b, void *c, int64_t first,
                       int64_t last);
void matmul_check_double(int64_t n, const void *a, const void *b, const void *c, double *value,
                         double *error);
void matmul_check_single(int64_t n, const void *a, const void *b, const void *c, double *value,
                         double *error);

void gradient_fill(int64_t d, int64_t m, float *x, float *y);
void gradient_average(int64_t d, int64_t workers, const float *slopes, float step, float *w);
void gradient_means(int64_t d, int64_t m, const float *x, const float *y, const float *w,
                    double *now, double *without);
void gradient_judge(int64_t d, int64_t m, int64_t epochs, const float *x, const float *y,
                    const float *path, double rate, double mean_of_y, double *worst,
                    int64_t *which);

#endif
