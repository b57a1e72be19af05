# Study files and command lines that are wrong: each gets one sentence with the
# place and what to do, status 2, and nothing is made on the disk.
. "$(dirname "$0")/lib.sh"

# refused NAME TEXT SENTENCE: the study's text, and what is said about it
refused() {
    printf '%s' "$2" >s.json
    run run s.json
    refuses "$1" 2 "$3"
}

refused "an empty file" '' 's.json:1:1: the file is empty'
refused "a truncated file" '{"name": "a", "backends": ["ser' \
    's.json:1:28: this text has no closing quote (")'
refused "prose" 'hello' 's.json:1:1: unknown word hello; texts stand in double quotes: "hello"'
refused "an array" '[1, 2]' 's.json:1:1: a study must be an object, {"name": …}, got an array'
refused "a misspelt key" '{"name": "a", "kernle": "integration2d", "backends": ["serial"]}' \
    's.json:1:15: unknown key "kernle"; did you mean "kernel"?'
refused "a key that is there twice" '{"name": "a",
 "name": "b"}' 's.json:2:2: the key "name" is there twice; line 1 has it already'
refused "a number as name" '{"name": 7, "backends": []}' \
    's.json:1:2: "name" must be a name, got 7; put it in quotes'
refused "an object as backends" '{"name": "a", "backends": {}}' \
    's.json:1:15: "backends" must be an array such as ["serial", "openmp"], "auto" or "all", got an object'
refused "no backends" '{"name": "a", "kernel": "integration2d", "backends": []}' \
    's.json:1:42: "backends" is empty; write names, ["serial", "openmp"], "auto" or "all"'

# refused_name NAME TEXT WHAT: a study's name, as JSON, and what it may not hold
refused_name() {
    refused "$1" "{\"name\": \"$2\", \"kernel\": \"integration2d\", \"backends\": [\"serial\"]}" \
        "s.json:1:2: \"name\" may not hold $3; allowed are letters, digits and . _ + -"
}
refused_name "a name with a slash" '../a' '"/"'
refused_name "a name with a quote" 'a\"b' 'a double quote'
refused_name "a name with a line end" 'a\nb' 'a line end'
refused_name "a name with a shell's substitution" '$(touch X)' '"$"'
refused_name "a name with a tag" '<script>' '"<"'

# refused_value NAME MEMBER COLUMN-AND-SENTENCE
refused_value() {
    refused "$1" "{\"name\": \"a\", \"kernel\": \"integration2d\", \"backends\": [\"openmp\"],
$2}" "s.json:2:$3"
}
refused_value "no blocks" '"blocks": 0' '1: "blocks" must be from 1 to 1000000, got 0'
refused_value "less than no blocks" '"blocks": -1' '1: "blocks" must be from 1 to 1000000, got -1'
refused_value "a part of a block" '"blocks": 1.5' '1: "blocks" must be a whole number, got 1.5'
refused_value "more blocks than atoms" '"blocks": 1e300' \
    '1: "blocks" must be from 1 to 1000000, got 1e+300'
refused_value "blocks as a text" '"blocks": "9"' \
    '1: "blocks" must be a whole number, got text "9"; write it without quotes'
refused_value "no time for a run" '"timeout": 0' \
    '1: "timeout" must be above 0 and at most 31622400 seconds, got 0'
refused_value "no cores" '"cores": [0]' \
    '11: "cores" must hold whole numbers from 1 to 65536, or "1_core", "1_4_node", "1_node", "2_nodes" and the like, got 0'
refused_value "half a core" '"cores": [0.5]' \
    '11: "cores" must hold whole numbers from 1 to 65536, or "1_core", "1_4_node", "1_node", "2_nodes" and the like, got 0.5'
refused "more runs than memory has room for" \
    '{"name": "a", "kernel": "integration2d", "backends": ["serial"], "blocks": 1000000, "runs": 1000000}' \
    'a would be 1000000000001 runs, and a plan holds at most 100000000; ask for fewer "blocks" or "runs"'

