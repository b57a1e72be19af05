#include "slurm_state.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* --- states --- */

static const struct {
    const char *word;
    enum slurm_state state;
} state_words[] = {
    {"PENDING", SLURM_PENDING},
    {"REQUEUED", SLURM_PENDING}, /* sacct: this attempt is over, the job is not */
    {"REQUEUE_FED", SLURM_PENDING},
    {"REQUEUE_HOLD", SLURM_PENDING},
    {"RESV_DEL_HOLD", SLURM_PENDING},
    {"SPECIAL_EXIT", SLURM_PENDING}, /* requeued and held */
    {"RUNNING", SLURM_RUNNING},
    {"CONFIGURING", SLURM_RUNNING},
    {"SUSPENDED", SLURM_RUNNING},
    {"STOPPED", SLURM_RUNNING},
    {"RESIZING", SLURM_RUNNING},
    {"SIGNALING", SLURM_RUNNING},
    {"COMPLETING", SLURM_COMPLETING},
    {"STAGE_OUT", SLURM_COMPLETING},
    {"COMPLETED", SLURM_COMPLETED},
    {"FAILED", SLURM_FAILED},
    {"CANCELLED", SLURM_CANCELLED},
    {"TIMEOUT", SLURM_TIMEOUT},
    {"DEADLINE", SLURM_TIMEOUT},
    {"OUT_OF_MEMORY", SLURM_OUT_OF_MEMORY},
    {"NODE_FAIL", SLURM_NODE_FAIL},
    {"BOOT_FAIL", SLURM_BOOT_FAIL},
    {"PREEMPTED", SLURM_PREEMPTED},
    {"REVOKED", SLURM_UNKNOWN}, /* another cluster of a federation runs it */
};

enum { STATE_WORDS = sizeof state_words / sizeof *state_words };

enum slurm_state slurm_state_parse(const char *text)
{
    text += strspn(text, " ");
    size_t length = strcspn(text, " +");
    for (size_t i = 0; i < STATE_WORDS; i++)
        if (strlen(state_words[i].word) == length &&
            strncmp(text, state_words[i].word, length) == 0)
            return state_words[i].state;
    return SLURM_UNKNOWN;
}

const char *slurm_state_name(enum slurm_state state)
{
    /* Of several words for a state the first in the table is its own. */
    for (size_t i = 0; i < STATE_WORDS && state != SLURM_UNKNOWN; i++)
        if (state_words[i].state == state)
            return state_words[i].word;
    return "UNKNOWN";
}

bool slurm_state_ends(enum slurm_state state)
{
    return state >= SLURM_COMPLETED;
}

bool slurm_state_comes_again(enum slurm_state state)
{
    return state == SLURM_NODE_FAIL || state == SLURM_BOOT_FAIL || state == SLURM_PREEMPTED;
}

/* --- reasons --- */

static const char release_it[] = "release it with scontrol release and its id, or cancel it";
static const char submit_again[] = "cancel it and submit it again";
static const char ask_for_less[] = "cancel it and ask for less, or choose another partition";
static const char shorten_it[] =
    "cancel it and ask for a shorter time limit, or choose another partition";
static const char ask_support[] = "ask the support of the cluster";
static const char choose_account[] = "cancel it and choose another account, QOS or partition";
static const char more_hours[] =
    "wait for the next period of the project, or cancel it and choose another account";

