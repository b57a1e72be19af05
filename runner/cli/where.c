#include "where.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "profile_check.h"
#include "profile_find.h"
#include "strbuf.h"
#include "study_fields.h"
#include "terminal.h"

static int refuse_choice(const struct study *study, const char *why, struct error *err)
{
    struct strbuf names = STRBUF_INIT;
    for (size_t i = 0; i < study->cluster_count; i++)
        strbuf_addf(&names, "%s%s", i == 0 ? "" : ", ", study->clusters[i].folder);
    error_set(err, "%s: %s; choose one with --cluster NAME (%s), or measure on this machine with "
                   "--local",
              study->clusters[0].place.text, why, names.str);
    strbuf_free(&names);
    return -1;
}

static int take_entry(struct where *w, const struct study_cluster *entry, struct error *err)
{
    char *origin = NULL;
    int rc = profile_find(&w->profile, entry->cluster, &origin, err);
    free(origin);
    if (rc != 0) {
        struct error why = *err;
        return error_set(err, "%s: %s", entry->place.text, why.text);
    }
    w->wishes = entry;
    return 0;
}

/* A name on the command line: a folder of the study, a profile or a profile's file. */
static int take_named(struct where *w, const struct study *study, const char *name,
                      struct error *err)
{
    bool ambiguous;
    const struct study_cluster *entry = study_cluster_of(study, name, "", &ambiguous);
    char *origin = NULL;
    if (entry != NULL)
        return take_entry(w, entry, err);
    if (profile_find(&w->profile, name, &origin, err) != 0)
        return -1;
    free(origin);
    w->wishes = study_cluster_of(study, name, w->profile.name, &ambiguous);
    if (ambiguous)
        return refuse_choice(study, "several of the study's entries are for that cluster", err);
    return 0;
}

/* The name of the cluster on whose nodes we are; NULL. The caller frees it. */
static int find_here(char **name, struct error *err)
{
    struct profile_list list;
    if (profile_list_load(&list, err) != 0)
        return -1;
    char *host = profile_this_host();
    const struct profile_entry *entry = profile_list_by_host(&list, host);
    *name = entry == NULL ? NULL : xstrdup(entry->name);
    free(host);
    profile_list_free(&list);
    return 0;
}

/* The study's entry of the cluster that we are on. */
static int take_matching(struct where *w, const struct study *study, const char *here,
                         struct error *err)
{
    const struct study_cluster *found = NULL;
    for (size_t i = 0; i < study->cluster_count; i++) {
        if (here == NULL || strcmp(study->clusters[i].cluster, here) != 0)
            continue;
        if (found != NULL)
            return refuse_choice(study, "several of its entries are for this cluster", err);
        found = &study->clusters[i];
    }
    if (found == NULL)
        return refuse_choice(study, "this is no login node of a cluster that the study names", err);
    return take_entry(w, found, err);
}

static int choose(struct where *w, const struct study *study, const char *cluster, struct error *err)
{
    char *here = NULL, *origin = NULL;
    if (cluster != NULL)
        return take_named(w, study, cluster, err);
    if (find_here(&here, err) != 0)
        return -1;
    int rc = 0;
    if (study->cluster_count > 0)
        rc = take_matching(w, study, here, err);
    else if (here == NULL)
        w->local = true;
    else
        rc = profile_find(&w->profile, here, &origin, err);
    free(here);
    free(origin);
    return rc;
}

/* Where the keys stand, for messages: the account on the command line. */
static struct study_place *places_with_account(const struct study_cluster *wishes)
{
    const struct study_table *table = &study_cluster_table;
    struct study_place *places = xcalloc(table->count, sizeof *places);
    if (wishes != NULL && wishes->places != NULL)
        memcpy(places, wishes->places, table->count * sizeof *places);
    places[study_field_find(table, "account") - table->fields] = (struct study_place){"--account"};
    return places;
}

/* An account on the command line goes before the study's. */
static void take_account(struct where *w, const char *account)
{
    if (account == NULL)
        return;
    if (w->wishes != NULL)
        w->own = *w->wishes;
    else
        w->own = (struct study_cluster){.folder = w->profile.name, .cluster = w->profile.name,
                                        .time_limit_seconds = NAN, .memory_mib = NAN,
                                        .exclusive = -1, .place = {"--account"}};
    w->own.account = (char *)account;
    w->own.places = places_with_account(w->wishes);
    w->wishes = &w->own;
}

int where_choose(struct where *w, const struct study *study, const struct where_asked *asked,
                 struct error *err)
{
    *w = (struct where){.local = asked->local, .account_may_come = asked->checks_only};
    if (asked->local && asked->cluster != NULL)
        return error_set(err, "--local and --cluster %.60s: give one of them", asked->cluster);
    if (asked->local)
        return 0;
    int rc = choose(w, study, asked->cluster, err);
    if (rc == 0 && !w->local) {
        take_account(w, asked->account);
        rc = cluster_target_make(&w->target, &w->profile, w->wishes, study, err);
    }
    if (rc != 0)
        where_free(w);
    return rc;
}

/* Several may be wrong at once: each is said, so that they can be mended at once. */
static int tell_findings(const struct profile_findings *findings, struct error *err)
{
    int rc = 0;
    for (size_t i = 0; i < findings->count; i++) {
        const struct profile_finding *finding = &findings->list[i];
        if (!finding->refused) {
            terminal_say("warning: %s", finding->text);
            continue;
        }
        if (rc != 0)
            terminal_fail(err);
        rc = error_set(err, "%s", finding->text);
    }
    return rc;
}

int where_check_rules(const struct where *w, const struct study *study,
                      const struct catalog *catalog, struct error *err)
{
    char today[CLOCK_STAMP_SIZE];
    struct profile_findings findings = {0};
    struct profile_list known;
    if (w->local)
        return 0;
    if (profile_list_load(&known, err) != 0)
        return -1;
    struct profile_question question = {.profile = &w->profile, .study = study, .asked = w->wishes,
                                        .catalog = catalog, .known = &known,
                                        .today = clock_stamp(today, clock_now()),
                                        .account_may_come = w->account_may_come};
    profile_check(&question, &findings);
    int rc = tell_findings(&findings, err);
    profile_findings_free(&findings);
    profile_list_free(&known);
    return rc;
}

void where_free(struct where *w)
{
    cluster_target_free(&w->target);
    free(w->own.places);
    profile_free(&w->profile);
    *w = (struct where){0};
}