# refused_backend NAME BACKEND SENTENCE
refused_backend() {
    refused "$1" "{\"name\": \"a\", \"kernel\": \"integration2d\", \"cores\": [1], \"backends\": [
$2]}" "s.json:2:1: $3"
}
refused_backend "a misspelt backend" '"openmpi"' 'there is no backend "openmpi"; did you mean "openmp"?'
refused_backend "an unknown backend" '"zzz"' \
    'there is no backend "zzz"; `scalestudy backends` lists those there are, and one of your own needs a "command"'
refused_backend "a program that is nowhere" '{"name": "p", "command": ["no-such-program"]}' \
    "the program \"no-such-program\" of backend \"p\" was not found from $(pwd -P); give its path, or set it up with \"setup\" or \"modules\""
refused_backend "a program whose path is wrong" '{"name": "p", "command": ["./not/here"]}' \
    "the program \"./not/here\" of backend \"p\" was not found from $(pwd -P); give its path, or set it up with \"setup\" or \"modules\""
refused_backend "a folder as program" '{"name": "p", "command": ["/"]}' \
    "the program \"/\" of backend \"p\" was not found from $(pwd -P); give its path, or set it up with \"setup\" or \"modules\""
echo 'echo hello' >plain
printf '#!/bin/sh\n' >heat
chmod +x heat
refused_backend "a file that may not be executed" '{"name": "p", "command": ["./plain"]}' \
    "the program \"./plain\" of backend \"p\" may not be executed; allow it with chmod +x '$(pwd -P)/./plain'"
refused_backend "a command line in one argument" '{"name": "p", "command": ["./heat --fast"]}' \
    'the program "./heat --fast" of backend "p" was not found, but "./heat" is there; write each argument as a text of its own, ["./heat", "…"], for nothing splits them'
refused_backend "a program of this folder without ./" '{"name": "p", "command": ["heat"]}' \
    'the program "heat" of backend "p" is not on the PATH; did you mean "./heat"?'
refused_backend "a folder to work in that is not there" \
    '{"name": "p", "command": ["./heat"], "workdir": "no"}' \
    "the program \"./heat\" of backend \"p\" cannot be started: there is no folder $(pwd -P)/no; make it, or correct \"workdir\""
refused "a misspelt kernel" '{"name": "a", "kernel": "integratoin2d", "backends": ["openmp"], "cores": [1]}' \
    's.json:1:55: backend "openmp" has no kernel "integratoin2d"; did you mean "integration2d"?'
refused "an unknown kernel" '{"name": "a", "kernel": "zzz", "backends": ["openmp"], "cores": [1]}' \
    's.json:1:45: backend "openmp" has no kernel "zzz"; `scalestudy backends` lists what each one holds'

# The number that the machine has is said twice; it is the one that fits.
printf '%s' '{"name": "a", "kernel": "integration2d", "backends": ["openmp"], "size": 10, "blocks": 1,
"cores": [60000]}' >s.json
run run s.json
most=$(sed -n 's/.* this machine has \([0-9]*\);.*/\1/p' err)
refuses "more cores than the machine has" 2 \
    "s.json:2:11: 60000 cores are asked for, but this machine has $most; ask for at most $most (--set cores=auto does), or add --oversubscribe to put several workers on a core"
run run s.json --set "cores=[$most]" --dry-run
ends "as many cores as the machine has" 0
run run s.json --set "cores=[$((most + 1))]" --dry-run
ends "one core more than the machine has" 2
run run s.json --set "cores=[$((most + 1))]" --dry-run --oversubscribe
ends "one core more with --oversubscribe" 0

