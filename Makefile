# Decant's chores. `make help` lists them; `make test` is what a newcomer runs.
#
# Building is SwiftPM's work. This file adds what SwiftPM does not do: a shared library with a SONAME and
# exactly decant.h's exports, an archive that hides everything else, installation, the order of the tests.

SHELL := /bin/bash -eu -o pipefail
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PREFIX     ?= /usr/local
LIBDIR     ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DESTDIR    ?=
SECONDS    ?= 60# how long `make fuzz` lets each target run
JOBS       ?= $(shell nproc)

VERSION := $(shell sed -n 's/^#define DECANT_VERSION_STRING "\(.*\)"/\1/p' include/decant.h)
ABI     := $(shell sed -n 's/^#define DECANT_ABI_VERSION \([0-9]*\)u/\1/p' include/decant.h)

CC       := gcc
CFLAGS   := -std=c11 -O2 -g -Wall -Wextra -Wpedantic -Werror -Iinclude
SWIFTC   := $(shell command -v swiftc)
CLANG    := $(dir $(realpath $(SWIFTC)))clang
BUILD    := swift build -c release -j $(JOBS)

EMBEDDED := .build-embedded
ARCHIVE  := build/lib/libdecant.a
SHARED   := build/lib/libdecant.so.$(VERSION)
HOST     := build/lib/libdecant_host.so.$(VERSION)
DECANT   := .build/release/decant
PYTHON   := build/venv/bin/python

