#include "reasons.h"

#include <string.h>

static const struct {
    const char *code, *text;
} reasons[] = {
    {"oversubscribed",
     "Two workers on one core take turns. The time then shows how the system shares a core out, "
     "and that is no property of the program: on a machine with enough cores all of it differs."},
    {"others-at-work",
     "A core that is shared does less for each, and workers that are done wait for the one that had to "
     "share. How much that costs depends on what others did just then, differs from point to point, and "
     "may make any count look best; more blocks do not help where others are always there."},
    {"more-threads",
     "A library that starts threads of its own uses cores that nobody counted. The time on one core "
     "is then that of several, so no speedup is left to gain, and on all cores its threads are in "
     "each other's way."},
    {"too-small",
     "Reading the clock and starting a program cost the same however short the work is. In a run "
     "this short they are a visible part of the time, so the curve bends where the program does "
     "not."},
    {"failed-runs",
     "If runs fail just where they would have been slow (out of memory, out of time), those that "
     "remain are the fast ones, and the point looks better than it is."},
    {"missing-runs",
     "A point with fewer blocks than the others has a wider interval, and what is missing may be "
     "missing for a reason: the longest runs are the likeliest to be cut off."},
    {"duplicate-rows",
     "A copy measures nothing new, but it counts as a run: it draws the median its way and makes "
     "the figures look surer than they are."},
    {"repeated-times",
     "An interval shows how far times differ. Copies do not differ, and neither do times cut to a "
     "few digits, so it becomes narrow without anything having been measured better."},
    {"different-answers",
     "A program that computes something else on other cores has no scaling to speak of: a race or "
     "work that is left out can look like speedup. First make it right, then make it fast."},
    {"different-work",
     "In strong scaling speedup compares times for the same work. Where the work differs the ratio "
     "of the times mixes how fast the program is with how much it had to do."},
    {"unbound",
     "Workers that may move, or that sit two on a core, lose their caches and wait for each other. "
     "Such times are slower and scatter more, and they differ from those of bound runs."},
    {"shared-cores",
     "Two hardware threads of one core share its arithmetic units and caches, so the second brings "
     "a small part of what a core brings. A count of threads taken for cores makes the efficiency "
     "look poor where the program is not to blame: it had fewer cores than were counted."},
    {"mixed-cpu",
     "Another CPU type has another clock and other caches. Points from both on one curve would "
     "show the purchase of the machine as if it were scaling."},
    {"no-uncertainty",
     "So few blocks may be lucky or unlucky, and nothing in them tells which. A difference "
     "between two such points may be noise entirely."},
    {"noise",
     "Speedup is a ratio of two times. If each is uncertain by half of what all counts together "
     "change, hardly any two counts can be told apart, and the best of them is a matter of luck."},
    {"two-groups",
     "A median of two kinds of runs describes neither, and with a few blocks it jumps from one "
     "kind to the other. What separates them (a node, a CPU type, a job) is the finding."},
    {"drift",
     "Intervals take the blocks as alike. If everything became slower or faster while the study "
     "ran, they are too narrow, and points measured early and late differ by the hour."},
    {"dependence",
     "Neighbouring blocks that resemble each other tell less than as many independent ones: the "
     "intervals are then narrower than what is known."},
    {"unsteady",
     "A point that scatters more than its neighbours does so for a cause: other users' jobs, "
     "network traffic, memory on another socket. The next run may meet it or not, so its median is "
     "a poor forecast."},
    {"superlinear",
     "p cores cannot do more than p times the work of one, unless each also has it easier: data "
     "that fit into more caches, say. As often the base is to blame: slower node, colder caches or "
     "a poorer program on one core, and then all speedups are too large."},
    {"border-step",
     "Memory belongs to the socket whose core touched it first. If one worker sets up all the data, "
     "those on the other socket fetch theirs across the link between the two, and more cores bring "
     "less from just that border on. That can be mended in the program, unlike a serial part."},
    {"clock-falls",
     "A processor with few cores at work lets them run faster. The base of the speedup then had a "
     "higher clock than the other points, and a program that scales ideally would still seem to "
     "lose."},
    {"no-one-core",
     "Without a time on one core the efficiency of the smallest count is set to 100 %, whatever it "
     "is. All others are relative to that, and losses below it stay unseen."},
    {"work-not-known",
     "Weak scaling lets the work grow with the cores. If it really grew by a little more or less, "
     "as rounded sizes do, the difference shows up as speedup or loss that is not there."},
    {"serial-run",
     "The job paid for all its cores and worked on one. Whatever the curve says, it is not about "
     "parallel work: most often the number of workers never reached the program."},
    {"idle-request",
     "A core that no worker was started for does nothing for as long as the job lasts, is paid for, "
     "and is kept from others. No change of the program can make use of it; a change of one number "
     "in the job script gives it back."},
    {"idle-cores",
     "Cores that wait are paid for all the same. They point to what limits the program: serial "
     "parts, uneven shares of work, or input and output."},
    {"memory-limit",
     "A run near its limit may be ended by the system when it needs a little more, and before that "
     "may be slowed down by it. Sizes and counts near it cannot be relied on."},
    {"memory-unused",
     "Memory that is asked for is set aside, used or not: a job that asks for less starts sooner, "
     "leaves room for others on its nodes, and where memory is charged costs less."},
    {"start-up",
     "The program's own time is silent about what comes before and after it, yet that is waited "
     "and paid for. On more cores start-up takes longer while the work takes less, so the best "
     "count for the whole run is often smaller."},
    {"compile-time",
     "Compiling takes the same on any number of cores, so within the times it looks like a serial "
     "part of the program, and beside them it is a cost of each job that the figures do not show."},
    {"few-blocks",
     "Between the lowest and the highest of n blocks the true median lies with a probability of "
     "1 − 2 / 2ⁿ. Five blocks reach 93.8 %: there is no 95 % interval to be had."},
    {"no-model",
     "A curve can be laid through any points, and its parameters look exact. From too few or too "
     "noisy ones they follow the noise, and a serial fraction found so says nothing of the "
     "program."},
    {"picked-from-noise",
     "Who picks the least of several noisy medians picks luck along with speed: its own figure is "
     "too low, and measured again it will as a rule be slower, while another may then be least."},
    {"not-checked",
     "If workers shared cores the times are too long and nobody would know. A proof that each had "
     "cores of its own turns a curve into a statement about the program."},
    {"outliers",
     "A run far off was disturbed, or the program now and then does something else. Medians hardly "
     "feel it, but a job that must end in time does. It is not removed: that would make noise look "
     "smaller than it is."},
    {"total-time",
     "Start-up does not become shorter with cores, so in times of whole runs it looks like a "
     "serial part of the program. Speedup and the best count are then those of the job, not of the "
     "computation."},
    {"largest-count-won",
     "A best value at the border of what was tested is a lower limit, no optimum: the curve was "
     "still going up when the measuring stopped."},
    {"one-count",
     "Scaling is a comparison of counts. One count tells what it costs, not whether another would "
     "be faster or cheaper."},

    /* Of comparisons. */
    {"different-timing",
     "The one time has start-up in it, the other has not. Their ratio would be part machine, part "
     "definition."},
    {"different-answer",
     "Who computes something else may take any time. A ratio of times means something only for the "
     "same result."},
    {"different-study",
     "Other kernels and sizes load caches and memory otherwise, and a machine that is good at one "
     "need not be good at the other: there is no common ground for a ratio."},
    {"same-data",
     "A comparison asks whether what differs is more than chance. Of one set of measurements nothing "
     "differs, whatever the machine or the change does: the answer is known before."},
    {"warned",
     "An interval knows how times scatter from block to block, and nothing of what is wrong with all "
     "of them alike. What spoils the times spoils their ratio, however narrow its interval is."},
    {"too-few-for-all",
     "With m verdicts at 95 % each, one in twenty of them is wrong by chance alone. All together "
     "hold only at a higher level each, which needs outcomes so rare that few blocks have none."},
};

const char *reason_code(size_t index)
{
    return index < sizeof reasons / sizeof *reasons ? reasons[index].code : NULL;
}

const char *reason_of(const char *code)
{
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strcmp(reasons[i].code, code) == 0)
            return reasons[i].text;
    return NULL;
}

void reason_add(struct page *page, struct page_block *notice, const char *code)
{
    const char *text = reason_of(code);
    if (text == NULL)
        return;
    page_say(page, &notice->reason, PAGE_STRONG, "Why it matters:");
    page_say(page, &notice->reason, PAGE_PLAIN, " %s", text);
}