mkdir folder
run run folder
refuses "a folder as study" 2 'folder is a folder, not a file'
run run missing.json
refuses "a study that is not there" 2 'cannot read missing.json: No such file or directory'
printf '\211PNG\r\n\032\n\0\0\0\rIHDR' >s.json
run run s.json
refuses "a picture" 2 's.json:1:1: byte 0x89 is not UTF-8; save the file as UTF-8'
printf '{"name": "a\0b"}' >s.json
run run s.json
ends "a byte of zero" 2
head -c 200000 /dev/zero | tr '\0' '[' >s.json
run run s.json
refuses "a deep nest" 2 's.json:1:65: nested deeper than 64 levels'
head -c 52428800 /dev/zero | tr '\0' ' ' >s.json
run run s.json
refuses "50 MB" 2 's.json: the file has 52428800 bytes; a study has at most 1048576 (1 MiB)'

# The command line.
echo '{"name": "a", "kernel": "integration2d", "backends": ["serial"], "size": 10}' >s.json
run
ends "no command" 2
run rnu s.json
refuses "a misspelt command" 2 'there is no command "rnu"; did you mean "run"?'
run help studies
refuses "help on a topic of about that name" 2 'there is no command or topic "studies"; did you mean "study"?'
run help run twice
refuses "help on two at once" 2 'help takes [COMMAND|TOPIC], not 2 words: scalestudy help [COMMAND|TOPIC]'
run help --help
ends "help on help" 0
run status --jsno folder
refuses "an option of a command that has none" 2 'status has no options, and --jsno was given'
run status -j folder
refuses "or its letter" 2 'status has no options, and -j was given'
run version 2
refuses "another version" 2 'version takes no words, not 1 word: scalestudy version'
run check ""
refuses "a variable that is not set" 2 'check takes STUDY, and an empty word was given; is a variable not set?'
run help everything
refuses "help on what there is not" 2 'there is no command or topic "everything"; `scalestudy help` lists them'
# meant WORD...: what is suggested for a word that is none
meant() {
    run "$@"
    ends "scalestudy $* is refused" 2
    says "with what was meant" "did you mean $expected?"
}
expected='"study"' && meant help stduy
expected='"cluster-schema"' && meant help cluster-shema
expected='"run"' && meant help RUN
expected='"help"' && meant --hlep
expected='"version"' && meant --Version
expected='"compare"' && meant comparison
expected='"scalestudy run s.json"' && meant s.json
expected='--dry-run' && meant run s.json --dry
expected='--output' && meant run s.json --out
expected='--formats' && meant report s.json --FORMAT=csv
run help zzz
refuses "a topic that is like none" 2 'there is no command or topic "zzz"; `scalestudy help` lists them'
run run s.json --blocks=3
refuses "a key as option" 2 'run has no option --blocks, which is a key of the study; write --set blocks=VALUE'
run report s.json --blocks=3
refuses "a key as option of a command that takes none" 2 \
    'report has no option --blocks; `scalestudy help report` lists them'
run run
refuses "no study" 2 'run needs STUDY: scalestudy run STUDY'
run run s.json t.json
refuses "two studies" 2 'run takes STUDY, not 2 words: scalestudy run STUDY'
run backends all
refuses "a word where none is wanted" 2 'backends takes no words, not 1 word: scalestudy backends'
run run s.json --frsh
refuses "a misspelt option" 2 'run has no option --frsh; did you mean --fresh?'
run run s.json -o
refuses "an option without its value" 2 '-o needs a value: -o DIR'
run run s.json --set blocks
refuses "a setting without a value" 2 '--set blocks: has no "="; write key=value, as in blocks=9'
run run s.json --set blcoks=3
refuses "a setting with a misspelt key" 2 '--set blcoks=3: unknown key "blcoks"; did you mean "blocks"?'
run run s.json --only ''
refuses "nothing to be measured only" 2 '--only is empty: say kernel=NAME, backend=NAME or cores=N, several with commas between'
run run s.json --only cores=many
refuses "a core count that is no number" 2 '--only cores=many: a core count is a number from 1 to 65536'
run run s.json --only size=3
refuses "another key for --only" 2 '--only size=3: say kernel=NAME, backend=NAME or cores=N, several with commas between'
run run s.json --only backend=mpi
refuses "a backend that the study has not" 2 \
    '--only backend=mpi: the study measures no such backend; it has serial'
