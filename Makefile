# `make` alone lists what can be made. Every target installs what it lacks (LANEWAY_NO_INSTALL=1
# turns that off and says what is missing instead).
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
MODEL ?= echo
SOCKET ?= .build/laneway.sock
RUNS ?= 3
CASES ?= 100000
SEED ?= 1
SOURCES := Package.swift Sources Tests Benchmarks
FORMAT := --recursive --parallel --configuration .swift-format $(SOURCES)
# One set of flags for build, test, demo and check, so that they share one debug build.
export SWIFT_FLAGS := --explicit-target-dependency-import-check error

.PHONY: help
help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

.PHONY: build
build: packages ## Builds the daemon and the tests (debug)
	swift build --build-tests $(SWIFT_FLAGS)

.PHONY: test
test: ## Runs all tests: Swift Testing, then the end-to-end tests from Python
	@scripts/test

.PHONY: e2e
e2e: ## Runs the end-to-end tests only; ARGS go to pytest (make e2e ARGS='-k cancel')
	@scripts/test e2e $(ARGS)

.PHONY: check
check: ## All that CI runs: build with warnings as errors, lint, proto-check, test
	@scripts/check

.PHONY: fmt
fmt: ## Formats every Swift file
	swift format --in-place $(FORMAT)

.PHONY: lint
lint: ## Complains about Swift that is not formatted or breaks a rule
	swift format lint --strict $(FORMAT)

.PHONY: proto
proto: ## Writes the C and Swift that is made from proto/
	@scripts/packages proto
	scripts/proto write

.PHONY: proto-check
proto-check: ## Fails when what is made from proto/ is not current
	@scripts/packages proto
	scripts/proto check

.PHONY: interop
interop: packages ## Runs gRPC's own interoperability client against our runtime (RUNS=100)
	swift build --product laneway $(SWIFT_FLAGS)
	swift build --product InteropServer $(SWIFT_FLAGS)
	@scripts/venv tests
	PYTHONDONTWRITEBYTECODE=1 LANEWAY_INTEROP_RUNS=$(RUNS) \
	    .build/venv/bin/python -m pytest Tests/e2e/test_interop.py -q

.PHONY: interop-server
interop-server: packages ## Serves what gRPC's interoperability clients call, on a socket and a TCP port
	swift build --product InteropServer $(SWIFT_FLAGS)
	.build/debug/InteropServer $(abspath .build/interop.sock)

.PHONY: conformance
conformance: packages ## Google's protobuf conformance runner, and CASES (100000) against its Python
	swift build --build-tests $(SWIFT_FLAGS)
	@scripts/venv tests
	scripts/conformance run
	scripts/conformance compare $(CASES) $(SEED)
	LANEWAY_PYTHON=$(abspath .build/venv/bin/python) LANEWAY_SEED=$(SEED) LANEWAY_CASES=$(CASES) \
	    PYTHONDONTWRITEBYTECODE=1 swift test --skip-build $(SWIFT_FLAGS) --filter DifferentialTests

.PHONY: demo
demo: ## Shows a daemon at work (MODEL=smollm2: with a real model on this machine)
	@scripts/demo $(MODEL)

.PHONY: examples
examples: ## Builds and runs the sidecars of every language
	@scripts/examples $(ARGS)

.PHONY: run
run: packages ## Builds and runs the daemon in the foreground (SOCKET=…, CONFIG=…)
	swift build --product laneway $(SWIFT_FLAGS)
	.build/debug/laneway serve --socket $(abspath $(SOCKET)) $(if $(CONFIG),--config $(CONFIG))

.PHONY: bench
bench: ## Measures the daemon against its targets, beside its peers (.build/bench/report.md)
	@scripts/bench $(ARGS)

.PHONY: bench-quick
bench-quick: ## The same in short: calls and streams beside gRPC C++, in under two minutes
	@scripts/bench --only p1,p2 --peers grpc-cpp-callback --rounds 3 --out .build/bench/quick $(ARGS)

