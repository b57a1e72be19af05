#include "study_text.h"

#include <ctype.h>
#include <string.h>

#include "number.h"

/* Not isalpha(): it follows the locale, and names end in folders and scripts. */
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The character that `text` begins with, as a sentence can show it. */
static void add_character(struct strbuf *sentence, const char *text)
{
    unsigned char c = (unsigned char)*text;
    size_t length = 1;
    if (c == '\n' || c == '\r') {
        strbuf_add(sentence, "a line end");
    } else if (c == '\t') {
        strbuf_add(sentence, "a tab");
    } else if (c == ' ') {
        strbuf_add(sentence, "a blank");
    } else if (c == '"') {
        strbuf_add(sentence, "a double quote");
    } else if (c < 0x20 || c == 0x7f) {
        strbuf_addf(sentence, "the control character U+%04X", c);
    } else {
        while (((unsigned char)text[length] & 0xc0) == 0x80)
            length++;
        strbuf_addf(sentence, "\"%.*s\"", (int)length, text);
    }
}

static bool may_not_hold(struct strbuf *sentence, const char *character, const char *remedy)
{
    strbuf_add(sentence, "may not hold ");
    add_character(sentence, character);
    strbuf_addf(sentence, "; %s", remedy);
    return true;
}

/* --- names, words, lines --------------------------------------------------- */

bool study_name_problem(const char *text, struct strbuf *sentence)
{
    static const char allowed[] = "allowed are letters, digits and . _ + -";
    size_t length = strlen(text);
    if (length == 0) {
        strbuf_addf(sentence, "must not be empty; %s", allowed);
        return true;
    }
    for (const char *p = text; *p != '\0'; p++)
        if (!is_letter(*p) && !is_digit(*p) && strchr("._+-", *p) == NULL)
            return may_not_hold(sentence, p, allowed);
    if (!is_letter(*text) && !is_digit(*text)) {
        strbuf_addf(sentence, "must begin with a letter or a digit, not with \"%c\"", *text);
        return true;
    }
    if (length > STUDY_LONGEST_NAME) {
        strbuf_addf(sentence, "is %zu characters long; a name has at most %d", length,
                    STUDY_LONGEST_NAME);
        return true;
    }
    return false;
}

bool study_name_is_valid(const char *name)
{
    struct strbuf sentence = STRBUF_INIT;
    bool valid = !study_name_problem(name, &sentence);
    strbuf_free(&sentence);
    return valid;
}

bool study_word_problem(const char *text, struct strbuf *sentence)
{
    if (*text == '\0') {
        strbuf_add(sentence, "must not be empty; leave it out instead");
        return true;
    }
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if (c <= 0x20 || c >= 0x7f || strchr("\"'`$\\<>;#", c) != NULL)
            return may_not_hold(sentence, p,
                                "it is one word of letters, digits and signs, and no shell or "
                                "quotes are read");
    }
    return false;
}

bool study_line_problem(const char *text, struct strbuf *sentence)
{
    for (const char *p = text; *p != '\0'; p++)
        if (((unsigned char)*p < 0x20 && *p != '\t') || *p == 0x7f)
            return may_not_hold(sentence, p, "write each line as a text of its own");
    return false;
}

/* --- options of sbatch ----------------------------------------------------- */

/* What the job scripts say already. `key` is what to use, NULL: nothing is. */
static const struct taken {
    const char *option, *letter, *key;
} taken[] = {
    {"--account", "-A", "account"},
    {"--partition", "-p", "partition"},
    {"--constraint", "-C", "constraint"},
    {"--qos", "-q", "qos"},
    {"--reservation", NULL, "reservation"},
    {"--time", "-t", "time_limit"},
    {"--mem", NULL, "memory"},
    {"--exclusive", NULL, "exclusive"},
    {"--gpus-per-node", NULL, "gpus"},
    {"--array", "-a", NULL},
    {"--chdir", "-D", NULL},
    {"--cpus-per-task", "-c", NULL},
    {"--error", "-e", NULL},
    {"--job-name", "-J", NULL},
    {"--nodes", "-N", NULL},
    {"--ntasks", "-n", NULL},
    {"--ntasks-per-node", NULL, NULL},
    {"--output", "-o", NULL},
    {"--parsable", NULL, NULL},
    {"--test-only", NULL, NULL},
    {"--wait", "-W", NULL},
    {"--wrap", NULL, NULL},
};