run run s.json --only backend=seral
refuses "a slip in a backend's name" 2 \
    '--only backend=seral: the study measures no such backend; did you mean "serial"?'
run run s.json --only kernel=triad
refuses "a kernel that the study has not" 2 \
    '--only kernel=triad: the study measures no such kernel; it has integration2d'
run run s.json --only cores=2
refuses "a core count that the study has not" 2 \
    's.json: nothing is left to measure; check --only, "backends" and "cores"'
run resume s.json
refuses "a study where its folder is meant" 2 \
    "s.json is a file, not a study's folder; \`scalestudy run STUDY.json\` makes one"
run resume nowhere
refuses "a folder that is not there" 2 'nowhere is not there; `scalestudy run STUDY.json` makes one'
run resume folder
refuses "a folder without a study" 2 \
    "folder is no study's folder: it has no plan.json; \`scalestudy run STUDY.json\` makes one"
mkdir -p high/local
: >high/local/plan.json
for words in "report high/" "compare high high" "status high" "resume high"; do
    run $words
    refuses "one folder too high: $words" 2 "high is no study's folder; did you mean high/local?"
done
mkdir -p results/high results/high/local/report
: >results/high/local/plan.json
run report results
refuses "two folders too high" 2 "results is no study's folder; did you mean results/high/local?"
run report results/high/local/report
refuses "a folder too low" 2 \
    "results/high/local/report is no study's folder; did you mean results/high/local?"
cd results
mkdir results
mv high results/
run resume high
refuses "a study's name alone" 2 'high is not there; did you mean results/high/local?'
cd ..
rm -r results
run run high/local
refuses "a study's folder as study" 2 \
    "high/local is a study's folder; \`scalestudy resume high/local\` goes on with it"
run report nowhere.csv
refuses "a table that is not there" 2 "nowhere.csv is not there; give a study's folder or a table"

# The manual has each option of each command, and no other.
manual=$here/../../docs/scalestudy.1
sed 's/\\-/-/g' "$manual" >manual.txt
for command in run resume report compare check backends clusters probe; do
    run help "$command"
    sed -n 's/^  \(-., \|    \)--\([a-z-]*\).*/\2/p' out
done | sort -u >options.txt
holds "there are options" grep -q '^dry-run$' options.txt
while read -r option; do
    holds "the manual has --$option" grep -q -e "--$option\\b" manual.txt
done <options.txt
for option in $(grep -oE -e '--[a-z][a-z-]+' manual.txt | grep -vxF -e --pty | sort -u); do
    holds "there is $option" grep -qx -e "${option#--}" options.txt
done

holds "no folder was made by any of them" test ! -e results
holds "and nothing was executed" test ! -e X

# --- slips that no machine knows ---
for slip in '"kernel": "traid"|there is no|did you mean "triad"' \
    '"kernel": "triad", "options": {"pases": 2}|has no option|did you mean "passes"'; do
    printf '{"name": "s", %s, "backends": ["serial"]}\n' "${slip%%|*}" >slip.json
    run check slip.json
    ends "check refuses ${slip%%|*}" 2
    says "with what was meant" "${slip##*|}"
done
for slip in '"kernel": "traid"|1:15: there is no kernel "traid"; did you mean "triad"?' \
    '"kernel": "zzz"|1:15: there is no kernel "zzz"; `scalestudy backends` lists them' \
    '"kernel": "triad", "options": {"pases": 2}|1:46: the kernel "triad" of backend "serial" has no option "pases"; did you mean "passes"?'; do
    printf '{"name": "s", %s, "backends": "auto"}\n' "${slip%%|*}" >slip.json
    for words in check "run --dry-run"; do
        run $words slip.json
        refuses "$words refuses ${slip%%|*} of every backend" 2 "slip.json:${slip#*|}"
    done
done

finish
