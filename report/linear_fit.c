#include "linear_fit.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

/*
 * Reflects column `j`, from row `j` on, onto its first element, and the later
 * columns with it.
 */
static void reflect(double *rows, size_t count, size_t width, size_t j)
{
    double squares = 0;
    for (size_t i = j; i < count; i++)
        squares += rows[i * width + j] * rows[i * width + j];
    double *pivot = &rows[j * width + j];
    if (squares == 0)
        return;
    double norm = *pivot > 0 ? -sqrt(squares) : sqrt(squares); /* away from cancellation */
    double first = *pivot - norm, scale = 1 / (norm * first); /* -2 / |v|^2 */
    *pivot = first;
    for (size_t k = j + 1; k < width; k++) {
        double product = 0;
        for (size_t i = j; i < count; i++)
            product += rows[i * width + j] * rows[i * width + k];
        product *= scale;
        for (size_t i = j; i < count; i++)
            rows[i * width + k] += product * rows[i * width + j];
    }
    *pivot = norm;
}

struct linear_system linear_reduce(double *rows, size_t count, size_t unknowns)
{
    struct linear_system system = {.unknowns = unknowns};
    size_t width = unknowns + 1;
    assert(unknowns <= LINEAR_UNKNOWNS_MOST);
    for (size_t j = 0; j < unknowns && j < count; j++)
        reflect(rows, count, width, j);
    for (size_t i = 0; i < unknowns && i < count; i++) {
        for (size_t j = i; j < unknowns; j++)
            system.triangle[i][j] = rows[i * width + j];
        system.right[i] = rows[i * width + unknowns];
    }
    for (size_t i = unknowns; i < count; i++)
        system.rest += rows[i * width + unknowns] * rows[i * width + unknowns];
    return system;
}

/* A column that is the others' within rounding leaves only rounding on the diagonal. */
static bool is_determined(const struct linear_system *system)
{
    for (size_t j = 0; j < system->unknowns; j++) {
        double squares = 0;
        for (size_t i = 0; i <= j; i++)
            squares += system->triangle[i][j] * system->triangle[i][j];
        if (!(fabs(system->triangle[j][j]) > 16 * DBL_EPSILON * sqrt(squares)))
            return false;
    }
    return true;
}

bool linear_solve(const struct linear_system *system, double *out)
{
    if (!is_determined(system))
        return false;
    for (size_t j = system->unknowns; j-- > 0;) {
        double sum = system->right[j];
        for (size_t k = j + 1; k < system->unknowns; k++)
            sum -= system->triangle[j][k] * out[k];
        out[j] = sum / system->triangle[j][j];
    }
    return true;
}

/* The system of some of the unknowns: a triangle without some of its columns
 * is reduced again, at its own small size. */
static struct linear_system part_of(const struct linear_system *system, unsigned chosen)
{
    double rows[LINEAR_UNKNOWNS_MOST * (LINEAR_UNKNOWNS_MOST + 1)];
    size_t count = system->unknowns, kept = 0, width;
    for (size_t j = 0; j < count; j++)
        kept += (chosen >> j) & 1;
    width = kept + 1;
    for (size_t i = 0; i < count; i++) {
        size_t to = i * width;
        for (size_t j = 0; j < count; j++)
            if (((chosen >> j) & 1) != 0)
                rows[to++] = system->triangle[i][j];
        rows[to] = system->right[i];
    }
    struct linear_system part = linear_reduce(rows, count, kept);
    part.rest += system->rest;
    return part;
}

static void spread(const double *values, unsigned chosen, size_t unknowns, double *out)
{
    for (size_t j = 0; j < unknowns; j++)
        out[j] = ((chosen >> j) & 1) != 0 ? *values++ : 0;
}

static bool none_is_negative(const double *values, size_t count)
{
    for (size_t j = 0; j < count; j++)
        if (!(values[j] >= 0))
            return false;
    return true;
}

double linear_solve_nonnegative(const struct linear_system *system, double *out)
{
    double values[LINEAR_UNKNOWNS_MOST] = {0};
    unsigned all = (1u << system->unknowns) - 1;
    double least = INFINITY;

    if (linear_solve(system, values) && none_is_negative(values, system->unknowns)) {
        memcpy(out, values, system->unknowns * sizeof *out);
        return system->rest;
    }
    for (unsigned chosen = 0; chosen < all; chosen++) {
        struct linear_system part = part_of(system, chosen);
        if (part.rest < least && linear_solve(&part, values) &&
            none_is_negative(values, part.unknowns)) {
            least = part.rest;
            spread(values, chosen, system->unknowns, out);
        }
    }
    if (least == INFINITY) /* numbers that are none: nothing can be said */
        memset(out, 0, system->unknowns * sizeof *out);
    return least;
}

/* The inverse of a triangle, then its product with itself, transposed. */
static void invert(const struct linear_system *system, double inverse[][LINEAR_UNKNOWNS_MOST])
{
    for (size_t j = system->unknowns; j-- > 0;) {
        inverse[j][j] = 1 / system->triangle[j][j];
        for (size_t i = j; i-- > 0;) {
            double sum = 0;
            for (size_t k = i + 1; k <= j; k++)
                sum -= system->triangle[i][k] * inverse[k][j];
            inverse[i][j] = sum / system->triangle[i][i];
        }
    }
}

bool linear_covariance(const struct linear_system *system, const bool *free, double *out)
{
    double inverse[LINEAR_UNKNOWNS_MOST][LINEAR_UNKNOWNS_MOST] = {{0}};
    size_t count = system->unknowns, places[LINEAR_UNKNOWNS_MOST], kept = 0;
    unsigned chosen = 0;
    for (size_t j = 0; j < count; j++)
        if (free == NULL || free[j]) {
            chosen |= 1u << j;
            places[kept++] = j;
        }
    struct linear_system part = part_of(system, chosen);
    if (!is_determined(&part))
        return false;
    invert(&part, inverse);
    memset(out, 0, count * count * sizeof *out);
    for (size_t a = 0; a < kept; a++)
        for (size_t b = 0; b < kept; b++)
            for (size_t k = a > b ? a : b; k < kept; k++)
                out[places[a] * count + places[b]] += inverse[a][k] * inverse[b][k];
    return true;
}
