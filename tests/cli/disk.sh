# Disks that are full or read-only, folders that belong to others.
. "$(dirname "$0")/lib.sh"

cat >s.json <<'END'
{"name": "full", "cores": [1], "blocks": 200, "warmups": 0, "backends": [{"name": "t", "command": ["true"]}]}
END

# A limit on the size of files stands for a full disk where nothing may be
# mounted: 40 KiB are some 60 records.
(
    ulimit -f 80
    exec "$program" run s.json -o limited >out 2>err </dev/null
)
status=$?
ends "a record that does not fit ends the study with 3" 3
is "says where and why, and how to go on" "scalestudy: could not write limited/records/local.1.jsonl: File too large
what was measured is kept; continue with: scalestudy resume limited" "$(tail -n 2 err)"
kept=$(grep -c '"order".*}$' limited/records/local.1.jsonl)
holds "what was measured before is kept" test "$kept" -gt 20
run resume limited
ends "with room again it goes on" 0
is "each run has its row" "200 ok" "$(columns status <limited/results.csv | sort | uniq -c | sed 's/^ *//')"
is "and only one was measured twice" "$kept" "$(head -n "$((kept + 1))" limited/records/local.1.jsonl | grep -c '"order".*}$')"

# The table does not fit, though the records did.
rm limited/results.csv
(
    ulimit -f 8
    exec "$program" collect limited >out 2>err </dev/null
)
status=$?
ends "a table that does not fit" 3
holds "leaves no half of it" test ! -e limited/results.csv
is "nor a file beside it" "" "$(find limited -name '.results*')"
run collect limited
ends "collected again it is there" 0

# A real full disk.
mkdir small
trap 'umount "$work/small" 2>/dev/null; leave' EXIT
if mount -t tmpfs -o size=112k tmpfs small 2>/dev/null; then
    run run s.json -o small/study
    ends "a disk with room for records alone" 3
    says "is named" "could not write small/study/results.csv: No space left on device"
    says "and the way on" "continue with: scalestudy resume small/study"
    rm -r small/study
    mount -o remount,size=48k small
    run run s.json -o small/study
    ends "a full disk ends the study with 3" 3
    says "says so" "could not write small/study/records/local.1.jsonl: No space left on device"
    says "and how to go on" "continue with: scalestudy resume small/study"
    kept=$(grep -c '"order".*}$' small/study/records/local.1.jsonl)
    mount -o remount,size=8m small
    run resume small/study
    ends "with room again it goes on" 0
    is "each run has its row" "200 ok" \
        "$(columns status <small/study/results.csv | sort | uniq -c | sed 's/^ *//')"
    holds "what was measured before counts" test "$kept" -gt 0

    mount -o remount,ro small
    run run s.json -o small/other
    ends "a read-only disk" 3
    says "is named" "Read-only file system"
    run resume small/study
    ends "resuming there" 3
    says "is told the same" "Read-only file system"
    run report small/study -o elsewhere
    ends "a report of it can still be written elsewhere" 0
    mount -o remount,rw small

    # Full before the first file.
    head -c 8000000 /dev/zero >small/filler 2>/dev/null
    head -c 8000000 /dev/zero >>small/filler 2>/dev/null
    run run s.json -o small/late
    ends "a disk that is full from the start" 3
    says "is named" "No space left on device"
    umount small || umount -l small
else
    skip "a full disk ends the study with 3" "this user may not mount"
fi

: >file
run run s.json -o file/study
ends "a folder below a file" 3
says "is named" "file"
run run s.json -o file
refuses "a file as folder" 2 "file is no folder; name another one with -o"
if [ "$(id -u)" -ne 0 ]; then
    mkdir closed
    chmod a-w closed
    run run s.json -o closed/study
    ends "a folder in which we may not write" 3
    says "is named" "Permission denied"
fi

# Folders are code: not from others.
run run s.json --set blocks=1 -o own
ends "a folder of our own" 0
for mode in g+w o+w; do
    chmod go-w own
    chmod "$mode" own
    for command in "run s.json --set blocks=1 -o" resume worker; do
        run $command own
        refuses "$mode: not for ${command%% *}" 2 \
            "other users may write in own, and what it holds would be run as you; take that from them: chmod go-w 'own'"
    done
    run report own
    ends "$mode: but a report runs nothing of it" 0
done
chmod go-w own
chmod g+w own/plan.json
run resume own
refuses "a plan that others may write" 2 \
    "other users may write own/plan.json, and what it holds would be run as you; take that from them: chmod go-w 'own/plan.json'"
chmod g-w own/plan.json
(
    umask 002
    exec "$program" run s.json --set blocks=2 -o open >out 2>err </dev/null
)
status=$?
ends "with a group's umask" 0
is "neither the folder nor the plan is the group's to write" "drwxr-xr-x -rw-r--r-- " \
    "$(ls -ld open open/plan.json | cut -c1-10 | tr '\n' ' ')"
if [ "$(id -u)" -eq 0 ] && chown 65534 own 2>/dev/null; then
    for command in "run s.json -o" resume worker; do
        run $command own
        refuses "a folder of another user: not for ${command%% *}" 2 \
            "own belongs to another user, and what it holds would be run as you; name a folder of your own with -o"
    done
    run report own
    ends "but a report can be made of it" 0
    chown "$(id -u)" own
    chown 65534 own/plan.json
    run resume own
    refuses "a plan of another user" 2 \
        "own/plan.json belongs to another user, and what it holds would be run as you; name a folder of your own with -o"
else
    skip "a folder of another user" "only root can give one away"
fi

# What goes to stdout.
if [ -w /dev/full ]; then
    "$program" help >/dev/full 2>err
    status=$?
    ends "a full disk behind stdout" 3
    says "is told" "could not write to standard output"
else
    skip "a full disk behind stdout" "there is no /dev/full"
fi

# Without standard streams nothing that is meant for people lands in a file.
cat >loud <<'END'
#!/bin/sh
exit 7
END
chmod +x loud
sed 's/"blocks": 200/"blocks": 2/; s/"true"/".\/loud"/' s.json >l.json
for closed in '<&-' '2>&-' '<&- >&- 2>&-' '<&- 2>&-'; do
    eval "\"\$program\" run l.json -o streams >out 2>err $closed"
    status=$?
    : >err
    ends "without streams ($closed)" 1
    is "records hold records alone ($closed)" 3 "$(wc -l <streams/records/local.1.jsonl | tr -d ' ')"
    is "and the lock nothing ($closed)" "" "$(cat streams/.lock)"
    rm -rf streams
done
finish
