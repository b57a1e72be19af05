#!/bin/sh
# Opens reports in a real browser: nothing is fetched, nothing is complained
# about, the headline is the first heading, and no page is wider than a narrow
# screen.  check.sh CHROMIUM MAKE_REPORT
set -eu
chromium=$1
make_report=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

shapes='course eight hostile long two-counts clusters change strangers'
for shape in $shapes; do
    "$make_report" "$shape" "$folder/$shape" > "$folder/text"
done
"$make_report" long "$folder/explained" --explain > "$folder/text"
shapes="$shapes explained"

# A page of ours holds the report in a frame of the screen's width and writes
# down what it sees; --dump-dom prints that.
{
    echo '<!DOCTYPE html><meta charset="utf-8"><body>'
    for shape in $shapes; do
        for width in 360 700 1180; do
            echo "<iframe src='$shape/index.html' width='$width' height='900' style='border:0'></iframe>"
        done
    done
    cat << 'END'
<script>
addEventListener('load', () => {
  const lines = [];
  for (const frame of document.querySelectorAll('iframe')) {
    const page = frame.contentDocument, root = page.documentElement;
    const say = text => lines.push(frame.getAttribute('src') + ' at ' + frame.width + ': ' + text);
    for (const folded of page.querySelectorAll('details')) folded.open = true;
    if (frame.getAttribute('src').startsWith('explained') !== Boolean(page.querySelector('.explanation')))
      say('is explained where it should not be, or is not where it should');
    if (root.scrollWidth > root.clientWidth) say('is ' + root.scrollWidth + ' wide');
    if (page.querySelector('h1, h2, h3').id !== 'answer') say('headline is not the first heading');
    if (page.querySelectorAll('h1').length !== 1) say('not one h1');
    if (frame.contentWindow.performance.getEntriesByType('resource').length) say('fetched something');
    for (const svg of page.querySelectorAll('svg'))
      for (const id of svg.getAttribute('aria-labelledby').split(' '))
        if (!page.getElementById(id)) say('no element ' + id);
    for (const text of page.querySelectorAll('svg text')) {
      const box = text.getBoundingClientRect(), plot = text.closest('svg').getBoundingClientRect();
      if (box.width && (box.left < plot.left - 1 || box.right > plot.right + 1))
        say('cut off: ' + text.textContent);
    }
    for (const box of page.querySelectorAll('.scroll'))
      if (box.tabIndex !== 0 || !box.getAttribute('aria-label')) say('a table without keyboard');
  }
  document.body.innerHTML = '<pre id="result"></pre>';
  document.getElementById('result').textContent = 'SEEN\n' + lines.join('\n');
});
</script>
END
} > "$folder/frames.html"

# Some of its files go to the user's own folders, whatever --user-data-dir says.
export XDG_CONFIG_HOME="$folder" XDG_CACHE_HOME="$folder"
"$chromium" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --disable-dev-shm-usage --host-resolver-rules='MAP * ~NOTFOUND' \
    --allow-file-access-from-files --enable-logging=stderr --log-level=0 \
    --user-data-dir="$folder/profile" --virtual-time-budget=10000 \
    --dump-dom "file://$folder/frames.html" > "$folder/dom" 2> "$folder/log" || {
    echo "the browser does not start here; not tested"
    exit 77
}
if ! grep -q SEEN "$folder/dom"; then
    echo "the browser gave no answer"
    cat "$folder/log"
    exit 1
fi
if grep CONSOLE "$folder/log"; then
    exit 1
fi
problems=$(sed -n '/SEEN/,/<\/pre>/p' "$folder/dom" | sed -e '1d' -e 's/<\/pre>.*//' | grep . || true)
if [ -n "$problems" ]; then
    echo "$problems"
    exit 1
fi
echo "reports of: $shapes"
