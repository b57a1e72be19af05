#include "explain.h"

/* Formulas: p cores, T the median time, S speedup, E efficiency, x(k) the k-th of n sorted times. */
static const struct explanation explanations[EXPLAINED_COUNT] = {
    [EXPLAINED_MEDIAN] =
        {"Median time", "T = x((n + 1) / 2), or the mean of the two in the middle",
         "Run times have a floor and now and then a run is disturbed. A mean follows the disturbed "
         "ones, and a minimum sinks the more often one runs; half of the blocks are below the "
         "median and half above, whatever the rest do.",
         "What is counted", ""},
    [EXPLAINED_MEDIAN_INTERVAL] =
        {"Interval of the median", "[x(k), x(n + 1 − k)], covering 1 − 2 P(Bin(n, ½) ≤ k − 1)",
         "Each block is above or below the true median like a tossed coin, so the ranks alone say "
         "how surely it lies between two of the times. Nothing is assumed of the noise.",
         "The median and its interval",
         "order statistics of the binomial; J.-Y. Le Boudec, Performance Evaluation of Computer and "
         "Communication Systems (2010)"},
    [EXPLAINED_SPREAD] =
        {"Spread and flagged runs", "MAD = median of |x − T|; flagged: 0.6745 |x − T| / MAD > 3.5",
         "The median absolute deviation says how far a usual run is off, and is not inflated by the "
         "few that are far off. Those are flagged, to be looked at; they stay in.",
         "The median and its interval",
         "B. Iglewicz and D. Hoaglin, How to Detect and Handle Outliers (1993)"},
    [EXPLAINED_TOO_SMALL] =
        {"Long enough", "kernel: T ≥ 20 ms and 1000 clock readings; total: T ≥ 1 s and 20 starts",
         "What the clock and the start of a program cost is in every time. It must be too little "
         "to matter, or the curve is about that and not about the program.",
         "Too small", ""},

    [EXPLAINED_SPEEDUP] =
        {"Speedup", "S(p) = T(base) / T(p); × r where the base ran on r cores",
         "How many times as fast. Absolute speedup, against the fastest serial program, is what the "
         "user gains; relative speedup, against the same program on one core, tells how well it "
         "shares out its work, and flatters a slow program. The table says which it is.",
         "Speedup", ""},
    [EXPLAINED_SCALED_SPEEDUP] =
        {"Scaled speedup", "S(p) = w(p) / w(base) × T(base) / T(p)",
         "In weak scaling the work w grows with the cores. What counts is how much more of it is "
         "done in a second; the time by itself only has to stay as it is.",
         "Speedup", "J. L. Gustafson, Communications of the ACM 31(5), 1988"},
    [EXPLAINED_SPEEDUP_INTERVAL] =
        {"Interval of the speedup", "the middle 95 % of S, with T*(base) and T*(p) of all resamples",
         "Both times are uncertain, so their ratio is. Drawing the blocks anew shows how it would "
         "have varied. For a median all resamples can be counted instead of some drawn: P(T* = "
         "x(k)) = B(k) − B(k − 1) with B(k) = P(Bin(n, k/n) ≥ (n + 1) / 2) for odd n. No random "
         "number is in it.",
         "Ratios", ""},
    [EXPLAINED_PAIRED] =
        {"Paired speedup", "median of T(base) / T(p) within each block",
         "Both runs of a block shared the node and the hour. What those did to both cancels, so this "
         "is often the surer figure. If it differs from the speedup, the blocks were not alike.",
         "Ratios", ""},
    [EXPLAINED_EFFICIENCY] =
        {"Efficiency", "E(p) = S(p) / p",
         "The share of the cores' work that serves the result; the rest waits, or repeats what "
         "another one does. It is what each core-hour buys.",
         "Speedup", ""},
    [EXPLAINED_EFFICIENCY_LIMIT] =
        {"Lower limit of the efficiency", "E at the 5 % end of the resamples of S",
         "Efficiency is that high or higher with 95 % confidence. Who promises efficiency goes by "
         "this and not by the middle value, which is too high as often as not.",
         "Which core count", ""},
    [EXPLAINED_KARP_FLATT] =
        {"Serial fraction", "e(p) = (1/S − 1/p) / (1 − 1/p)",
         "The serial part that would explain the speedup if nothing else cost anything. If it stays "
         "the same from count to count, serial work is the limit; if it rises, working together "
         "costs more with every core; below 0 the speedup is better than ideal.",
         "Speedup", "A. H. Karp and H. P. Flatt, Communications of the ACM 33(5), 1990"},
    [EXPLAINED_GUSTAFSON] =
        {"Gustafson's serial fraction", "s(p) = (p − S) / (p − 1)",
         "The share of the time on p cores in which only one of them works. Unlike Amdahl's it "
         "belongs to a problem that grew with the machine.",
         "Speedup", "J. L. Gustafson, Communications of the ACM 31(5), 1988"},

    [EXPLAINED_TO_FASTEST] =
        {"Times the fastest", "T(p) / T(fastest), with its one-sided 95 % limits",
         "Is this count as good as the best, and how sure is that? Below the upper limit the true "
         "ratio lies with 95 % confidence; a lower limit of 1 or less means that it could be as "
         "fast.",
         "Which core count", ""},
    [EXPLAINED_FAST_ENOUGH] =
        {"Fast enough", "the least p whose upper limit of T(p) / T(fastest) is 1.05 or less",
         "The last few percent of speed cost the most cores. This takes the fewest that are shown "
         "to be hardly slower than the fastest; noise makes it careful, as what is not shown is "
         "not believed. A study may set another tolerance than 5 %.",
         "Which core count", ""},
    [EXPLAINED_EFFICIENT] =
        {"Efficient", "the largest p whose lower limit of E reaches the threshold",
         "Where core-hours are scarce, the question is how far one may go before too many of them "
         "are lost. 50, 70 and 80 % are usual thresholds.",
         "Which core count", ""},
    [EXPLAINED_KNEE] =
        {"Knee", "the p of the largest S(p) × E(p)",
         "Speed for its price: at the knee, more cores begin to cost more in efficiency than they "
         "bring in speed.",
         "Which core count",
         "D. L. Eager, J. Zahorjan and E. D. Lazowska, IEEE Transactions on Computers 38(3), 1989"},
    [EXPLAINED_CHEAPEST] =
        {"Cheapest within the deadline", "the p of the fewest charged core-hours with T(p) in time",
         "Who waits anyway pays least here. Without a deadline that is mostly the smallest count, "
         "or the smallest that fills what the cluster charges.",
         "Which core count", ""},
    [EXPLAINED_CHOICE] =
        {"The recommended backend", "of all that are fast enough, the one of the fewest core-hours",
         "All backends compete with the fastest point there is. Of those that are shown to be "
         "hardly slower the cheapest is taken; who cannot be told apart from it is named.",
         "Which core count", ""},
    [EXPLAINED_REDRAWN] =
        {"How sure the recommendation is", "share of 2000 redrawn studies in which the rule chose p",
         "A core count is chosen, not measured, so it has no interval. But the blocks can be drawn "
         "anew from those that were measured and the whole rule be followed again. If it then "
         "chooses otherwise, the noise has a say in the answer.",
         "Which core count", ""},
    [EXPLAINED_DOUBLING] =
        {"Twice as many cores", "T(2p) / T(p), and the same of the charged core-hours",
         "What the next step would bring and cost. Half the time for the same core-hours is ideal; "
         "the same time for twice the core-hours is waste.",
         "Which core count", ""},

    [EXPLAINED_CLAIM] =
        {"One backend against another", "T(a) / T(b), interval at 1 − 0.05/m for m comparisons",
         "Of twenty intervals at 95 % one misses by chance. Where m claims are made at once each is "
         "held to a higher level, so that all of them are right together in 95 % of reports "
         "(Bonferroni).",
         "Ratios", ""},
    [EXPLAINED_HODGES_LEHMANN] =
        {"Second opinion", "exp of the median of all ln x − ln y",
         "It uses all times and not just the middle ones, and is exact where both samples have one "
         "shape but for a factor. If the two intervals disagree about 1, the answer depends on how "
         "one looks, and that is what is said.",
         "Ratios",
         "M. Hollander and D. A. Wolfe, Nonparametric Statistical Methods (1973)"},

    [EXPLAINED_CURVE] =
        {"Scaling model", "least Σ w (ln T − ln f)²",
         "A few parts that have a meaning, shared work, serial work and what working together "
         "costs, are laid through all medians. In logarithms every point counts by its relative "
         "error. It describes; the recommendation does not rest on it.",
         "Models", "N. J. Gunther, Guerrilla Capacity Planning (2007), for the USL"},
    [EXPLAINED_MODEL_CHOICE] =
        {"Choice of the model", "AICc = K ln(Q/K) + 2k + 2k(k + 1) / (K − k − 1); weight ∝ exp(−AICc/2)",
         "More coefficients always fit better. The criterion charges for each, so that a part is "
         "believed only if K points speak for it; of models within 2 of the least the simplest is "
         "taken.",
         "Models", "C. M. Hurvich and C.-L. Tsai, Biometrika 76, 1989"},
    [EXPLAINED_LEFT_OUT] =
        {"Each count left out", "exp(|ln T − ln f|) − 1, with f fitted to the other counts",
         "The honest test of a curve is a point that it has not seen. Who misses an inner count by "
         "more than 10 % is not used to tell times that were not measured.",
         "Models", ""},
    [EXPLAINED_LACK_OF_FIT] =
        {"Lack of fit", "X² = Σ ((ln T − ln f) / s)², against the 99 % quantile of chi-square",
         "Points off the curve by more than their own noise show that something is missing in it, "
         "often a step where a socket or a memory domain begins.",
         "Models", ""},
    [EXPLAINED_BANDS] =
        {"Interval of a model's part", "the middle 95 % over 2000 fits to medians drawn anew",
         "How far would the parts have come out elsewhere with other blocks? Where zero is within "
         "the interval, the part may not be there.",
         "Models", ""},
    [EXPLAINED_PEAK] =
        {"Lowest time of the curve", "USL: √(b/c); logarithmic: b ln 2 / c",
         "Where the model puts the count from which on more cores take longer. It is told only if "
         "the data, and every model that is as good, have it in reach of what was measured.",
         "Models", "N. J. Gunther, Guerrilla Capacity Planning (2007)"},
    [EXPLAINED_THROUGHPUT] =
        {"Fit of throughput", "X(p) = λp / (1 + σ(p − 1) + κp(p − 1)), least squares of X = 1/T",
         "Published coefficients are made this way. The largest throughputs decide, so the largest "
         "counts do: compare with published fits by it, and judge by the models above.",
         "Models", "N. J. Gunther, Guerrilla Capacity Planning (2007)"},

    [EXPLAINED_SIZES] =
        {"Power of the size", "ln(T(m) / T(n)) / ln(m/n)",
         "Twice the size, 2 to this power the time. The algorithm says what it should be; a lower "
         "one is a cost that does not depend on the size, a higher one often memory that no longer "
         "fits a cache.",
         "Sizes", ""},

    [EXPLAINED_COST] =
        {"Cost", "core-seconds = T × cores; charged = T / 3600 × whole granules of cores × weight",
         "A project pays for the cores it holds, used or not. Where a cluster charges whole nodes "
         "or sockets, some counts cost as much as larger ones.",
         "Cost and use", ""},
    [EXPLAINED_CPU] =
        {"CPU used", "user and system time / (wall time × cores granted)",
         "Cores that wait are paid for. A low figure asks for the reason; a high one does not prove "
         "useful work, as waiting in a loop counts as use.",
         "Cost and use", ""},
    [EXPLAINED_OTHERS] =
        {"Others at work", "(time that the point's cores were busy − the runs' own CPU time) / time watched",
         "Who shares a core with others is slowed by what they do, and so are the workers that wait "
         "for the slowest. Near 0 the times are the program's own.",
         "Others at work", ""},
    [EXPLAINED_MEMORY] =
        {"Memory", "largest peak of any run / memory granted",
         "Too close to 1, and the next run may be ended for want of memory; far below, and memory is "
         "paid for that others could use.",
         "Cost and use", ""},

    [EXPLAINED_RATIO] =
        {"Ratio of times", "T(a) / T(b), b being the reference",
         "Above 1, a takes longer. Ratios are of medians and are never averaged: an average of "
         "ratios depends on which side is called the reference.",
         "Comparing", ""},
    [EXPLAINED_RATIO_INTERVAL] =
        {"Its 95 % interval", "the middle 95 % of T*(a) / T*(b) over all resamples",
         "By itself the ratio does not say whether other blocks would have turned it round. If the "
         "interval leaves 1 out, the medians differ by more than noise; a verdict asks Hodges "
         "and Lehmann too.",
         "Ratios", ""},
    [EXPLAINED_TOGETHER] =
        {"All together", "each interval at 1 − 0.05/m for m comparisons",
         "Who looks at many ratios finds one that stands out by chance. Verdicts go by intervals "
         "that all hold together in 95 % of comparisons (Bonferroni): slower or faster if 1 is "
         "left out by that of medians and by that of Hodges and Lehmann, equal if both hold 1 and "
         "the first is within 1/1.05 to 1.05; where one leaves 1 out and the other does not it "
         "depends on the method; else no difference is shown, which is not the same as equal.",
         "Comparing", ""},
    [EXPLAINED_SAME_PRICE] =
        {"The same price", "ln T on the line over ln cost between the two measured counts around it",
         "Cores of two machines are not alike, money is. Both run for what the reference's own "
         "choice costs.",
         "Comparing", ""},
    [EXPLAINED_RANKING] =
        {"Ranking", "T / least T; first are all that are not shown to be slower than the least",
         "A place is a claim: between two that noise could swap there is none to be made. One whole "
         "node each is how platforms are best compared, as caches and memory are shared within one.",
         "Comparing",
         "Weiss et al., International Journal of High Performance Computing Applications (2026), on "
         "whole nodes"},
};

const struct explanation *explanation_of(enum explained which)
{
    return &explanations[which];
}
