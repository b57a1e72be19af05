# Sourced by the tests beside it, each of which is started as
#   sh TEST.sh PATH/TO/scalestudy
# and prints a line a check, then "N passed, N failed". Only what POSIX has.
set -u
LC_ALL=C
export LC_ALL
unset SCALESTUDY_FOLDER OMP_NUM_THREADS

case $1 in
/*) program=$1 ;;
*) program=$(pwd)/$1 ;;
esac
passed=0
failed=0
work=$(mktemp -d "${TMPDIR:-/tmp}/scalestudy-cli.XXXXXX") || exit 1
here=$(cd "$(dirname "$0")" && pwd)
cd "$work" || exit 1

leave() {
    cd /
    chmod -R u+rwx "$work" 2>/dev/null
    rm -rf "$work"
}
trap leave EXIT
trap 'exit 130' INT TERM

ok() {
    passed=$((passed + 1))
    echo "ok $1"
}

# not_ok NAME WHY
not_ok() {
    failed=$((failed + 1))
    echo "not ok $1: $2"
}

skip() {
    echo "ok $1 # skipped: $2"
}

long_tests() {
    [ "${SCALESTUDY_LONG_TESTS:-0}" = 1 ]
}

finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
    exit
}

# Runs scalestudy; its exit status is in $status, what it printed in out and err.
run() {
    "$program" "$@" >out 2>err </dev/null
    status=$?
}

# is NAME EXPECTED ACTUAL
is() {
    if [ "$2" = "$3" ]; then
        ok "$1"
    else
        not_ok "$1" "expected \"$2\", got \"$3\""
    fi
}

# holds NAME COMMAND...: the command succeeds
holds() {
    name=$1
    shift
    if "$@" >/dev/null 2>&1; then
        ok "$name"
    else
        not_ok "$name" "failed: $*"
    fi
}

# ends NAME STATUS: how the last run() ended
ends() {
    if [ "$status" -eq "$2" ]; then
        ok "$1"
    else
        not_ok "$1" "exit status $status instead of $2; stderr: $(head -c 600 err)"
    fi
}

# says NAME TEXT: the last run() said this on stderr, letter by letter
says() {
    if grep -qF -e "$2" err; then
        ok "$1"
    else
        not_ok "$1" "no \"$2\" in: $(head -c 600 err)"
    fi
}

# refuses NAME STATUS TEXT: one line on stderr, that sentence and nothing else
refuses() {
    if [ "$status" -ne "$2" ]; then
        not_ok "$1" "exit status $status instead of $2; stderr: $(head -c 600 err)"
    elif [ "$(cat err)" != "scalestudy: $3" ]; then
        not_ok "$1" "expected \"scalestudy: $3\", got \"$(head -c 600 err)\""
    else
        ok "$1"
    fi
}

# columns NAME... <results.csv: the values of these columns, "|" between them,
# a line a row, without the header
columns() {
    awk -v wanted="$*" '
        function split_row(text, cells,    n, i, c, quoted) {
            n = 1; cells[1] = ""; quoted = 0
            for (i = 1; i <= length(text); i++) {
                c = substr(text, i, 1)
                if (quoted && c == "\"" && substr(text, i + 1, 1) == "\"") { cells[n] = cells[n] c; i++ }
                else if (c == "\"") quoted = !quoted
                else if (c == "," && !quoted) cells[++n] = ""
                else cells[n] = cells[n] c
            }
            return n
        }
        { sub(/\r$/, "") }
        NR == 1 {
            n = split($0, names, ",")
            for (i = 1; i <= n; i++) place[names[i]] = i
            count = split(wanted, want, " ")
            next
        }
        {
            split_row($0, cells)
            line = ""
            for (i = 1; i <= count; i++) line = line (i > 1 ? "|" : "") cells[place[want[i]]]
            print line
        }'
}

# rows FOLDER: lines of its results.csv without the header
rows() {
    awk 'END { print NR - 1 }' "$1/results.csv"
}

# write_program NAME <script: an executable shell script in the working folder
write_program() {
    { echo '#!/bin/sh'; cat; } >"$1"
    chmod +x "$1"
}

# alive PID: still there and no zombie
alive() {
    [ -d "/proc/$1" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null
}

# wait_for SECONDS COMMAND...: until the command succeeds
wait_for() {
    tries=$(($1 * 20))
    shift
    while [ "$tries" -gt 0 ]; do
        if "$@" >/dev/null 2>&1; then
            return 0
        fi
        sleep 0.05
        tries=$((tries - 1))
    done
    return 1
}