CORE_SOURCES := $(shell find Sources/DecantCore Sources/DecantCoreKernels include -type f)
ALL_SOURCES  := $(shell find Sources include -type f)
CTEST_SOURCES := $(wildcard Tests/CTests/*.[ch])
MODELS   := $(wildcard Tests/golden/dem/*.dem)
CORRELATED := surface_d3 surface_d5 repetition# compiled with correlations as well, and with a network of each kind
STREAMS  := ladder surface_d3 repetition# for streams, and beside them for whole shots
FIXTURES := $(foreach kind,image edges,$(MODELS:Tests/golden/dem/%.dem=build/fixtures/%.$(kind)) \
  $(CORRELATED:%=build/fixtures/%_correlated.$(kind)) $(CORRELATED:%=build/fixtures/%_network.$(kind)) \
  $(CORRELATED:%=build/fixtures/%_grid.$(kind))) \
  $(foreach kind,stream whole drifted_stream drifted_whole,$(STREAMS:%=build/fixtures/$(kind)_%.image)) \
  build/fixtures/strips/whole.image

EACH     := xargs -P $(JOBS) -n 1# argument by argument, as many at once as there are processors

BASELINES := --code surface --basis X --distance 5,9,13 --noise .003,.006 --max_shots 1000000

export DECANT_FIXTURES := $(CURDIR)/build/fixtures

.PHONY: all
all: lib decant

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 } /^## / { print substr($$0, 4) }' \
	  $(MAKEFILE_LIST)

## Building

.PHONY: lib
lib: $(ARCHIVE) build/lib/libdecant.so ## build/lib/libdecant.a and libdecant.so

.PHONY: lib-host
lib-host: build/lib/libdecant_host.so ## build/lib/libdecant_host.so, the host plane (decant_host.h)

.PHONY: decant
decant: $(DECANT) ## the command, .build/release/decant

.PHONY: wheel
wheel: lib lib-host build/venv/.made ## build/wheel, the Python package with both libraries in it
	@rm -rf build/wheel
	$(PYTHON) -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w build/wheel bindings/python
	@ls build/wheel/*.whl

.PHONY: install
install: lib ## install headers, libraries, pkg-config and CMake files (PREFIX=, DESTDIR=)
	bindings/c/install.sh "$(DESTDIR)" "$(PREFIX)" "$(LIBDIR)" "$(INCLUDEDIR)" $(VERSION) $(ABI)

.PHONY: install-host
install-host: install lib-host ## the same, and the host plane: decant_host.h, libdecant_host.so
	bindings/c/install-host.sh "$(DESTDIR)" "$(PREFIX)" "$(LIBDIR)" "$(INCLUDEDIR)" $(VERSION) $(ABI)

.PHONY: uninstall
uninstall: ## remove what `make install` and `make install-host` put there (the same PREFIX= and DESTDIR=)
	rm -f $(addprefix $(DESTDIR)$(LIBDIR)/,libdecant.a libdecant.so libdecant.so.$(ABI) libdecant.so.$(VERSION))
	rm -f $(addprefix $(DESTDIR)$(LIBDIR)/libdecant_host.so,"" .$(ABI) .$(VERSION))
	rm -f $(DESTDIR)$(INCLUDEDIR)/decant.h $(DESTDIR)$(INCLUDEDIR)/decant_host.h
	rm -f $(DESTDIR)$(LIBDIR)/pkgconfig/decant.pc $(DESTDIR)$(LIBDIR)/pkgconfig/decant_host.pc
	rm -rf $(DESTDIR)$(LIBDIR)/cmake/decant

.PHONY: demo
demo: setup $(ARCHIVE) $(DECANT) ## decode recorded shots of a surface code through C
	@Examples/decode-shots/run.sh $(DECANT) $(ARCHIVE)

## Testing

.PHONY: test
test: setup-tests setup-examples ## everything below but `bench` and long fuzzing; installs what it lacks
	@Tests/run.sh lint headers swift-test library library-host ctests ctests-embedded digests asan tsan memcheck cross packaging \
	  fuzz-regressions fuzz-briefly command-test examples python-test wheel-test

.PHONY: lint
lint: ## formatting rules of the Swift sources
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

.PHONY: headers
headers: ## decant.h under gcc and clang, C99 to C++20, no warnings
	Tests/library/headers.sh "$(CLANG)"

.PHONY: swift-test
swift-test: ## unit tests in Swift
	swift test -j $(JOBS) --disable-xctest

.PHONY: library
library: lib ## exports, imports, size and load time of the library
	Tests/library/symbols.sh
	@mkdir -p build/library
	$(CC) $(CFLAGS) Tests/library/load_time.c -o build/library/load_time
	build/library/load_time build/lib/libdecant.so

.PHONY: library-host
library-host: lib-host ## exports and needs of libdecant_host.so, and a C program on it
	Tests/library/host.sh

.PHONY: ctests
ctests: fixtures ## tests of the C API, on the ordinary Swift build
	$(BUILD) --product ctests
	.build/release/ctests --chapters | $(EACH) .build/release/ctests

.PHONY: ctests-embedded
ctests-embedded: build/ctests/embedded fixtures ## the same on libdecant.a, linked by gcc alone
	build/ctests/embedded --chapters | $(EACH) build/ctests/embedded

.PHONY: digests
digests: build/ctests/embedded fixtures ## both builds decode alike, shot by shot
	$(BUILD) --product ctests
	@mkdir -p build/ctests
	.build/release/ctests --digests > build/ctests/ordinary.digests
	build/ctests/embedded --digests > build/ctests/embedded.digests
	diff build/ctests/ordinary.digests build/ctests/embedded.digests
	@cat build/ctests/embedded.digests

.PHONY: asan
asan: fixtures ## tests of the C API under AddressSanitizer
	$(BUILD) --scratch-path .build-asan --sanitize address --product ctests
	.build-asan/release/ctests --chapters | $(EACH) .build-asan/release/ctests

.PHONY: tsan
tsan: fixtures ## decoders on several threads under ThreadSanitizer
	$(BUILD) --scratch-path .build-tsan --sanitize thread --product ctests
	.build-tsan/release/ctests sharing strips

.PHONY: memcheck
# Not "watching", which compares workspaces byte for byte, padding included; "image" and "allocations" decode nothing.
memcheck: build/ctests/memcheck fixtures ## tests of the C API under valgrind, which sees uninitialised reads
	build/ctests/memcheck --chapters | grep -vxE 'watching|image|allocations' | \
	  $(EACH) valgrind --quiet --error-exitcode=1 --leak-check=no build/ctests/memcheck

.PHONY: cross
cross: $(DECANT) $(ARCHIVE) build/synthetic/add_network ## the same answers on AArch64, ARMv7, Cortex-M4 and RV32 under emulation (SHOTS=1000 for more)
	@Examples/decode-shots/run.sh $(DECANT) $(ARCHIVE) > /dev/null
	SWIFTC="$(SWIFTC)" Tests/cross/run.sh

.PHONY: packaging
packaging: lib lib-host fixtures ## install, then build programs by pkg-config, by CMake and by copying two files
	Tests/packaging/run.sh

.PHONY: fuzz-regressions
fuzz-regressions: fuzz-targets fixtures ## inputs that once failed, and the seeds
	Tests/Fuzz/run.sh regressions

.PHONY: fuzz-briefly
fuzz-briefly: fuzz-targets fixtures ## 20 seconds of each fuzz target
	Tests/Fuzz/run.sh 20

.PHONY: fuzz
fuzz: setup-tests fuzz-targets fixtures ## look for inputs that break the boundary (SECONDS=60 each)
	Tests/Fuzz/run.sh $(SECONDS)

.PHONY: command-test
command-test: $(DECANT) ## the command, from outside
	DECANT=$(CURDIR)/$(DECANT) Tests/command/run.sh

.PHONY: examples
examples: setup-examples lib $(DECANT) ## the programs in Examples: what they decode is held against the command (EXAMPLES=names)
	@CLANG="$(CLANG)" Examples/run-all.sh $(CURDIR)/$(DECANT) $(CURDIR)/$(ARCHIVE) $(EXAMPLES)

.PHONY: python-test
python-test: lib lib-host $(DECANT) build/venv/.made ## against PyMatching and Stim, through the shared libraries; and the package
	DECANT=$(CURDIR)/$(DECANT) DECANT_LIBRARY=$(CURDIR)/build/lib/libdecant.so \
	DECANT_HOST_LIBRARY=$(CURDIR)/build/lib/libdecant_host.so \
	  $(PYTHON) -m pytest -q -p no:cacheprovider -n $(JOBS) --dist worksteal Tests/python

.PHONY: wheel-test
wheel-test: wheel ## the Python package installed where there is no Swift, and the READMEs' examples
	Tests/packaging/wheel.sh $(CURDIR)/$(PYTHON) $(CURDIR)/build/wheel/*.whl

.PHONY: bench
bench: setup-tests lib $(DECANT) build/venv/.made ## speed beside PyMatching's, same shots (BENCH=options)
	DECANT=$(CURDIR)/$(DECANT) DECANT_LIBRARY=$(CURDIR)/build/lib/libdecant.so \
	  $(PYTHON) Tests/benchmarks/bench.py $(BENCH)

.PHONY: rates
rates: $(DECANT) ## logical error rates of published baselines, some minutes (RATES=options)
	$(DECANT) evaluate $(BASELINES) --circuit_noise scalar $(RATES)
	$(DECANT) evaluate $(BASELINES) $(RATES)

.PHONY: figure
figure: $(DECANT) build/venv/.made ## logical error rates of the shipped networks, an hour (SCALE=100 for a glance, ADD=--add for what is new)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r Tests/benchmarks/requirements.txt
	DECANT=$(DECANT) $(PYTHON) Tests/benchmarks/model_rates.py Sources/DecantModels/rates.csv Sources/DecantModels/grid.csv \
	  --scale $(or $(SCALE),1) $(ADD)
	DECANT=$(DECANT) Tests/benchmarks/model_times.sh Sources/DecantModels/times.csv
	$(PYTHON) Tests/benchmarks/figure.py Sources/DecantModels/rates.csv Sources/DecantModels/rates.svg \
	  Sources/DecantModels/times.csv

## Keeping house

.PHONY: setup
setup: ## install what building needs and this machine lacks
	@.ci/setup.sh library

.PHONY: setup-tests
setup-tests: ## install what testing needs, besides
	@.ci/setup.sh tests

.PHONY: setup-examples
setup-examples: ## install what the examples need, besides
	@.ci/setup.sh examples

.PHONY: fixtures
fixtures: $(FIXTURES) ## decoder images for the C tests, made from Tests/golden/dem

.PHONY: fuzz-targets
fuzz-targets: build/fuzz/.made

.PHONY: format
format: ## rewrite the Swift sources as `lint` wants them
	swift format --in-place --parallel --recursive Package.swift Sources Tests

.PHONY: clean
clean: ## remove everything built
	rm -rf build .build .build-embedded .build-asan .build-tsan

# ---------------------------------------------------------------------------------------------- the library

# SwiftPM's archive lists every Swift symbol. A C program wants one relocatable object in which only decant.h's
# names are global, and from which sections that nothing reaches are gone; with them go the runtime's stubs
# for a heap. Sections that tell where and by what it was built go, too: the same sources give the same bytes.
build/lib/decant.o: $(CORE_SOURCES) Package.swift Makefile
	@mkdir -p $(@D)
	@rm -f $(EMBEDDED)/release/libdecant-static.a # else it keeps what files that are gone had left in it
	$(BUILD) --traits Embedded --scratch-path $(EMBEDDED) --product decant-static
	ld -r -o $@ --gc-sections $$(Tests/library/prototypes.sh | sed 's/^/--undefined=/') \
	  --whole-archive $(EMBEDDED)/release/libdecant-static.a
	objcopy --strip-debug --remove-section=.comment --remove-section=.swift_modhash \
	  --wildcard --keep-global-symbol='decant_*' $@

$(ARCHIVE): build/lib/decant.o
	rm -f $@
	ar rcsD $@ $<

# Constants stand in the code's pages (noseparate-code): two mappings less, and no padding between them.
$(SHARED): build/lib/decant.o bindings/c/decant.map
	$(CC) -shared -nostartfiles -o $@ $< -Wl,-soname,libdecant.so.$(ABI) -Wl,--gc-sections \
	  -Wl,--version-script=bindings/c/decant.map -Wl,-z,defs -Wl,-z,relro -Wl,-z,now -Wl,--strip-all -Wl,-z,noseparate-code

build/lib/libdecant.so: $(SHARED)
	ln -sf libdecant.so.$(VERSION) build/lib/libdecant.so.$(ABI)
	ln -sf libdecant.so.$(ABI) $@

# The host plane for C and Python: Swift's runtime is linked into it, so that no machine needs to have it.
build/lib/decant_host.o: $(ALL_SOURCES) Package.swift Makefile
	@mkdir -p $(@D)
	@rm -f .build/release/libdecant-host-static.a
	$(BUILD) --product decant-host-static
	ld -r -o $@ --whole-archive .build/release/libdecant-host-static.a
	objcopy --strip-debug --wildcard --keep-global-symbol='decant_host_*' $@

$(HOST): build/lib/decant_host.o bindings/c/decant_host.map
	swiftc -use-ld=lld -emit-library -static-stdlib -o $@ $< -lFoundationEssentials -l_FoundationCShims \
	  -l_FoundationCollections -lswiftSynchronization -Xlinker -soname=libdecant_host.so.$(ABI) \
	  -Xlinker --version-script=bindings/c/decant_host.map -Xlinker --gc-sections -Xlinker -z -Xlinker defs \
	  -Xlinker --strip-all

build/lib/libdecant_host.so: $(HOST)
	ln -sf libdecant_host.so.$(VERSION) build/lib/libdecant_host.so.$(ABI)
	ln -sf libdecant_host.so.$(ABI) $@

$(DECANT): $(ALL_SOURCES) Package.swift
	$(BUILD) --product decant
	@touch $@

# ---------------------------------------------------------------------------------------------- the tests

build/fixtures/%.image: Tests/golden/dem/%.dem $(DECANT)
	@mkdir -p $(@D)
	$(DECANT) compile --dem $< -o $@

build/fixtures/%_correlated.image: Tests/golden/dem/%.dem $(DECANT)
	@mkdir -p $(@D)
	$(DECANT) compile --correlated --dem $< -o $@

STREAM_ladder := --correlated --dem Tests/golden/stream/ladder.dem
STREAM_surface_d3 := --correlated --model event-small --code stim:rotated_memory_x --distance 3 --rounds 14 --noise .005
STREAM_repetition := --code stim:repetition_code:memory --distance 5 --rounds 15 --noise .01

# The same experiments, of other noise.
DRIFTED_ladder := --correlated --dem build/fixtures/drifted_ladder.dem
DRIFTED_surface_d3 := --correlated --model event-small --code stim:rotated_memory_x --distance 3 --rounds 14 --noise .02
DRIFTED_repetition := --code stim:repetition_code:memory --distance 5 --rounds 15 --noise .002

build/fixtures/drifted_ladder.dem: Tests/golden/stream/ladder.dem
	@mkdir -p $(@D)
	sed 's/error(0.0/error(0.1/; s/error(0.12)/error(0.004)/' $< > $@

build/fixtures/drifted_stream_%.image: build/fixtures/drifted_ladder.dem $(DECANT)
	$(DECANT) compile --stream $(DRIFTED_$*) -o $@

build/fixtures/drifted_whole_%.image: build/fixtures/drifted_ladder.dem $(DECANT)
	$(DECANT) compile $(DRIFTED_$*) -o $@

build/fixtures/stream_%.image: Tests/golden/stream/ladder.dem $(DECANT)
	@mkdir -p $(@D)
	$(DECANT) compile --stream $(STREAM_$*) -o $@

build/fixtures/whole_%.image: Tests/golden/stream/ladder.dem $(DECANT)
	@mkdir -p $(@D)
	$(DECANT) compile $(STREAM_$*) -o $@

# A patch, whole and in strips; the number of these is the compiler's affair.
build/fixtures/strips/whole.image: Tests/golden/strips/patch.dem $(DECANT)
	@mkdir -p $(@D)
	$(DECANT) compile --correlated --dem $< --strips 2,1 -o $(@D)/narrow.image
	$(DECANT) compile --correlated --dem $< --strips 3,2 -o $(@D)/wide.image
	$(DECANT) compile --correlated --dem $< --strips 1,1 -o $(@D)/least.image
	$(DECANT) compile --correlated --dem $< --strips 20,1 -o $(@D)/one.image
	$(DECANT) compile --correlated --dem $< -o $@

# Numbers that predict nothing, of three shapes.
build/fixtures/surface_d3_network.image: SHAPE := 1 1 2 32 16
build/fixtures/surface_d5_network.image: SHAPE := 4 4 4 128 32
build/fixtures/repetition_network.image: SHAPE := 2 1 0 96 48

build/fixtures/%_network.image: build/fixtures/%_correlated.image build/synthetic/add_network
	build/synthetic/add_network $< $@ $(SHAPE)

# Likewise: extents, channels, kernel, layers.
build/fixtures/surface_d3_grid.image: GRID := 5 2 4 5 3 3
build/fixtures/surface_d5_grid.image: GRID := 3 4 5 20 3 2
build/fixtures/repetition_grid.image: GRID := 2 1 3 0 5 1

build/fixtures/%_grid.image: build/fixtures/%_correlated.image build/synthetic/add_grid
	build/synthetic/add_grid $< $@ $(GRID)

build/synthetic/%: Tests/synthetic/%.c Tests/synthetic/image.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $< -o $@

build/fixtures/%_network.edges: Tests/golden/dem/%.edges
	@mkdir -p $(@D)
	cp $< $@

build/fixtures/%_grid.edges: Tests/golden/dem/%.edges
	@mkdir -p $(@D)
	cp $< $@

build/fixtures/%_correlated.edges: Tests/golden/dem/%.edges
	@mkdir -p $(@D)
	cp $< $@

build/fixtures/%.edges: Tests/golden/dem/%.edges
	@mkdir -p $(@D)
	cp $< $@

build/ctests/embedded: $(CTEST_SOURCES) $(ARCHIVE)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) Tests/CTests/*.c $(ARCHIVE) -lcmocka -o $@

build/ctests/memcheck: $(CTEST_SOURCES) $(ARCHIVE)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -DDECANT_TESTS_KEEP_MALLOC Tests/CTests/*.c $(ARCHIVE) -lcmocka -o $@

build/fuzz/.made: $(ALL_SOURCES) $(wildcard Tests/Fuzz/*.[ch] Tests/Fuzz/*.swift) Tests/Fuzz/build.sh \
  Tests/CTests/graph.c Tests/CTests/graph.h $(wildcard Examples/control-loop/decant_rpc.[ch])
	Tests/Fuzz/build.sh "$(SWIFTC)" "$(CLANG)"
	@touch $@

build/venv/.made: Tests/requirements.txt
	python3 -m venv build/venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@
