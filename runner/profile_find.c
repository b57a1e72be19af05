#include "profile_find.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "files.h"
#include "templates.h"

static const char built_in_folder[] = "clusters/";

/* --- the list -------------------------------------------------------------- */

static bool is_json(const char *name)
{
    size_t length = strlen(name);
    return length > 5 && strcmp(name + length - 5, ".json") == 0;
}

/* NULL where neither variable is set, or not to a full path. */
static char *users_folder(void)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (config != NULL && config[0] == '/')
        return text_format("%s/scalestudy/clusters", config);
    if (home != NULL && home[0] == '/')
        return text_format("%s/.config/scalestudy/clusters", home);
    return NULL;
}

static void free_entry(struct profile_entry *entry)
{
    free(entry->name);
    free(entry->path);
    free(entry->problem);
    profile_free(&entry->profile);
}

static struct profile_entry *find_entry(const struct profile_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->entries[i].name, name) == 0)
            return &list->entries[i];
    return NULL;
}

static void append(struct profile_list *list, struct profile_entry entry)
{
    list->entries = xreallocarray(list->entries, list->count + 1, sizeof entry);
    list->entries[list->count++] = entry;
}

static void add_built_in(struct profile_list *list)
{
    for (const struct template_file *file = template_files; file->name != NULL; file++) {
        struct profile_entry entry = {0};
        struct error err = ERROR_INIT;
        if (strncmp(file->name, built_in_folder, strlen(built_in_folder)) != 0)
            continue;
        if (profile_parse(&entry.profile, file->name, file->bytes, file->length, &err) == 0) {
            entry.name = xstrdup(entry.profile.name);
        } else { /* a mistake of ours, which the tests find */
            entry.name = xstrdup(file->name + strlen(built_in_folder));
            entry.problem = xstrdup(err.text);
        }
        append(list, entry);
    }
}

/* The user's entry takes the place of a built-in one; of two of the user's the
 * first stays, and the second is shown with what is wrong with it. */
static void add_users(struct profile_list *list, const char *folder, const char *file)
{
    struct error err = ERROR_INIT;
    struct profile_entry entry = {.path = path_join(folder, file)};
    char *stem = xstrndup(file, strlen(file) - 5);
    if (profile_load(&entry.profile, entry.path, &err) != 0)
        entry.problem = xstrdup(err.text);
    else if (find_entry(list, entry.profile.name) != NULL &&
             find_entry(list, entry.profile.name)->path != NULL)
        entry.problem = text_format("%s: its name is \"%s\", and so is that of %s; give each a "
                                    "\"name\" of its own",
                                    entry.path, entry.profile.name,
                                    find_entry(list, entry.profile.name)->path);
    entry.name = xstrdup(entry.problem == NULL ? entry.profile.name : stem);
    free(stem);
    if (entry.problem != NULL)
        profile_free(&entry.profile);
    struct profile_entry *same = find_entry(list, entry.name);
    if (same != NULL && same->path == NULL) {
        free_entry(same);
        *same = entry;
    } else {
        append(list, entry);
    }
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int compare_entries(const void *a, const void *b)
{
    const struct profile_entry *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->problem != NULL) - (y->problem != NULL);
}

static int add_folder(struct profile_list *list, const char *folder, struct error *err)
{
    char **files = NULL;
    size_t count = 0;
    DIR *opened = opendir(folder);
    if (opened == NULL && (errno == ENOENT || errno == ENOTDIR))
        return 0;
    if (opened == NULL)
        return error_set(err, "cannot read the folder of your cluster profiles, %s: %s", folder,
                         strerror(errno));
    for (struct dirent *file = readdir(opened); file != NULL; file = readdir(opened)) {
        if (file->d_name[0] == '.' || !is_json(file->d_name))
            continue;
        files = xreallocarray(files, count + 1, sizeof *files);
        files[count++] = xstrdup(file->d_name);
    }
    closedir(opened);
    if (count > 0)
        qsort(files, count, sizeof *files, compare_texts);
    for (size_t i = 0; i < count; i++) {
        add_users(list, folder, files[i]);
        free(files[i]);
    }
    free(files);
    return 0;
}

