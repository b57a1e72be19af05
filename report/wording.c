#include "wording.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "number.h"

#define EN_DASH "\xe2\x80\x93"
#define TIMES "\xc3\x97"
#define NARROW_SPACE "\xe2\x80\xaf"

static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
enum { MOST_DECIMALS = sizeof powers / sizeof *powers - 1 };

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

/* printf's point is the locale's, so digits are put together from whole numbers. */
void wording_fixed(struct strbuf *sb, double value, int decimals)
{
    if (!isfinite(value)) {
        strbuf_add(sb, EN_DASH);
        return;
    }
    decimals = clamp(decimals, 0, MOST_DECIMALS);
    while (decimals > 0 && fabs(value) * powers[decimals] >= 9e15)
        decimals--;
    if (fabs(value) >= 9e15) { /* whole anyway, and %.0f has no point */
        strbuf_addf(sb, "%.0f", value);
        return;
    }
    long long scaled = llround(fabs(value) * powers[decimals]);
    long long unit = (long long)powers[decimals];
    if (value < 0 && scaled != 0)
        strbuf_add_char(sb, '-');
    strbuf_addf(sb, "%lld", scaled / unit);
    if (decimals > 0)
        strbuf_addf(sb, ".%0*lld", decimals, scaled % unit);
}

int wording_decimals(double value, int digits)
{
    double size = fabs(value);
    if (!isfinite(size) || size == 0)
        return 0;
    int exponent = (int)floor(log10(size));
    int decimals = clamp(digits - 1 - exponent, 0, MOST_DECIMALS);
    /* 9.996 with three digits is 10.0: rounding may add a digit in front. */
    if (decimals > 0 && llround(size * powers[decimals]) >= llround(pow(10, digits)))
        decimals--;
    return decimals;
}

void wording_significant(struct strbuf *sb, double value, int digits)
{
    wording_fixed(sb, value, wording_decimals(value, digits));
}

/* "3 min 20 s": two units, the smaller one rounded and left out where it is 0. */
static void two_units(struct strbuf *sb, double seconds, double large, const char *large_name,
                      double small, const char *small_name)
{
    long long parts = llround(seconds / small);
    long long each = llround(large / small);
    strbuf_addf(sb, "%lld %s", parts / each, large_name);
    if (parts % each != 0)
        strbuf_addf(sb, " %lld %s", parts % each, small_name);
}