/* Letters take their value with or without a blank: -n4 is -n 4. */
static bool is_option(const char *text, const struct taken *row)
{
    size_t length = strlen(row->option);
    if (strncmp(text, row->option, length) == 0 &&
        (text[length] == '\0' || text[length] == '=' || text[length] == ' '))
        return true;
    return row->letter != NULL && strncmp(text, row->letter, 2) == 0;
}

bool study_option_problem(const char *text, struct strbuf *sentence)
{
    if (text[0] != '-' || text[1] == '\0' || strcmp(text, "--") == 0) {
        strbuf_add(sentence, "must begin with \"-\", as in \"--mail-type=END\"");
        return true;
    }
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        if (!is_option(text, &taken[i]))
            continue;
        if (taken[i].key != NULL)
            strbuf_addf(sentence, "may not hold %s: it has a key of its own, \"%s\"",
                        taken[i].option, taken[i].key);
        else
            strbuf_addf(sentence, "may not hold %s: the plan decides it", taken[i].option);
        return true;
    }
    return study_line_problem(text, sentence);
}

/* --- variables ------------------------------------------------------------- */

bool study_variable_problem(const char *name, struct strbuf *sentence)
{
    static const char allowed[] =
        "a variable's name has letters, digits and _, and no digit in front";
    if (*name == '\0' || is_digit(*name)) {
        strbuf_addf(sentence, "%s; %s",
                    *name == '\0' ? "must not be empty" : "must not begin with a digit", allowed);
        return true;
    }
    for (const char *p = name; *p != '\0'; p++)
        if (!is_letter(*p) && !is_digit(*p) && *p != '_')
            return may_not_hold(sentence, p, allowed);
    if (strncmp(name, "SCALESTUDY_", 11) == 0) {
        strbuf_add(sentence, "must not begin with SCALESTUDY_: those mark the runs of a study");
        return true;
    }
    return false;
}

/* --- commands -------------------------------------------------------------- */

static const char *const placeholders[] = {"cores", "threads", "ranks", "nodes",
                                           "size",  "block",   "run"};
enum { PLACEHOLDERS = sizeof placeholders / sizeof *placeholders, LONGEST_WORD = 40 };

/* The word of "{word}" at `text`: letters, digits and _, a letter in front. */
static bool placeholder_at(const char *text, char word[LONGEST_WORD + 1])
{
    size_t length = 0;
    if (*text != '{' || !is_letter(text[1]))
        return false;
    for (const char *p = text + 1; is_letter(*p) || is_digit(*p) || *p == '_'; p++) {
        if (length == LONGEST_WORD)
            return false;
        word[length++] = *p;
    }
    word[length] = '\0';
    return text[length + 1] == '}';
}

static bool is_placeholder(const char *word)
{
    for (size_t i = 0; i < PLACEHOLDERS; i++)
        if (strcmp(word, placeholders[i]) == 0)
            return true;
    return false;
}

static void lower(const char *word, char small[LONGEST_WORD + 1])
{
    size_t i = 0;
    for (; word[i] != '\0'; i++)
        small[i] = (char)tolower((unsigned char)word[i]);
    small[i] = '\0';
}

bool study_argument_problem(const char *text, struct strbuf *sentence)
{
    char word[LONGEST_WORD + 1], small[LONGEST_WORD + 1];
    for (const char *p = strchr(text, '{'); p != NULL; p = strchr(p + 1, '{')) {
        if (!placeholder_at(p, word))
            continue;
        bool of_shell = p > text && p[-1] == '$'; /* ${HOME}, for the shell of ["sh", "-c", …] */
        if (is_placeholder(word)) {
            if (!of_shell)
                continue;
            strbuf_addf(sentence, "holds ${%s}, of which the $ would stay; write {%s}", word, word);
            return true;
        }
        if (of_shell)
            continue;
        lower(word, small);
        const char *meant = suggest(small, placeholders, PLACEHOLDERS);
        strbuf_addf(sentence, "holds {%s}, which nothing replaces; ", word);
        if (meant != NULL)
            strbuf_addf(sentence, "did you mean {%s}?", meant);
        else
            strbuf_addf(sentence,
                        "there are {cores}, {threads}, {ranks}, {nodes}, {size}, {block} and "
                        "{run}, and braces for the program need a blank: { %s }",
                        word);
        return true;
    }
    return false;
}

