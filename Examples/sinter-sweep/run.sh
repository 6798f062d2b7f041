#!/bin/sh
# Installs what the sweep needs into a venv of its own, then sweeps: threshold.csv and threshold.png in build/sinter-sweep.
# Arguments go to sweep.py. Run it again to go on where it was.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
out=$root/build/sinter-sweep
mkdir -p "$out"
[ -x "$out/venv/bin/python" ] || python3 -m venv "$out/venv"
"$out/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$root/bindings/python" \
  -r "$root/Examples/sinter-sweep/requirements.txt"
exec "$out/venv/bin/python" "$root/Examples/sinter-sweep/sweep.py" --csv "$out/threshold.csv" --plot "$out/threshold.png" "$@"
