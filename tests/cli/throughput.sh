# Tables of throughput, the fit that published coefficients are of, and blocks
# that the user says are pairs.
. "$(dirname "$0")/lib.sh"

# SPEC SDM91, from the R package usl 3.0.3 (CRAN), data/specsdm91.rda, with what
# the package's vignette and tests print of it.
cat >sdm.csv <<'END'
N,X
1,64.9
18,995.9
36,1652.4
72,1853.2
108,1828.9
144,1775.0
216,1702.2
END

# value KEY: of the fit of throughput in the only series
value() {
    sed -n '/"throughput": {/,/^        }/p' sdm-report/summary.json |
        sed -n "s/^ *\"$1\": \([^,]*\),*\$/\1/p"
}

# near NAME KEY EXPECTED TOLERANCE: the last is absolute
near() {
    if awk -v got="$(value "$2")" -v wanted="$3" -v most="$4" \
        'BEGIN { d = got - wanted; exit !(got != "" && (d < 0 ? -d : d) <= most) }'; then
        ok "$1"
    else
        not_ok "$1" "expected $3, got \"$(value "$2")\""
    fi
}

# close NAME KEY EXPECTED: to 1e-6 of it
close_to() {
    near "$1" "$2" "$3" "$(awk -v x="$3" 'BEGIN { printf "%.3g", x * 1e-6 }')"
}

run report sdm.csv --columns cores=N,throughput=X --fit throughput
ends "a published table goes in as it is" 0
near "sigma to the last digit that is published" sigma 0.0277285 0.5e-7
near "and its standard error" sigma_se 0.0091217 0.51e-7
near "kappa to the last digit that is published" kappa 0.0001044 0.5e-7
near "and its standard error" kappa_se 1.99e-05 0.5e-7
near "the throughput of one core" gamma 89.995233 1e-6
near "and its standard error" gamma_se 14.2134894 1e-6
near "the peak" peak_cores 96.51956 0.5e-5
near "its throughput" peak_throughput 1884 0.5
near "the limit" limit 3245.589 0.5e-3
near "the deviation of the residuals" residual_deviation 82.85 0.5e-2
is "degrees of freedom" 4 "$(value df)"
# The same fit with more digits, by nlsLM of R.
close_to "gamma, to 1e-6" gamma 89.99523235
close_to "sigma, to 1e-6" sigma 0.02772847518
close_to "kappa, to 1e-6" kappa 0.0001043654838
close_to "gamma's error, to 1e-6" gamma_se 14.21349008
close_to "sigma's error, to 1e-6" sigma_se 0.00912173207
close_to "kappa's error, to 1e-6" kappa_se 1.987527024e-05
close_to "the peak, to 1e-6" peak_cores 96.51956102
close_to "its throughput, to 1e-6" peak_throughput 1883.898998
close_to "the limit, to 1e-6" limit 3245.588939
holds "the page shows it" grep -q "0.027728 ± 0.00912" sdm-report/index.html
holds "and that times are computed" grep -q "One over the throughput" sdm-report/report.md
holds "no operation is too short to judge" sh -c '! grep -q too-small sdm-report/summary.json'

run report sdm.csv --columns cores=N,throughput=X
ends "without --fit" 0
holds "nothing of it is there" grep -q '"throughput": null' sdm-report/summary.json
holds "nor on the page" sh -c '! grep -q "± 0.00912" sdm-report/index.html'
run report sdm.csv --columns cores=N,throughput=X --fit log
ends "log is the default" 0
run report sdm.csv --columns cores=N,throughput=X --fit linear
refuses "another fit is none" 2 '--fit: there is no fit "linear"; there are log and throughput'

printf 'cores,throughput\n1,5\n2,0\n' >zero.csv
run report zero.csv
refuses "a rate of zero" 2 "zero.csv:3:3: a rate must be more than 0 in a run that is ok, not 0; leave it empty where it is not known"

# Every block on a machine of another speed.
awk 'BEGIN { print "cores,block,seconds"; for (b = 0; b < 7; b++) for (p = 1; p <= 4; p *= 2)
    printf "%d,%d,%.4f\n", p, b, (1 + b % 3) * (10 / p + 0.001 * b * (p - 1)) }' >blocks.csv
printf 'cores,seconds\n1,10\n2,5\n' >plain.csv
run report blocks.csv
ends "a table with blocks" 0
is "is not paired unasked" 3 "$(grep -c '"speedup_paired": null' blocks-report/summary.json)"
run report blocks.csv --paired
ends "a table with blocks that are pairs" 0
is "has its paired speedups" 0 "$(grep -c '"speedup_paired": null' blocks-report/summary.json)"
is "with their intervals" 0 "$(grep -c '"speedup_paired_ci95": null' blocks-report/summary.json)"
holds "which the page shows" grep -q "| paired |" blocks-report/report.md
run report plain.csv --paired
refuses "without blocks there are no pairs" 2 "--paired: plain.csv does not say which runs belong together; it needs a column block (--columns block=NAME names another)"

finish
