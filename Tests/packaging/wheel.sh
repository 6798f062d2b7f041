#!/bin/bash
# wheel.sh PYTHON WHEEL: the checkout and the wheel, each installed by pip into a venv of its own where there is no Swift, run
# the examples of the READMEs; and what pip says where the libraries can be neither found nor built.
#
# PYTHON has what building a wheel takes (hatchling).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
python=$1 wheel=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ok() { echo "ok    $*"; }
fail() { echo "FAIL  $*"; exit 1; }
elsewhere() { env -i PATH=/usr/bin:/bin HOME="$HOME" "$@"; } # an environment that knows nothing of Decant or Swift
elsewhere sh -c 'command -v swift swiftc' && fail "there is a Swift toolchain in /usr/bin; nothing would be proved"
pip() { elsewhere "$1/bin/python" -m pip --disable-pip-version-check --quiet "${@:2}"; }

example() { # FILE: its first example in Python
  awk '/^```python$/ { inside = 1; next } /^```$/ && inside { exit } inside' "$1"
}
run_examples() { # VENV: both READMEs' examples, with the package and the libraries that lie in it
  for readme in README.md bindings/python/README.md; do
    example "$root/$readme" >"$work/example.py"
    told=$(cd "$work" && elsewhere "$1/bin/python" example.py)
    grep -qE '^[0-9]+ mistakes in 10,000 shots$' <<<"$told" || fail "$readme's example told '$told'"
  done
  (cd "$work" && elsewhere "$1/bin/python" - "$1" <<'PYTHON')
import pathlib, sys, decant
from decant import _ffi
package = pathlib.Path(decant.__file__).parent
assert str(package).startswith(sys.argv[1]), package
for library in (_ffi.core, _ffi.host()):
    assert pathlib.Path(library._name).parent == package, library._name
PYTHON
}
[ "$(example "$root/README.md" | wc -l)" -le 6 ] || fail "the README's example has more than six lines"

python3 -m venv "$work/checkout"
pip "$work/checkout" install "$root/bindings/python" stim
run_examples "$work/checkout"
ok "pip install ./bindings/python, then the READMEs' examples"

case $(basename "$wheel") in
decant_qec-*-py3-none-*.whl) ;;
*) fail "$wheel is not for any Python 3 on this platform" ;;
esac
python3 -m venv "$work/wheel"
pip "$work/wheel" install --no-deps "$wheel"
# numpy and stim once are enough.
site=$("$work/wheel/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
"$work/checkout/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))' >"$site/others.pth"
run_examples "$work/wheel"
ok "$(basename "$wheel"), $(stat -c %s "$wheel") bytes, in a venv without Swift"

mkdir -p "$work/bare/bindings"
cp -r "$root/bindings/python" "$work/bare/bindings/"
cp -r "$root/include" "$root/Makefile" "$work/bare/"
told=$(elsewhere "$python" -m pip wheel --no-deps --no-build-isolation -w "$work/none" "$work/bare/bindings/python" 2>&1) &&
  fail "a wheel was made of no libraries"
grep -q "no Swift toolchain" <<<"$told" || fail "without libraries and Swift, pip told: $told"
told=$(elsewhere DECANT_LIB_DIR="$work" "$python" -m pip wheel --no-deps --no-build-isolation -w "$work/none" \
  "$work/bare/bindings/python" 2>&1) && fail "a wheel was made of an empty folder"
grep -q "DECANT_LIB_DIR names $work, which has no libdecant.so" <<<"$told" || fail "of an empty folder, pip told: $told"
elsewhere DECANT_LIB_DIR="$root/build/lib" "$python" -m pip --quiet wheel --no-deps --no-build-isolation \
  --disable-pip-version-check -w "$work/named" "$work/bare/bindings/python"
ok "libraries that are missing are told, and those that are named are taken"
