# How programs are started: arguments without a shell, placeholders,
# environment, set-up lines, folders and cores; and what --set, --only, sizes
# and weak scaling make of a study.
. "$(dirname "$0")/lib.sh"

two=$([ "$(getconf _NPROCESSORS_ONLN)" -ge 2 ] && echo 2 || echo 1)

# Each run of `tell` leaves a file with its arguments, one with its environment
# and one with its CPUs.
write_program tell <<'END'
run=$SCALESTUDY_ORDER
env | sort >"env.$run"
grep Cpus_allowed_list /proc/self/status | tr -d '\t' | cut -d: -f2 >"cpus.$run"
pwd -P >"pwd.$run"
printf '[%s]\n' "$@" >"args.$run"
END

# Arguments reach the program as they are written.
cat >s.json <<'END'
{"name": "canary", "cores": [1], "blocks": 1, "warmups": 0, "size": 7, "backends": [
 {"name": "b", "parallel": "threads", "command": ["./tell", "$(touch X1)", "`touch X2`", "a b  c", "; touch X3", "", "*", "\"'\\",
  "--n={size}/{size}", "{cores}{threads}{ranks}{nodes}", "{block}:{run}", "{} {size {1}", "a\nb", "{size}"]}]}
END
run run s.json
ends "a program with hostile arguments runs" 0
is "and gets them letter by letter" "[\$(touch X1)]
[\`touch X2\`]
[a b  c]
[; touch X3]
[]
[*]
[\"'\\]
[--n=7/7]
[1111]
[0:0]
[{} {size {1}]
[a
b]
[7]" "$(cat args.0)"
is "nothing in them was executed" "" "$(ls | grep '^X')"
rm -f args.* env.* cpus.* pwd.*

# Numbers of the placeholders, blocks and runs.
cat >s.json <<'END'
{"name": "numbers", "cores": [1, TWO], "blocks": 2, "runs": 2, "warmups": 0, "size": [100, 1000000], "backends": [
 {"name": "b", "parallel": "threads", "command": ["./tell", "{size}", "{cores}", "{threads}", "{ranks}", "{nodes}", "{block}", "{run}"]}]}
END
sed -i "s/TWO/$two/" s.json
run run s.json
{
    for size in 100 1000000; do for cores in $(printf '1\n%s\n' "$two" | sort -u); do
        for block in 0 1; do for number in 0 1; do
            echo "[$size] [$cores] [$cores] [1] [1] [$block] [$number]"
        done; done
    done; done
} | sort >expected
for file in args.*; do tr '\n' ' ' <"$file" | sed 's/ $//'; echo; done | sort >got
holds "every size, core count, block and run is asked for once" cmp expected got
rm -f args.* env.* cpus.* pwd.*

# What a child sees of threads and binding.
cat >s.json <<'END'
{"name": "seen", "cores": [TWO], "blocks": 1, "warmups": 0, "backends": [
 {"name": "b", "command": ["./tell"], "environment": {"MINE": "$HOME; 'x'", "OMP_SCHEDULE": "static"}}]}
END
sed -i "s/TWO/$two/" s.json
# seen NAME: its value in the run's environment
seen() {
    sed -n "s/^$1=//p" env.0
}
OMP_NUM_THREADS=64 OPENBLAS_NUM_THREADS=64 GOMP_CPU_AFFINITY=0 KMP_AFFINITY=scatter OMP_THREAD_LIMIT=1 OMP_PROC_BIND=spread \
    OUTSIDE=kept run run s.json
ends "the caller's variables do no harm" 0
for name in OMP OPENBLAS MKL BLIS NUMEXPR NUMBA JULIA; do
    is "${name}_NUM_THREADS is the number of threads" "$two" "$(seen ${name}_NUM_THREADS)"
done
is "OpenMP binds to cores" "cores close false" "$(seen OMP_PLACES) $(seen OMP_PROC_BIND) $(seen OMP_DYNAMIC)"
is "what would bind otherwise is gone" "" "$(seen GOMP_CPU_AFFINITY)$(seen KMP_AFFINITY)$(seen OMP_THREAD_LIMIT)"
is "what has nothing to do with it stays" kept "$(seen OUTSIDE)"
is "the study's own variables come as they are written" "\$HOME; 'x'" "$(seen MINE)"
is "and go before ours" static "$(seen OMP_SCHEDULE)"
is "the run can be known by its folder" "$(cd results/seen/local && pwd -P)" "$(seen SCALESTUDY_FOLDER)"
is "it may use as many CPUs as it has cores" "$two" \
    "$(tr ',' '\n' <cpus.0 | awk -F- '{ n += ($2 == "" ? $1 : $2) - $1 + 1 } END { print n }')"
run run s.json --set bind=none --set name=loose
is "with bind none it may use the caller's CPUs" \
    "$(grep Cpus_allowed_list /proc/self/status | tr -d '\t' | cut -d: -f2)" "$(cat cpus.0)"
is "and OpenMP leaves threads alone" " false" "$(seen OMP_PLACES) $(seen OMP_PROC_BIND)"
cat >p.json <<'END'
{"name": "processes", "cores": [TWO], "blocks": 1, "warmups": 0, "backends": [
 {"name": "b", "command": ["./tell"], "parallel": "processes"}]}
END
sed -i "s/TWO/$two/" p.json
run run p.json
is "processes are told to start one thread each" 1 "$(seen OMP_NUM_THREADS)"
run run s.json --set cores=[1] --set name=one
is "one core is one CPU" 1 "$(grep -c '^[0-9]*$' cpus.0)"
is "and one thread" 1 "$(seen OMP_NUM_THREADS)"
run run s.json --set cores=[5000] --set name=many --oversubscribe
is "more threads than cores with --oversubscribe" 5000 "$(seen OMP_NUM_THREADS)"
is "which are not bound" false "$(seen OMP_PROC_BIND)"

if [ "$two" = 2 ]; then
    # request_cores: one worker, two cores.
    run run s.json --set cores=[1] --set name=requested --set request_cores='"+1"'
    is "request_cores gives more cores than workers" 2 \
        "$(tr ',' '\n' <cpus.0 | awk -F- '{ n += ($2 == "" ? $1 : $2) - $1 + 1 } END { print n }')"
    is "and the table says so" "1|2" "$(columns cores allocated_cores <results/requested/local/results.csv)"
    is "and one thread is started" 1 "$(seen OMP_NUM_THREADS)"
else
    skip "request_cores gives more cores than workers" "there is one core"
fi
run run s.json --set cores=[1] --set name=greedy --set request_cores=60000
ends "request_cores beyond the machine is refused" 2
rm -f args.* env.* cpus.* pwd.*

# Set-up lines.
mkdir -p venv/bin elsewhere
printf '#!/bin/sh\necho venv >>../said\n' >venv/bin/tool
printf 'VIRTUAL_ENV="%s/venv"\nexport VIRTUAL_ENV\nPATH="$VIRTUAL_ENV/bin:$PATH"\nexport PATH\necho noise from activate\n' \
    "$work" >venv/bin/activate
chmod +x venv/bin/tool
cat >s.json <<'END'
{"name": "setup", "cores": [1], "blocks": 2, "warmups": 0, "backends": [
 {"name": "venv", "command": ["tool"], "workdir": "elsewhere", "setup": [". ../venv/bin/activate", "echo once >>../times"]},
 {"name": "fails", "command": ["./tell"], "setup": ["echo preparing", "ls no-such-file", "touch not-reached"]},
 {"name": "leaves", "command": ["./tell"], "setup": ["exit 0"]},
 {"name": "hard", "command": ["./tell", "x"], "setup": ["export A='a;b $c'", "B=$(printf '1\\\\n2')", "export B", "unset HOME"]}]}
END
run run s.json
ends "set-up lines that fail are failed runs" 1
is "a program is found where set-up lines put it" "venv venv" "$(tr '\n' ' ' <said | sed 's/ $//')"
is "they are run once, not for every run" once "$(cat times)"
is "each backend is told apart" "fails|failed|its set-up lines failed (exit status 2): ls: cannot access 'no-such-file': No such file or directory
fails|failed|its set-up lines failed (exit status 2): ls: cannot access 'no-such-file': No such file or directory
hard|ok|
hard|ok|
leaves|failed|its set-up lines ended the shell before the last one, so nothing they set is known
leaves|failed|its set-up lines ended the shell before the last one, so nothing they set is known
venv|ok|
venv|ok|" "$(columns backend status reason <results/setup/local/results.csv | sort)"
holds "nothing goes on behind a line that failed" test ! -e not-reached
last=$(ls env.* | head -n 1)
is "what they set arrives whole" "a;b \$c" "$(sed -n 's/^A=//p' "$last")"
is "and what they unset is gone" "" "$(sed -n 's/^HOME=//p' "$last")"
rm -f args.* env.* cpus.* pwd.*

# Folders: workdir, and the same one when resumed from elsewhere.
cat >s.json <<'END'
{"name": "folders", "cores": [1], "blocks": 1, "warmups": 0, "backends": [
 {"name": "b", "command": ["../tell"], "workdir": "elsewhere"}]}
END
run run s.json -o kept
ends "a program is found from its workdir" 0
is "and runs there" "$(cd elsewhere && pwd -P)" "$(cat elsewhere/pwd.0)"
rm -f elsewhere/pwd.0
: >kept/records/local.1.jsonl
cd venv
"$program" resume ../kept >../out 2>../err
status=$?
cd ..
ends "it resumes from another folder" 0
is "where it runs in its own again" "$(cd elsewhere && pwd -P)" "$(cat elsewhere/pwd.0)"

# A program without {size} has none in the tables, and one run is one run.
cat >s.json <<'END'
{"name": "sizeless", "cores": [1], "blocks": 1, "warmups": 0, "backends": [{"name": "b", "command": ["true"]}]}
END
run run s.json
ends "a program without a size" 0
says "is one run" "1 run in results/sizeless/local"
is "and no size is in its table" "||1" "$(columns size actual_size work <results/sizeless/local/results.csv)"
holds "nor on its page" sh -c '! grep -q "n = " results/sizeless/local/report/index.html'

# Parts, sizes, weak scaling, core counts of a backend's own.
cat >s.json <<'END'
{"name": "parts", "cores": [1, TWO], "blocks": 1, "warmups": 1, "size": [10, 20], "work": "size^2", "backends": [
 {"name": "a", "command": ["true", "{size}"]},
 {"name": "b", "command": ["true", "{size}"], "cores": [1]},
 {"name": "s", "command": ["true", "{size}"], "parallel": "serial"}]}
END
sed -i "s/TWO/$two/" s.json
run run s.json
ends "several sizes" 0
is "each backend has its own core counts, each size its points" "a 1 10
a 1 20
a $two 10
a $two 20
b 1 10
b 1 20
s 1 10
s 1 20" "$(columns backend cores size warmup <results/parts/local/results.csv | grep '|0$' | cut -d'|' -f1-3 | tr '|' ' ' | sort -u)"
run run s.json --set name=only --only backend=a,backend=s --only "cores=$two"
is "--only leaves the rest out" "a $two" \
    "$(columns backend cores <results/only/local/results.csv | tr '|' ' ' | sort -u)"
run run s.json --set name=weak --set scaling=weak --set cores=[1,4] --set size=10 --oversubscribe
is "weak scaling grows the size with the work" "a 1 10 10 100
a 4 10 20 400
b 1 10 10 100
s 1 10 10 100" "$(columns backend cores size actual_size work <results/weak/local/results.csv | tr '|' ' ' | sort -u)"
run run s.json --dry-run --set name=dry
ends "--dry-run" 0
holds "tells the longest that it may take" grep -q "one after the other, each stopped after [0-9]* min at the latest, so [0-9.]* [a-z]* at most" out
holds "measures nothing" test ! -e results/dry
holds "and shows the command" grep -q 'true {size}' out

# The study that is read most often: built-in kernels, checked and bound.
cat >k.json <<'END'
{"name": "kernels", "kernel": "integration2d", "backends": ["serial", "openmp", "processes"], "cores": [1, TWO], "size": 300, "blocks": 2}
END
sed -i "s/TWO/$two/" k.json
run run k.json
ends "built-in kernels run" 0
is "each worker bound, each run ok" "1|ok" "$(columns bound status <results/kernels/local/results.csv | sort -u)"
run run k.json
ends "and again" 0
run run k.json --set name=auto --set 'size="auto"' --set 'backends=["serial"]' --set blocks=1
ends "a size that is found" 0
holds "says how long the study should take" grep -q "^2 runs in results/auto/local, some [0-9]* s by the run that found the size" err
finish