void wording_seconds(struct strbuf *sb, double seconds)
{
    static const struct {
        double below, unit;
        const char *name;
    } units[] = {{1e-6, 1e-9, "ns"}, {1e-3, 1e-6, "µs"}, {0.09995, 1e-3, "ms"}, {99.95, 1, "s"}};

    if (!isfinite(seconds)) {
        strbuf_add(sb, EN_DASH);
        return;
    }
    if (seconds == 0) {
        strbuf_add(sb, "0 s");
        return;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (seconds < units[i].below) {
            wording_significant(sb, seconds / units[i].unit, 3);
            strbuf_addf(sb, " %s", units[i].name);
            return;
        }
    if (seconds < 3599.5)
        two_units(sb, seconds, 60, "min", 1, "s");
    else if (seconds < 86370)
        two_units(sb, seconds, 3600, "h", 60, "min");
    else
        two_units(sb, seconds, 86400, "d", 3600, "h");
}

/* From 10 % on whole percents, below that two digits. */
static int percent_decimals(double percent)
{
    return fabs(percent) >= 9.95 || percent == 0 ? 0 : wording_decimals(percent, 2);
}

void wording_percent(struct strbuf *sb, double fraction)
{
    wording_fixed(sb, fraction * 100, percent_decimals(fraction * 100));
    if (isfinite(fraction))
        strbuf_add(sb, " %");
}

void wording_ratio(struct strbuf *sb, double ratio)
{
    double size = fabs(ratio);
    int decimals = size >= 99.95 ? 0 : size >= 1.0995 ? 1 : 2;
    if (size < 0.9)
        decimals = wording_decimals(ratio, 2);
    wording_fixed(sb, ratio, decimals);
    if (isfinite(ratio))
        strbuf_add(sb, TIMES);
}

static bool look_alike(double low, double high, int decimals)
{
    return llround(low * powers[decimals]) == llround(high * powers[decimals]);
}

static void range_with_decimals(struct strbuf *sb, double low, double high, int decimals)
{
    if (!isfinite(low) || !isfinite(high) || fmax(fabs(low), fabs(high)) >= 9e9) {
        wording_significant(sb, low, 2);
        strbuf_add(sb, EN_DASH);
        wording_significant(sb, high, 2);
        return;
    }
    int most = clamp(wording_decimals(high, 6), decimals, MOST_DECIMALS);
    int finer = decimals;
    while (finer < most && look_alike(low, high, finer))
        finer++;
    if (look_alike(low, high, finer)) {
        wording_fixed(sb, low, decimals);
        return;
    }
    wording_fixed(sb, low, finer);
    strbuf_add(sb, EN_DASH);
    wording_fixed(sb, high, finer);
}

/* An end beside 1 must not look like it: on which side it is, is the point. */
static bool hides_one(double value, int decimals)
{
    return value != 1 && fabs(value - 1) < 0.5 * pow(10, -decimals);
}

void wording_range(struct strbuf *sb, double low, double high)
{
    int decimals = wording_decimals(low, 2);
    if (decimals < 1 && fabs(low) < 100)
        decimals = 1; /* 16.4 has its ends at 15.8 and 16.8, not at 16 and 17 */
    while (decimals < MOST_DECIMALS &&
           (hides_one(low, decimals) || hides_one(high, decimals)))
        decimals++;
    range_with_decimals(sb, low, high, decimals);
}

void wording_percent_range(struct strbuf *sb, double low, double high)
{
    int decimals = percent_decimals(low * 100);
    while (decimals + 2 < MOST_DECIMALS &&
           (hides_one(low, decimals + 2) || hides_one(high, decimals + 2)))
        decimals++;
    range_with_decimals(sb, low * 100, high * 100, decimals);
    if (isfinite(low) && isfinite(high))
        strbuf_add(sb, " %");
}

void wording_bytes(struct strbuf *sb, double bytes)
{
    static const char *const names[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
    size_t unit = 0;
    if (!isfinite(bytes)) {
        strbuf_add(sb, EN_DASH);
        return;
    }
    while (unit + 1 < sizeof names / sizeof *names && fabs(bytes) >= 1023.5) {
        bytes /= 1024;
        unit++;
    }
    wording_fixed(sb, bytes, unit == 0 || fabs(bytes) >= 9.95 ? 0 : 1);
    strbuf_addf(sb, " %s", names[unit]);
}

void wording_core_time(struct strbuf *sb, double core_seconds)
{
    bool hours = core_seconds >= 3599.5;
    wording_significant(sb, hours ? core_seconds / 3600 : core_seconds, 3);
    if (isfinite(core_seconds))
        strbuf_add(sb, hours ? " core-hours" : " core-seconds");
}

void wording_count(struct strbuf *sb, int64_t count)
{
    char digits[24];
    uint64_t size = count < 0 ? 0 - (uint64_t)count : (uint64_t)count;
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)size);
    if (count < 0)
        strbuf_add_char(sb, '-');
    for (int i = 0; i < length; i++) {
        if (i > 0 && length > 4 && (length - i) % 3 == 0)
            strbuf_add(sb, NARROW_SPACE);
        strbuf_add_char(sb, digits[i]);
    }
}

void wording_size(struct strbuf *sb, double size)
{
    char text[NUMBER_TEXT_SIZE];
    if (!isfinite(size))
        strbuf_add(sb, EN_DASH);
    else if (size == floor(size) && fabs(size) < 1e15)
        wording_count(sb, (int64_t)size);
    else
        strbuf_add(sb, number_format(text, size));
}

void wording_plural(struct strbuf *sb, int64_t count, const char *one, const char *many)
{
    wording_count(sb, count);
    strbuf_addf(sb, " %s", count == 1 ? one : many);
}

const char *wording_separator(size_t index, size_t count)
{
    return index == 0 ? "" : index + 1 == count ? " and " : ", ";
}

void wording_list(struct strbuf *sb, const int64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        strbuf_addf(sb, "%s%lld", wording_separator(i, count), (long long)values[i]);
    }
}
