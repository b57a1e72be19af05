#include "slurm_text.h"

#include <math.h>
#include <string.h>

#include "number.h"

static bool is_word(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && memcmp(text, word, length) == 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* --- times --- */

static bool is_not_given(const char *text, size_t length)
{
    static const char *const words[] = {"", "Partition_Limit", "NOT_SET", "N/A", "Unknown", "None"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is_word(text, length, words[i]))
            return true;
    return false;
}

/* Digits, with a fraction where one may be. Returns the characters taken, 0
 * where there is no number. */
static size_t take_field(const char *text, size_t length, bool fraction, double *value)
{
    size_t end = 0;
    while (end < length && is_digit(text[end]))
        end++;
    if (fraction && end > 0 && end + 1 < length && text[end] == '.')
        for (end++; end < length && is_digit(text[end]);)
            end++;
    if (end == 0 || text[end - 1] == '.')
        return 0;
    return number_parse(text, end, value) ? end : 0;
}

static bool parse_clock(const char *text, size_t length, double *seconds)
{
    double fields[3];
    size_t count = 0, at = 0;

    for (;;) {
        size_t taken = take_field(text + at, length - at, true, &fields[count++]);
        if (taken == 0)
            return false;
        at += taken;
        if (at == length)
            break;
        if (text[at] != ':' || count == 3 || memchr(text, '.', at) != NULL)
            return false;
        at++;
    }
    if (count < 2 || fields[count - 1] >= 60 || (count == 3 && fields[1] >= 60))
        return false;
    *seconds =
        count == 2 ? fields[0] * 60 + fields[1] : (fields[0] * 60 + fields[1]) * 60 + fields[2];
    return true;
}

bool slurm_seconds_parse(const char *text, size_t length, double *seconds)
{
    double days = 0, rest;
    const char *dash;

    if (is_not_given(text, length)) {
        *seconds = NAN;
        return true;
    }
    if (is_word(text, length, "UNLIMITED")) {
        *seconds = INFINITY;
        return true;
    }
    dash = memchr(text, '-', length);
    if (dash != NULL) {
        size_t before = (size_t)(dash - text);
        if (take_field(text, before, false, &days) != before || before == 0)
            return false;
        text += before + 1;
        length -= before + 1;
    }
    if (!parse_clock(text, length, &rest))
        return false;
    *seconds = days * 86400 + rest;
    return true;
}

int64_t slurm_number_parse(const char *text, size_t length)
{
    int64_t number = 0;
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(text[i]) || number > (INT64_MAX - 9) / 10)
            return -1;
        number = number * 10 + (text[i] - '0');
    }
    return length == 0 ? -1 : number;
}

int64_t slurm_epoch_parse(const char *text)
{
    int64_t seconds = slurm_number_parse(text, strlen(text));
    return seconds > 0 ? seconds : 0;
}

/* --- sizes --- */

bool slurm_size_parse(const char *text, size_t length, double *bytes, enum slurm_per *per)
{
    static const char units[] = "KMGTPE";
    enum slurm_per found = SLURM_PER_JOB;
    double value, unit = 1;

    if (length == 0) {
        *bytes = NAN;
        if (per != NULL)
            *per = found;
        return true;
    }
    if (per != NULL && (text[length - 1] == 'c' || text[length - 1] == 'n'))
        found = text[--length] == 'c' ? SLURM_PER_CPU : SLURM_PER_NODE;
    const char *letter = length == 0 ? NULL : memchr(units, text[length - 1], sizeof units - 1);
    if (letter != NULL) {
        unit = pow(1024, (double)(letter - units + 1));
        length--;
    }
    if (length == 0 || take_field(text, length, true, &value) != length)
        return false;
    *bytes = value * unit;
    if (per != NULL)
        *per = found;
    return true;
}

bool slurm_tres_find(const char *tres, const char *name, const char **value, size_t *length)
{
    size_t name_length = strlen(name);
    for (;;) {
        size_t entry = strcspn(tres, ",");
        if (entry > name_length && tres[name_length] == '=' &&
            memcmp(tres, name, name_length) == 0) {
            *value = tres + name_length + 1;
            *length = entry - name_length - 1;
            return true;
        }
        if (tres[entry] == '\0')
            return false;
        tres += entry + 1;
    }
}

double slurm_tres_bytes(const char *tres, const char *name)
{
    const char *value;
    size_t length;
    double bytes;
    if (!slurm_tres_find(tres, name, &value, &length) ||
        !slurm_size_parse(value, length, &bytes, NULL))
        return NAN;
    return bytes;
}

/* --- exit codes and ids --- */

bool slurm_exit_parse(const char *text, int *code, int *signal)
{
    size_t before = strcspn(text, ":");
    if (text[before] != ':')
        return false;
    const char *behind = text + before + 1;
    int64_t first = slurm_number_parse(text, before);
    int64_t second = slurm_number_parse(behind, strlen(behind));
    if (first < 0 || second < 0 || first > 65535 || second > 65535)
        return false;
    *code = (int)first;
    *signal = (int)second;
    return true;
}

/* Digits at `*at`, which then stands behind them; -1 where there are none. */
static int64_t take_number(const char **at)
{
    size_t length = strspn(*at, "0123456789");
    int64_t number = slurm_number_parse(*at, length);
    *at += length;
    return number;
}

bool slurm_id_parse(const char *text, struct slurm_id *id)
{
    struct slurm_id read = {.index = -1, .component = -1};

    read.job = take_number(&text);
    if (read.job < 0)
        return false;
    if (text[0] == '_' && text[1] == '[') {
        const char *end = strchr(text, ']');
        if (end == NULL || end == text + 2)
            return false;
        read.rest = true;
        text = end + 1;
    } else if (*text == '_') {
        text++;
        read.index = take_number(&text);
        if (read.index < 0)
            return false;
    } else if (*text == '+') {
        text++;
        read.component = take_number(&text);
        if (read.component < 0)
            return false;
    }
    if (*text == '.') {
        text++;
        if (*text == '\0')
            return false;
    } else if (*text != '\0') {
        return false;
    }
    read.step = text;
    *id = read;
    return true;
}

/* --- rows --- */

char *slurm_line_take(char **rest)
{
    char *line = *rest;
    if (*line == '\0')
        return NULL;
    size_t length = strcspn(line, "\n");
    *rest += length + (line[length] == '\n');
    line[length] = '\0';
    return line;
}

size_t slurm_row_cut(char *row, char **fields, size_t most)
{
    size_t count = 0;
    while (count < most) {
        fields[count++] = row;
        char *bar = strchr(row, '|');
        if (bar == NULL || count == most)
            break;
        *bar = '\0';
        row = bar + 1;
    }
    return count;
}