/* A name that ends in '*' stands for all that begin so; the first match counts. */
static const struct known_reason {
    const char *name;
    struct slurm_reason meaning;
} known_reasons[] = {
    {"None", {"Slurm has not looked at it yet", false, NULL}},
    {"", {"Slurm has not looked at it yet", false, NULL}},
    {"Resources", {"it waits for cores, memory or nodes to become free", false, NULL}},
    {"Priority", {"jobs of higher priority come first", false, NULL}},
    {"JobArrayTaskLimit", {"only so many tasks of its array run at a time", false, NULL}},
    {"Dependency", {"it waits for another job", false, NULL}},
    {"DependencyNeverSatisfied",
     {"the job that it waits for did not end as it had to", true, submit_again}},
    {"BeginTime", {"it starts at a later time, or is about to be started again", false, NULL}},
    {"JobHeldUser", {"its owner holds it back", true, release_it}},
    {"JobHeldAdmin", {"an administrator holds it back", true, ask_support}},
    {"JobHoldMaxRequeue", {"it failed to start too often and is held back", true, ask_support}},
    {"MaxRequeue*", {"it failed to start too often and is held back", true, ask_support}},
    {"launch failed requeued held",
     {"it could not be started on its node and is held back", true, release_it}},
    {"user env retrieval failed requeued held",
     {"its environment could not be set up and it is held back", true, release_it}},
    {"PartitionConfig", {"it asks for more than its partition has", true, ask_for_less}},
    {"PartitionNodeLimit",
     {"it asks for more or fewer nodes than its partition allows", true, ask_for_less}},
    {"PartitionTimeLimit",
     {"its time limit is longer than its partition allows", true, shorten_it}},
    {"PartitionDown", {"its partition starts no jobs at present", false, NULL}},
    {"PartitionInactive", {"its partition starts no jobs at present", false, NULL}},
    {"BadConstraints", {"no node can ever be what it asks for", true, ask_for_less}},
    {"ReqNodeNotAvail, UnavailableNodes*",
     {"nodes that it needs are down or drained", false, NULL}},
    {"ReqNodeNotAvail*",
     {"nodes that it needs are reserved, for maintenance or for other jobs", false, NULL}},
    {"Nodes required for job are DOWN*",
     {"nodes that it needs are down, drained or reserved", false, NULL}},
    {"NodeDown", {"nodes that it needs are down", false, NULL}},
    {"FrontEndDown", {"the node that starts jobs is down", false, NULL}},
    {"SchedDefer", {"the scheduler starts it in a later round", false, NULL}},
    {"Licenses", {"it waits for a licence", false, NULL}},
    {"Reservation", {"it waits for its reservation to begin", false, NULL}},
    {"ReservationDeleted", {"its reservation is gone", true, submit_again}},
    {"Prolog", {"its nodes are being prepared", false, NULL}},
    {"Cleaning", {"its last attempt is being cleaned up", false, NULL}},
    {"BurstBuffer*", {"its files are being brought", false, NULL}},
    {"DeadLine", {"it cannot end before its deadline", true, submit_again}},
    {"InvalidAccount", {"its account is not valid any more", true, choose_account}},
    {"AccountNotAllowed", {"its account may not use this partition", true, choose_account}},
    {"InvalidQOS", {"its QOS is not valid any more", true, choose_account}},
    {"QOSNotAllowed", {"its QOS may not be used here", true, choose_account}},
    {"QOSUsageThreshold", {"the project has used too much for this QOS", true, choose_account}},
    {"MaxMemPerLimit", {"it asks for more memory than is allowed", true, ask_for_less}},
    {"AccountingPolicy", {"a limit of its account or QOS is reached", false, NULL}},
    {"AssociationJobLimit", {"as many jobs run as the account allows", false, NULL}},
    {"AssociationResourceLimit", {"the account has as much in use as it may", false, NULL}},
    {"AssociationTimeLimit", {"the hours of the account are used up", true, more_hours}},
    {"QOSJobLimit", {"as many jobs run as the QOS allows", false, NULL}},
    {"QOSResourceLimit", {"the QOS has as much in use as it may", false, NULL}},
    {"QOSTimeLimit", {"the hours of the QOS are used up", true, more_hours}},
};

/*
 * The limits of accounts (Assoc...) and of QOS have names that are put together
 * from what they count, for whom, and how; there are over a hundred. All the
 * words between the commas have to be in the name; the first row counts.
 */