bool study_command_uses(char *const *command, const char *word)
{
    char found[LONGEST_WORD + 1];
    for (size_t i = 0; command != NULL && command[i] != NULL; i++)
        for (const char *p = strchr(command[i], '{'); p != NULL; p = strchr(p + 1, '{'))
            if (placeholder_at(p, found) && strcmp(found, word) == 0)
                return true;
    return false;
}

const char *study_launcher(const char *program)
{
    static const char *const launchers[] = {"mpirun",  "mpiexec", "mpiexec.hydra", "orterun",
                                            "prterun", "srun",    "mpprun",        "aprun"};
    const char *slash = strrchr(program, '/');
    const char *base = slash == NULL ? program : slash + 1;
    for (size_t i = 0; i < sizeof launchers / sizeof *launchers; i++)
        if (strcmp(base, launchers[i]) == 0)
            return launchers[i];
    return NULL;
}

/* --- times and core counts ------------------------------------------------- */

/* Digits at *text, at most `most` of them; moves *text behind them. */
static bool read_digits(const char **text, size_t most, int64_t *number)
{
    size_t count = 0;
    int64_t value = 0;
    for (; is_digit(**text); ++*text) {
        if (++count > most)
            return false;
        value = value * 10 + (**text - '0');
    }
    *number = value;
    return count > 0;
}

bool study_time_parse(const char *text, double *seconds)
{
    int64_t days = 0, part[3];
    size_t count = 0;
    const char *p = text;
    bool has_days = false;

    if (text[strspn(text, "0123456789.")] == '\0')
        return number_parse(text, strlen(text), seconds);
    do {
        if (count == 3 || !read_digits(&p, 9, &part[count]))
            return false;
        if (*p == '-' && count == 0 && !has_days) {
            has_days = true;
            days = part[0];
        } else {
            count++;
            if (*p != ':' && *p != '\0')
                return false;
        }
    } while (*p++ != '\0');

    /* Slurm reads the parts from the left: days first, or else minutes where
     * there are two and hours where there are three. */
    static const int64_t with_days[] = {3600, 60, 1};
    const int64_t *unit = has_days ? with_days : with_days + (3 - count);
    int64_t total = days * 86400;
    for (size_t i = 0; i < count; i++) {
        int64_t limit = unit[i] == 3600 ? 24 : 60;
        if ((i > 0 || has_days) && part[i] >= limit)
            return false;
        total += part[i] * unit[i];
    }
    *seconds = (double)total;
    return true;
}

/* "2_nodes" and "1_node" are right, "2_node" and "1_nodes" are not. */
static bool is_unit(const char *text, const char *unit, int64_t count)
{
    size_t length = strlen(unit);
    return strncmp(text, unit, length) == 0 && strcmp(text + length, count == 1 ? "" : "s") == 0;
}

bool study_scale_parse(const char *text, struct study_cores *cores)
{
    int64_t count, parts = 1;
    const char *p = text;
    if (!read_digits(&p, 5, &count) || count < 1 || count > STUDY_MAX_CORES || *p++ != '_')
        return false;
    if (is_unit(p, "core", count)) {
        cores->count = count;
        return true;
    }
    if (is_digit(*p)) {
        if (!read_digits(&p, 5, &parts) || parts <= count || *p++ != '_' || strcmp(p, "node") != 0)
            return false;
    } else if (!is_unit(p, "node", count)) {
        return false;
    }
    cores->node_count = count;
    cores->node_parts = parts;
    return true;
}
