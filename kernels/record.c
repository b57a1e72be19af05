#include "record.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void record_double(double number, char text[32])
{
    if (!isfinite(number)) {
        strcpy(text, "null");
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, 32, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            return;
    }
}

static void print_number(const char *key, double number, FILE *out)
{
    char text[32];

    record_double(number, text);
    fprintf(out, ", \"%s\": %s", key, text);
}

/* Host names and our own sentences: nothing below a space, and the two that JSON escapes. */
static void print_text(const char *text, FILE *out)
{
    putc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            putc('\\', out);
        putc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
    putc('"', out);
}

/* Each host once, in order of its first worker; then which of them each worker was on. */
static void print_hosts(const struct record *record, FILE *out)
{
    int *host_of = calloc((size_t)record->workers, sizeof *host_of);
    int hosts = 0;

    if (host_of == NULL)
        return; /* who reads it takes all workers to have been on one host, and judges harder */
    fputs(", \"hosts\": [", out);
    for (int i = 0; i < record->workers; i++) {
        int before = 0;
        while (before < i && strcmp(record->about[before].host, record->about[i].host) != 0)
            before++;
        host_of[i] = before < i ? host_of[before] : hosts++;
        if (before < i)
            continue;
        fputs(host_of[i] > 0 ? ", " : "", out);
        print_text(record->about[i].host, out);
    }
    fputs("], \"host_of\": [", out);
    for (int i = 0; i < record->workers; i++)
        fprintf(out, "%s%d", i > 0 ? "," : "", host_of[i]);
    putc(']', out);
    free(host_of);
}

static void print_for_runner(const struct record *record, FILE *out)
{
    const struct kernel *kernel = record->kernel;
    char text[32];

    record_double(record->seconds, text);
    fprintf(out, "scalestudy: {\"seconds\": %s", text);
    print_number("value", record->result->value, out);
    print_number("error", record->result->error, out);
    fprintf(out, ", \"workers\": %d", record->workers);
    print_number(
        "work", record->result->work > 0 ? record->result->work : kernel_work(kernel, record->size),
        out);
    fprintf(out, ", \"unit\": \"%s\", \"size\": %" PRId64, kernel->unit, record->size);
    fprintf(out, ", \"ranks\": %d, \"threads\": %d, \"nodes\": %d", record->ranks,
            record->workers / record->ranks, record->nodes);
    if (record->nodes > 1)
        print_hosts(record, out);
    if (kernel->isa != NULL)
        fprintf(out, ", \"isa\": \"%s\"", kernel->isa());
    if (kernel->library != NULL) {
        fputs(", \"library\": ", out);
        print_text(kernel->library(), out);
    }
    if (record->result->wrong[0] != '\0') {
        fputs(", \"wrong\": ", out);
        print_text(record->result->wrong, out);
    }
    fputs(", \"binding\": [", out);
    for (int i = 0; i < record->workers; i++)
        fprintf(out, "%s\"%s\"", i > 0 ? "," : "", record->about[i].binding);
    fputs("]}\n", out);
}

static void print_time(const struct record *record, FILE *out)
{
    const struct kernel_result *result = record->result;

    fprintf(out, "Time spent: %.3f sec\n", record->seconds);
    if (result->giga_per_second != NULL && record->seconds > 0)
        fprintf(out, "Rate: %.4g %s\n", result->giga / record->seconds, result->giga_per_second);
}

/* A wrong answer has no time that means anything, so people are told none. */
void record_print(const struct record *record, FILE *out)
{
    record->kernel->say(record->result, out);
    if (record->result->wrong[0] != '\0')
        fprintf(out, "The answer is wrong: %s.\n", record->result->wrong);
    else
        print_time(record, out);
    print_for_runner(record, out);
}
