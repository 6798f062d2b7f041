#!/bin/sh
# Installs what building and testing Decant needs and this machine lacks. Says nothing when all is there.
#
#     .ci/setup.sh library|tests|examples
set -eu

missing=""
reasons=""

lacks() { # PACKAGE, what it is for
  missing="$missing $1"
  reasons="$reasons$(printf '\n  %-16s %s' "$1" "$2")"
}

has() { command -v "$1" >/dev/null 2>&1; }
has_header() { # the header, after what it needs before it
  printf '#include <%s>\n' stdarg.h stddef.h stdint.h setjmp.h "$1" | gcc -E - >/dev/null 2>&1
}
has_library() { [ "$(gcc -print-file-name="lib$1.so")" != "lib$1.so" ]; }

if ! has swift; then
  echo "Decant is built with Swift 6.3: install the toolchain from https://swift.org/install, into PATH." >&2
  exit 1
fi

has gcc || lacks gcc "links the library"
has_header stdlib.h || lacks libc6-dev "links the library"
has ld && has objcopy || lacks binutils "prelinks the library"
has_header cblas.h && has_library openblas || lacks libopenblas-dev "multiplies matrices"
case $1 in
  tests | examples)
    has qemu-system-arm || lacks qemu-system-arm "emulates microcontrollers"
    has qemu-system-riscv32 || lacks qemu-system-misc "emulates microcontrollers"
    has arm-none-eabi-gcc || lacks gcc-arm-none-eabi "links their programs"
    has riscv64-unknown-elf-gcc || lacks gcc-riscv64-unknown-elf "links their programs"
    ;;
esac
if [ "$1" = tests ]; then
  has g++ || lacks g++ "compiles the header as C++"
  has_header cmocka.h || lacks libcmocka-dev "runs the C tests"
  has pkg-config || lacks pkg-config "finds the installed library"
  has cmake || lacks cmake "finds the installed library"
  has valgrind || lacks valgrind "looks for uninitialised memory"
  has qemu-aarch64 && has qemu-arm || lacks qemu-user "runs programs for other processors"
  has aarch64-linux-gnu-gcc || lacks gcc-aarch64-linux-gnu "links them"
  [ -d /usr/aarch64-linux-gnu/include ] || lacks libc6-dev-arm64-cross "links them"
  has arm-linux-gnueabihf-gcc || lacks gcc-arm-linux-gnueabihf "links them"
  [ -d /usr/arm-linux-gnueabihf/include ] || lacks libc6-dev-armhf-cross "links them"
  python3 -c 'import ensurepip, venv' 2>/dev/null || lacks python3-venv "runs the tests in Python"
fi
if [ "$1" = examples ]; then
  has_header cmocka.h || lacks libcmocka-dev "tests the control loop's slots"
  has verilator || lacks verilator "simulates RTL with DPI-C"
  has iverilog || lacks iverilog "simulates RTL with VPI and cocotb"
  has yosys || lacks yosys "estimates what RTL takes"
  has g++ || lacks g++ "compiles what Verilator makes"
  python3 -c 'import ensurepip, venv' 2>/dev/null || lacks python3-venv "runs cocotb"
fi

[ -n "$missing" ] || exit 0
if ! has apt-get; then
  echo "These Debian packages, or their like here, are missing:$reasons" >&2
  exit 1
fi
if [ "$(id -u)" != 0 ]; then
  echo "These packages are missing:$reasons" >&2
  echo "Install them with: sudo apt-get install$missing" >&2
  exit 1
fi
echo "Installing$missing"
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
  tail -20 "$log" >&2
  echo "apt-get could not install$missing; the whole log is $log" >&2
  exit 1
fi
rm -f "$log"
