# Cluster profiles on the command line: the list, one in words, one as a file.
. "$(dirname "$0")/lib.sh"

HOME=$work/home
export HOME
unset XDG_CONFIG_HOME
own=$HOME/.config/scalestudy/clusters

# shown TEXT: the last run() printed it, whatever the line ends
shown() {
    tr -s ' \n' '  ' <out | grep -qF -e "$1"
}

run clusters
ends "the list of clusters" 0
is "names each once, in order" "cosmos dardel kebnekaise pelle tetralith" \
    "$(grep -o '^[a-z]*' out | tr '\n' ' ' | sed 's/ $//')"
holds "says who runs it and where it is from" shown "kebnekaise HPC2N, Umeå University; built in"
holds "the kinds of node with their cores" shown "skylake 28, zen4 256"
holds "and what is gone" shown "was taken down on 2026-09-30"

run clusters dardel
ends "one cluster" 0
holds "says what must be given" shown "partition needed: there is no default"
holds "how kinds of node are selected and charged" shown "--partition=shared; 128 cores (2 x 64) of 2 threads"
holds "its end" shown "2026-12-31"
holds "its sources with their dates" shown "2026-06-22 Slurm counts hardware threads"
holds "and what is not sure" shown "Check with your centre"

run clusters dadrel
refuses "a slip is understood" 2 'there is no cluster profile "dadrel"; did you mean "dardel"? There are cosmos, dardel, kebnekaise, pelle, tetralith'
run clusters --json
refuses "--json needs a name" 2 "--json prints one profile: scalestudy clusters --json NAME"

mkdir -p "$own"
run clusters --json dardel
ends "a profile as a file" 0
sed 's/"title": "Dardel"/"title": "My own"/' out >"$own/any.json"
run clusters dardel
holds "that is changed and kept takes the place of the built-in one" shown "My own (dardel), PDC, KTH; $own/any.json"
run clusters --json dardel
cp out again
run clusters --json ./again
ends "a path is read" 0
holds "and comes back the same" cmp out again

echo '{"name": "pelle", "cups": []}' >"$own/pelle.json"
run clusters
ends "a broken file does not stop the list" 0
holds "which shows what is wrong" shown "pelle cannot be read: $own/pelle.json:1:19: unknown key \"cups\"; did you mean \"cpus\"?"
run clusters kebnekaise
ends "nor another cluster" 0
run clusters pelle
refuses "only the one that is asked for" 2 "$own/pelle.json:1:19: unknown key \"cups\"; did you mean \"cpus\"?"
printf '{"name": "evil", "title": "\033[31mred", "cpus": [{"id": "n", "sockets": 1, "cores_per_socket": 1}]}' >"$own/evil.json"
run clusters
holds "nothing in a file reaches the terminal raw" sh -c '! grep -q "$(printf "\033")" out'

# What a cluster forbids is told before anything is submitted.
rm "$own"/*.json
cat >s.json <<'END2'
{"name": "s", "backends": [{"name": "b", "command": ["true"]}], "cores": [1], "clusters": {
 "pelle": {"account": "uppmax2026-1-1"},
 "kebnekaise": {"account": "uppmax2026-1-1", "partition": "batch"}}}
END2
run run --cluster pelle --dry-run s.json
ends "a study that says no time limit gets one" 0
run run --cluster kebnekaise --dry-run s.json
ends "what breaks a rule is refused" 2
cp err run.err
run check s.json
ends "and by check" 2
holds "in the same words" cmp err run.err
sed 's/uppmax2026-1-1", "partition": "batch"/hpc2n2026-001"/' s.json >right.json
run check right.json
ends "which is content with what is right" 0
cp run.err err
says "the account of another centre" 's.json:3:17: the account "uppmax2026-1-1" is none of Kebnekaise'"'"'s but looks like one of Pelle'
says "a partition where none may be given" 's.json:3:46: on Kebnekaise no partition may be given'

# What a study lacks is told before anything is planned or made, with both ways to give it.
cat >s.json <<'END2'
{"name": "s", "backends": [{"name": "b", "command": ["true", "{size}"]}], "cores": [1], "size": "auto"}
END2
run run --cluster kebnekaise s.json
refuses "a cluster that wants an account" 2 's.json: Kebnekaise needs an account, the project that pays; give run --account NAME, or the study "clusters": {"kebnekaise": {"account": "NAME"}}'
run run --cluster kebnekaise --account nosuch --dry-run right.json
ends "an account on the command line is checked" 2
says "and is where the option is" 'scalestudy: --account: the account "nosuch" is none of Kebnekaise'
holds "and no folder is made" test ! -e results
run check --set 'clusters={"kebnekaise": {"partition": "batch"}, "pelle": {"account": "nosuch"}}' --set size=1 s.json
ends "check wants what is wrong mended" 2
says "on each cluster: the first" "on Kebnekaise no partition may be given"
says "and the second" 'the account "nosuch" is none of Pelle'
run check --set 'clusters=["kebnekaise"]' --set size=1 s.json
ends "but not what run may be told" 0
says "of which it warns" "warning: --set clusters=[\"kebnekaise\"]: Kebnekaise needs an account"

# An sbatch that belongs to no cluster is no Slurm: its words once, and what to do.
mkdir nowhere
write_program nowhere/sbatch <<'END2'
echo 'sbatch: error: resolve_ctls_from_dns_srv: res_nsearch error: Unknown host' >&2
echo 'sbatch: error: fetch_config: DNS SRV lookup failed' >&2
echo 'sbatch: fatal: Could not establish a configuration source' >&2
exit 1
END2
PATH=$work/nowhere:$PATH run run --cluster cosmos s.json --set size=1
refuses "Slurm is missing" 3 'nothing can be submitted: there is no Slurm on this machine (sbatch finds no configuration of a cluster); run it on a login node of the cluster, or measure on this machine with --local'
PATH=$work/nowhere:$PATH run status results/s/cosmos
holds "and its folder can be asked" grep -qF "s on Cosmos: 0 of 18 runs are recorded" out

XDG_CONFIG_HOME=$work/xdg
export XDG_CONFIG_HOME
run clusters pelle
ends "XDG_CONFIG_HOME is where profiles are, if it is set" 0
finish