static const struct limit_family {
    const char *words[2];
    struct slurm_reason meaning;
} limit_families[] = {
    /* Hours that running jobs have still booked come back when these end. */
    {{"RunMinutes"},
     {"running jobs have booked as many hours as the account or QOS allows", false, NULL}},
    {{"Wall", "PerJob"},
     {"its time limit is longer than its account or QOS allows", true, shorten_it}},
    {{"Minutes", "PerJob"},
     {"it asks for more core hours than its account or QOS allows one job", true, ask_for_less}},
    {{"PerJob"}, {"it asks for more than its account or QOS allows one job", true, ask_for_less}},
    {{"PerNode"},
     {"it asks for more of a node than its account or QOS allows", true, ask_for_less}},
    {{"Minutes"}, {"the hours of the project are used up", true, more_hours}},
    {{"GrpWall"}, {"the hours of the project are used up", true, more_hours}},
    {{"Submit"}, {"as many jobs are in the queue as the account or QOS allows", false, NULL}},
    {{"Jobs"}, {"as many jobs run as the account or QOS allows", false, NULL}},
    {{"PerUser"}, {"the user has as much in use as the account or QOS allows", false, NULL}},
    {{"PerAccount"}, {"the account has as much in use as it may", false, NULL}},
    {{"Grp"}, {"the project has as much in use as it may", false, NULL}},
    {{"Min"},
     {"it asks for less than its account or QOS demands of one job", true, choose_account}},
};

/* How squeue and scontrol spell the same reason differs in blanks only. */
static char common_form(char c)
{
    return c == '_' ? ' ' : (char)tolower((unsigned char)c);
}

static bool is_named(const char *reason, const char *name)
{
    while (*name != '\0' && *name != '*' && common_form(*reason) == common_form(*name)) {
        reason++;
        name++;
    }
    return *name == '*' || (*name == '\0' && *reason == '\0');
}

static bool has_word(const char *reason, const char *word)
{
    size_t length = strlen(word);
    for (; *reason != '\0'; reason++)
        if (strncasecmp(reason, word, length) == 0)
            return true;
    return false;
}

static bool is_limit(const char *reason)
{
    if (strncmp(reason, "QOS", 3) == 0 || strncmp(reason, "Assoc", 5) == 0)
        return true;
    return strncmp(reason, "Max", 3) == 0 &&
           (has_word(reason, "PerAccount") || has_word(reason, "PerUser"));
}

struct slurm_reason slurm_reason_explain(const char *reason)
{
    for (size_t i = 0; i < sizeof known_reasons / sizeof *known_reasons; i++)
        if (is_named(reason, known_reasons[i].name))
            return known_reasons[i].meaning;
    for (size_t i = 0; is_limit(reason) && i < sizeof limit_families / sizeof *limit_families;
         i++) {
        const struct limit_family *family = &limit_families[i];
        if (has_word(reason, family->words[0]) &&
            (family->words[1] == NULL || has_word(reason, family->words[1])))
            return family->meaning;
    }
    return (struct slurm_reason){.words = NULL};
}

/* --- refusals --- */

/* What a person can change, by a part of sbatch's words; the first match counts. */
static const struct {
    const char *words, *remedy;
} refusals[] = {
    {"Invalid account", "check \"account\" and \"partition\" of this cluster in the study"},
    {"Invalid partition name", "check \"partition\" of this cluster in the study"},
    {"No partition specified", "give this cluster a \"partition\" in the study"},
    {"Time limit specification required", "give this cluster a \"time_limit\" in the study"},
    {"time limit is invalid", "give this cluster a shorter \"time_limit\" in the study"},
    {"Invalid qos", "check \"qos\" of this cluster in the study"},
    {"Invalid feature", "check \"cpu\" and \"constraint\" of this cluster in the study"},
    {"reservation", "check \"reservation\" of this cluster in the study"},
    {"Memory specification", "ask for less \"memory\" or fewer \"cores\" in the study"},
    {"More processors requested", "leave the largest \"cores\" out of the study"},
    {"node configuration is not available",
     "leave the largest \"cores\" out of the study, or choose another kind of node with \"cpu\""},
    {"Node count specification", "leave the largest \"cores\" out of the study"},
    {"not permitted to use this partition", "choose another \"partition\" in the study"},
    {"Required partition not available",
     "choose another \"partition\" in the study, or wait until it is back"},
    {"accounting/QOS policy",
     "ask for fewer \"cores\" or a shorter \"time_limit\" in the study, or choose another \"qos\""},
};

const char *slurm_refusal_remedy(const char *words)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (has_word(words, refusals[i].words))
            return refusals[i].remedy;
    return "";
}