int profile_list_load(struct profile_list *list, struct error *err)
{
    struct profile_list loaded = {0};
    char *folder = users_folder();
    add_built_in(&loaded);
    int rc = folder == NULL ? 0 : add_folder(&loaded, folder, err);
    free(folder);
    if (rc != 0) {
        profile_list_free(&loaded);
        return rc;
    }
    qsort(loaded.entries, loaded.count, sizeof *loaded.entries, compare_entries);
    *list = loaded;
    return 0;
}

void profile_list_free(struct profile_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free_entry(&list->entries[i]);
    free(list->entries);
    *list = (struct profile_list){0};
}

const struct profile_entry *profile_list_find(const struct profile_list *list, const char *name)
{
    return find_entry(list, name);
}

/* --- one of them ----------------------------------------------------------- */

static int refuse_unknown(const struct profile_list *list, const char *name, struct error *err)
{
    struct strbuf known = STRBUF_INIT;
    char shown[ERROR_NAME_SIZE];
    const char **names = xcalloc(list->count + 1, sizeof *names);
    for (size_t i = 0; i < list->count; i++) {
        names[i] = list->entries[i].name;
        strbuf_addf(&known, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    const char *meant = suggest(name, names, list->count);
    error_name(shown, name, strlen(name));
    if (meant != NULL)
        error_set(err, "there is no cluster profile \"%s\"; did you mean \"%s\"? There are %s",
                  shown, meant, known.str);
    else
        error_set(err,
                  "there is no cluster profile \"%s\"; there are %s, and `scalestudy probe` prints "
                  "one for the cluster that it is run on",
                  shown, known.str);
    free(names);
    strbuf_free(&known);
    return -1;
}

static int take(struct profile_list *list, const char *name, struct profile *profile, char **origin,
                struct error *err)
{
    struct profile_entry *entry = find_entry(list, name);
    if (entry == NULL)
        return refuse_unknown(list, name, err);
    if (entry->problem != NULL)
        return error_set(err, "%s", entry->problem);
    *profile = entry->profile;
    *origin = entry->path;
    entry->profile = (struct profile){0};
    entry->path = NULL;
    return 0;
}

int profile_find(struct profile *profile, const char *name, char **origin, struct error *err)
{
    struct profile_list list;
    if (strchr(name, '/') != NULL || is_json(name)) {
        if (profile_load(profile, name, err) != 0)
            return -1;
        *origin = xstrdup(name);
        return 0;
    }
    if (profile_list_load(&list, err) != 0)
        return -1;
    int rc = take(&list, name, profile, origin, err);
    profile_list_free(&list);
    return rc;
}

/* --- by host --------------------------------------------------------------- */

static bool any_matches(char *const *patterns, const char *host)
{
    for (size_t i = 0; patterns != NULL && patterns[i] != NULL; i++)
        if (profile_pattern_matches(patterns[i], host))
            return true;
    return false;
}

const struct profile_entry *profile_list_by_host(const struct profile_list *list, const char *host)
{
    for (int nodes = 0; nodes < 2; nodes++) {
        const struct profile_entry *found = NULL;
        for (size_t i = 0; i < list->count; i++) {
            const struct profile *profile = &list->entries[i].profile;
            if (!any_matches(nodes ? profile->node_hosts : profile->login_hosts, host))
                continue;
            if (found != NULL)
                return NULL;
            found = &list->entries[i];
        }
        if (found != NULL)
            return found;
    }
    return NULL;
}

char *profile_this_host(void)
{
    char name[256] = "";
    gethostname(name, sizeof name - 1);
    for (char *c = name; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return xstrdup(name);
}
