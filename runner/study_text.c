#include "study_text.h"

#include <ctype.h>
#include <string.h>

/* Not isalpha(): it follows the locale, and names end in folders and scripts. */
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool study_name_is_valid(const char *name)
{
    struct strbuf sentence = STRBUF_INIT;
    bool valid = !name_problem(name, &sentence);
    strbuf_free(&sentence);
    return valid;
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
    return line_problem(text, sentence);
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

/* --- core counts ----------------------------------------------------------- */

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
    if (!digits_read(&p, 5, &count) || count < 1 || count > STUDY_MAX_CORES || *p++ != '_')
        return false;
    if (is_unit(p, "core", count)) {
        cores->count = count;
        return true;
    }
    if (is_digit(*p)) {
        if (!digits_read(&p, 5, &parts) || parts <= count || *p++ != '_' || strcmp(p, "node") != 0)
            return false;
    } else if (!is_unit(p, "node", count)) {
        return false;
    }
    cores->node_count = count;
    cores->node_parts = parts;
    return true;
}