.PHONY: profile
profile: ## Samples where the daemon's processor time goes, by module (ARGS='relay', 'exact'…)
	@scripts/profile $(ARGS)

.PHONY: bench-counts
bench-counts: ## Counts mallocs and system calls per call and message (.build/bench-counts/report.txt)
	@scripts/bench-counts $(ARGS)

.PHONY: bench-lanes
bench-lanes: ## Measures the lane machine alone, at one caller and at 100,000
	@scripts/release LaneBench
	.build/release/LaneBench $(ARGS)

.PHONY: fairness
fairness: ## Measures how evenly and promptly a lane is shared (.build/fairness/report.md)
	@scripts/fairness $(ARGS)

.PHONY: storm
storm: ## 100,000 calls, many cancelled, and what they leave behind (.build/storm/storm.md)
	@scripts/storm $(ARGS)

.PHONY: attacks
attacks: ## Attacks the daemon for SECONDS each (60): its memory, its callers (.build/attacks/report.md)
	@scripts/attacks $(or $(SECONDS),60) $(ARGS)

.PHONY: restarts
restarts: ## Replaces, kills and doubles the daemon under load, COUNT times (.build/restarts/report.md)
	@scripts/restarts $(or $(COUNT),1000) $(ARGS)

.PHONY: os-faults
os-faults: ## Has the kernel refuse the daemon's system calls (.build/os-faults/report.md)
	@scripts/os-faults $(or $(SECONDS),2) $(ARGS)

.PHONY: streams
streams: ## COUNT (10,000) random byte streams and mutated ones a wire (.build/streams/report.md)
	@scripts/streams $(or $(ONE),$(COUNT),10000) $(SEED)

.PHONY: fuzz
fuzz: ## Feeds each fuzz target for SECONDS (60), two at a time (ARGS='http2 sse' for some)
	@scripts/fuzz $(or $(SECONDS),60) $(ARGS)

.PHONY: asan tsan
asan: ## All tests under AddressSanitizer and LeakSanitizer (reports in .build/sanitize/address)
	@scripts/sanitize address $(ARGS)
tsan: ## All tests under ThreadSanitizer (reports in .build/sanitize/thread)
	@scripts/sanitize thread $(ARGS)

.PHONY: histories
histories: packages ## 100,000 random lives of a lane, and a storm of 1,000,000 calls through its machine
	LANEWAY_HISTORIES=100000 LANEWAY_STORM_CALLS=1000000 \
	    swift test $(SWIFT_FLAGS) --filter 'LanePropertyTests|CancelStormTests'

.PHONY: install
install: packages ## Installs the release build below PREFIX (/usr/local); DESTDIR is honoured
	@scripts/release
	install -D -m 0755 .build/release/laneway $(DESTDIR)$(PREFIX)/bin/laneway
	install -D -m 0644 deploy/systemd/laneway.sysusers.conf \
	    $(DESTDIR)$(PREFIX)/lib/sysusers.d/laneway.conf
	for unit in deploy/systemd/*.service deploy/systemd/*.socket; do \
	    [ -e "$$unit" ] || continue; \
	    install -D -m 0644 "$$unit" "$(DESTDIR)$(PREFIX)/lib/systemd/system/$${unit##*/}"; \
	done

.PHONY: uninstall
uninstall: ## Removes what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/laneway $(DESTDIR)$(PREFIX)/lib/sysusers.d/laneway.conf
	for unit in deploy/systemd/*.service deploy/systemd/*.socket; do \
	    rm -f "$(DESTDIR)$(PREFIX)/lib/systemd/system/$${unit##*/}"; \
	done

.PHONY: doctor
doctor: ## Prints what is missing, with the one command that installs it
	@scripts/doctor

.PHONY: clean
clean: ## Removes everything that was built
	rm -rf .build

.PHONY: packages
packages:
	@scripts/packages build
