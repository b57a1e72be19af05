#include "sbatch_text.h"

#include <stdbool.h>
#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

void sbatch_add_quoted(struct strbuf *out, const char *text)
{
    if (*text != '\0' && strpbrk(text, " \t\"'\\#") == NULL) {
        strbuf_add(out, text);
        return;
    }
    strbuf_add_char(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            strbuf_add_char(out, '\\');
        strbuf_add_char(out, *text);
    }
    strbuf_add_char(out, '"');
}

int sbatch_check_line(const char *what, const char *text, struct error *err)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (!is_control(*p))
            continue;
        char name[ERROR_NAME_SIZE];
        return error_set(err, "%s \"%s\" holds %s, which cannot stand in a job script; use another",
                         what, error_name(name, text, strlen(text)),
                         *p == '\n' ? "a line end" : "a control character");
    }
    return 0;
}

int sbatch_check_word(const char *what, const char *text, struct error *err)
{
    if (sbatch_check_line(what, text, err) != 0)
        return -1;
    const char *found = strpbrk(text, " \"'\\#`$;<>");
    if (found == NULL && text[0] != '-')
        return 0;
    char name[ERROR_NAME_SIZE], character[] = {found == NULL ? '-' : *found, '\0'};
    return error_set(err, "%s \"%s\" %s %s: write it as sbatch takes it, one word without quotes",
                     what, error_name(name, text, strlen(text)),
                     found == NULL ? "begins with" : "holds",
                     *character == ' ' ? "a blank" : character);
}

int sbatch_check_path(const char *what, const char *text, struct error *err)
{
    char name[ERROR_NAME_SIZE];
    if (sbatch_check_line(what, text, err) != 0)
        return -1;
    if (text[0] != '/')
        return error_set(err, "%s \"%s\" must be a path from the root, for a job starts elsewhere",
                         what, error_name(name, text, strlen(text)));
    if (strchr(text, '\\') != NULL)
        return error_set(err,
                         "%s \"%s\" holds a backslash, which Slurm drops from the names of its "
                         "logs; use a path without one",
                         what, error_name(name, text, strlen(text)));
    return 0;
}

void sbatch_add_pattern(struct strbuf *out, const char *path)
{
    for (; *path != '\0'; path++) {
        if (*path == '%')
            strbuf_add_char(out, '%');
        strbuf_add_char(out, *path);
    }
}

/* sbatch obeys these wherever they stand: there would be no job, or no id of it. Their
 * beginnings count too: getopt_long() takes them. */
static bool is_for_sbatch_itself(const char *name, size_t length)
{
    static const char *const options[] = {"--help",      "--parsable", "--quiet", "--test-only",
                                          "--usage",     "--version",  "--wait",  "--wrap"};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (strncmp(options[i], name, length) == 0)
            return true;
    return length == 2 && strchr("hQVW", name[1]) != NULL;
}

int sbatch_add_option(struct strbuf *out, const char *option, struct error *err)
{
    char shown[ERROR_NAME_SIZE];
    error_name(shown, option, strlen(option));
    if (sbatch_check_line("the option of sbatch", option, err) != 0)
        return -1;
    size_t length = option[0] == '-' ? 1 : 0;
    if (length == 1 && option[1] == '-')
        length = 2 + strspn(option + 2, "abcdefghijklmnopqrstuvwxyz0123456789-_");
    else if (length == 1 && option[1] != '\0' && strchr(letters, option[1]) != NULL)
        length = 2;
    const char *value = option + length;
    bool is_long = length > 2 && option[1] == '-';
    if (length < 2 || (length == 2 && option[1] == '-') ||
        (is_long && *value != '\0' && *value != '=' && *value != ' '))
        return error_set(err, "\"%s\" is no option of sbatch: write it as in \"--mail-type=END\"",
                         shown);
    if (is_for_sbatch_itself(option, length))
        return error_set(err, "the option \"%s\" is scalestudy's own: leave it out", shown);
    strbuf_add_bytes(out, option, length);
    if (*value == '\0')
        return 0;
    if (*value == '=' && is_long) {
        strbuf_add_char(out, *value++);
    } else {
        strbuf_add_char(out, ' ');
        value += strspn(value, " ");
    }
    sbatch_add_quoted(out, value);
    return 0;
}

void sbatch_add_time(struct strbuf *out, int64_t minutes)
{
    if (minutes < 1)
        minutes = 1;
    if (minutes >= 24 * 60)
        strbuf_addf(out, "%lld-", (long long)(minutes / (24 * 60)));
    strbuf_addf(out, "%02lld:%02lld:00", (long long)(minutes / 60 % 24), (long long)(minutes % 60));
}
