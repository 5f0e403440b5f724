# The front door.  It calls CMake and the scripts in tools/, and knows no source file.
#
#   NO_SERVERS=1   make test, sanitize, tsan, coverage without the real servers
#   NO_DEPS=1      do not look for missing packages
#   FILTER=REGEX   make test and its kin: only tests of these names; make bench: only these ratios
#   FULL=1         make bench with a stanza of 1 GiB and 10,000 clients: ten minutes; make nightly: and a
#                  client that is busy for half an hour
#   FOR=n          make fuzz: how many seconds for each target (60)
#   TARGET=NAME    make fuzz: only this target
#   BASE=TAG       what `make abi` compares with
#   PREFIX=/DIR    where `make install` puts things (/usr/local)
PREFIX ?= /usr/local
FILTER ?= .
export NO_SERVERS NO_DEPS FILTER FULL FOR TARGET

.DEFAULT_GOAL := help
.PHONY: help deps demo demo-picture docs test test-unit test-trixie shared abi nightly fuzz bench bench-chart size check format sanitize tsan tsan-threads valgrind \
	clang coverage package install clean

help: ## show this
	@echo 'headstock: make TARGET'
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 14

deps: ## install what the other targets need and is missing (Debian, Ubuntu)
	@tools/deps.sh demo test check

demo: ## register, log in, echo a message and leave, against a private Prosody
	@tools/deps.sh demo
	@tools/build.sh demo basic register send_client
	@tools/demo.sh build/demo/examples

demo-picture: ## the picture of the demo in README.md, from a run of it
	@mkdir -p build
	@$(MAKE) --no-print-directory demo > build/demo.log
	@tools/docs/demo_picture.py build/demo.log docs/static/demo.svg

test: ## all tests, against real servers too
	@tools/test.sh debug

test-unit: ## the tests that need no server and no network
	@NO_SERVERS=1 FILTER='^(unit|fuzz|simulation)\.' tools/test.sh debug

test-trixie: ## all tests in a Debian 13 in build/trixie: mbedTLS 3.6, TLS 1.3, newer servers (as root)
	@tools/trixie.sh

docs: ## the site with guide and reference, in build/docs/html
	@tools/deps.sh docs
	@tools/docs.sh

shared: ## the shared libraries, a plug-in beside a program, and the installed package
	@tools/deps.sh offline
	@tools/build.sh shared
	@ctest --preset shared

abi: ## what the shared libraries promise; BASE=TAG: what has changed since
	@tools/deps.sh abi
	@tools/abi.sh $(BASE)

nightly: ## what takes too long for `make test`: measuring, whole sweeps and simulations, planted faults, the packages in a fresh Debian 12, endurance, sanitizers, valgrind, other compilers, Debian 13, fuzzing
	@tools/deps.sh bench test
	@tools/build.sh bench
	@tools/bench.sh
	@tools/build.sh debug
	@HEADSTOCK_WHOLE_SIMULATION=1 build/debug/tests/headstock_simulation --test-case='*million*'
	@tests/planted_faults/stream_management.py
	@tests/planted_faults/trust.py
	@tools/package_check.sh
	@tools/endurance.sh
	@HEADSTOCK_WHOLE_SWEEP=1 build/debug/tests/headstock_loopback --test-case='*allocation of mbedTLS*'
	@HEADSTOCK_WHOLE_SWEEP=1 build/debug/tests/headstock_tests --test-case='*login cut at every byte*,C11*'
	@HEADSTOCK_WHOLE_PEAK=1 build/debug/tests/headstock_tests --test-case='C6: the same with the limits*'
	@$(MAKE) --no-print-directory sanitize tsan valgrind clang coverage test-trixie fuzz

fuzz: ## hostile input by libFuzzer, for FOR seconds each of nine targets
	@tools/deps.sh fuzz
	@tools/fuzz.sh

bench: ## ratios against raw Expat on the same bytes, memory, hostile input
	@tools/deps.sh bench
	@tools/build.sh bench
	@tools/bench.sh

bench-chart: ## the picture of the speed beside other libraries, from docs/speed.tsv; MEASURED=FILE: from a new run
	@tools/bench_chart.py docs/speed.tsv docs/static/speed.svg $(MEASURED)

size: ## how large a program with it is
	@tools/deps.sh build
	@tools/size.sh

check: ## format, clang-tidy, floors, public headers alone, nothing private in the files
	@tools/deps.sh check
	@tools/check.sh

format: ## lay out the C++ files as `make check` wants them
	@tools/deps.sh check
	@git ls-files -co --exclude-standard '*.cpp' '*.hpp' | xargs -r clang-format-14 -i

sanitize: ## all tests under the address, leak and undefined behaviour sanitizers
	@tools/test.sh sanitize

tsan: ## all tests under the thread sanitizer
	@tools/test.sh tsan

tsan-threads: ## the tests of what threads share under the thread sanitizer: two minutes
	@tools/deps.sh offline
	@tools/build.sh tsan headstock_threads
	@cd build/tsan/tests && TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1 ./headstock_threads

valgrind: ## the tests in memory and over loopback under valgrind, which sees memory that was never written
	@tools/deps.sh offline valgrind
	@tools/valgrind.sh

clang: ## all tests but those with servers, built by clang 14 and by clang 19
	@tools/deps.sh clang
	@NO_DEPS=1 NO_SERVERS=1 tools/test.sh clang
	@NO_DEPS=1 NO_SERVERS=1 tools/test.sh clang-19

coverage: ## all tests, then the lines and branches that they reached
	@tools/deps.sh coverage
	@tools/test.sh coverage
	@tools/coverage.py

package: ## Debian packages of the shared and static libraries and of what there is to read, in build/packages
	@tools/deps.sh package
	@tools/package.sh

install: ## build the static libraries for release and install them below PREFIX
	@tools/deps.sh build
	@tools/build.sh release headstock_testing headstock_explain
	@cmake --install build/release --prefix $(PREFIX)

clean: ## remove everything that was built
	@rm -rf build
