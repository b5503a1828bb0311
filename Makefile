# Everything made goes to $(BUILD). `make V=1` shows the commands.
#
#   make                 build/bakeoff
#   make test            unit tests, command tests, floors, short fuzzing, equal bytes; ends with "N passed, M failed"
#   make check-all       the same at full length
#   make lint            floors, headers, formatting, static analysis, paths
#   make asan tsan       the tests under sanitizers
#   make cluster-test    a private Slurm cluster that loses nodes in the middle of a batch (installs Slurm where it may)
#   make bench fuzz      measurements; fuzzing for FUZZ_SECONDS each
#   make golden UPDATE=1 rewrite the expected output of the command tests
#   make screenshots     the pictures in docs/pictures, by headless Chromium (scripts/bootstrap --tests)
#   make install         to $(DESTDIR)$(PREFIX); make uninstall removes it
#   make dist            $(BUILD)/bakeoff-VERSION.tar.gz of what is committed
#   make deb             $(BUILD)/bakeoff_VERSION_ARCH.deb of what is committed (scripts/bootstrap --package)

BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=
ifeq ($(origin CC),default)
CC = gcc
endif
CFLAGS ?= -O2 -g
LDFLAGS ?=
WERROR ?= -Werror
AR = ar
PKG_CONFIG ?= pkg-config
CLANG_FORMAT ?= clang-format
CPPCHECK ?= cppcheck
SCDOC ?= scdoc
FUZZ_CC ?= clang
FUZZ_SECONDS ?= 60
JOBS ?= 2

bindir = $(PREFIX)/bin
datadir = $(PREFIX)/share/bakeoff
docdir = $(PREFIX)/share/doc/bakeoff
mandir = $(PREFIX)/share/man
bashdir = $(PREFIX)/share/bash-completion/completions
zshdir = $(PREFIX)/share/zsh/site-functions
fishdir = $(PREFIX)/share/fish/vendor_completions.d

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
.PHONY: all check test check-all cluster-test lint format asan tsan bench fuzz golden same-bytes headers share install install-files \
	uninstall dist deb clean screenshots \
	program test-programs bench-programs fuzz-programs fuzz-binaries FORCE

all: program

Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V))$(findstring s,$(firstword -$(MAKEFLAGS))),,@printf '%s %s\n' '$(1)' '$(2)')

# --- Sources -------------------------------------------------------------------------------------------------------

FLOORS := models sim scenarios report
MAIN := report/cli/main.c
LIB_SRC := $(filter-out $(MAIN),$(sort $(wildcard $(FLOORS:%=%/*.c) $(FLOORS:%=%/*/*.c))))
TEST_SRC := $(sort $(wildcard tests/test_*.c))
BENCH_SRC := $(sort $(wildcard tests/bench_*.c))
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))
# What tests and benches share: every other C file in tests/.
SUPPORT_SRC := $(filter-out $(TEST_SRC) $(BENCH_SRC),$(sort $(wildcard tests/*.c)))
FORMATTED := $(sort $(wildcard $(foreach d,$(FLOORS) $(FLOORS:%=%/*) tests tests/fuzz,$(d)/*.c $(d)/*.h)))

LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/%.o)
SUPPORT_OBJ := $(SUPPORT_SRC:%.c=$(BUILD)/%.o)
LIB := $(BUILD)/libbakeoff.a
TEST_BIN := $(TEST_SRC:%.c=$(BUILD)/%)
BENCH_BIN := $(BENCH_SRC:%.c=$(BUILD)/%)
FUZZ_BIN := $(FUZZ_SRC:tests/fuzz/%.c=$(BUILD)/%)

# --- Flags ---------------------------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wformat-security -Wmissing-declarations \
	-Wmissing-prototypes -Wno-missing-field-initializers -Wold-style-definition -Wpointer-arith -Wshadow \
	-Wstrict-prototypes -Wundef -Wunused -Wvla -Wwrite-strings

# SANITIZE: address (with undefined), thread, or fuzz (clang's libFuzzer with address and undefined).
sanitize_address = -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
sanitize_thread = -O1 -fno-omit-frame-pointer -fsanitize=thread
sanitize_fuzz = -O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
SANITIZE_FLAGS := $(if $(SANITIZE),$(sanitize_$(SANITIZE)))

# -isystem: other people's headers answer for their own warnings.
PKG_CFLAGS := $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags gsl libcjson smartcols 2>/dev/null))
PKG_LIBS := $(or $(shell $(PKG_CONFIG) --libs gsl libcjson smartcols 2>/dev/null),-lgsl -lgslcblas -lcjson -lsmartcols)
LIBS = $(PKG_LIBS) -lcsv -lpthread -lm

# Last, so that no CFLAGS can undo them: results do not depend on how floating point is contracted, and asserts stay on.
NUMERICS := -ffp-contract=off -fno-fast-math -fno-math-errno -UNDEBUG
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -I. -I$(BUILD) $(PKG_CFLAGS) $(WARNINGS) $(WERROR) \
	-ffile-prefix-map=$(CURDIR)=. $(CPPFLAGS) $(CFLAGS) $(SANITIZE_FLAGS) $(NUMERICS)
ALL_LDFLAGS = $(CFLAGS) $(SANITIZE_FLAGS) $(LDFLAGS)

# $(call remember,TEXT): a recipe that leaves TEXT in the target and touches it only when TEXT changes.
remember = $(Q)mkdir -p $(@D); printf '%s\n' '$(subst ','\'',$(1))' >$@.new; \
	if cmp -s $@.new $@; then rm -f $@.new; else mv $@.new $@; fi

$(BUILD)/flags: FORCE
	$(call remember,$(CC) $(ALL_CFLAGS) | $(ALL_LDFLAGS) $(LIBS))

$(BUILD)/members: FORCE
	$(call remember,$(LIB_OBJ) $(SUPPORT_OBJ))

# What git says, else the file that `make dist` packs. No optional locks: others may be at work in the same checkout. What
# is not committed is told apart by a hash of the sources, for batches must notice a changed program.
VERSION := $(or $(shell [ -e .git ] && git --no-optional-locks describe --tags --always --dirty 2>/dev/null), \
	$(shell cat VERSION 2>/dev/null),unknown)
ifneq ($(filter %-dirty,$(VERSION)),)
VERSION := $(VERSION).$(shell find $(FLOORS) -name '*.[ch]' | LC_ALL=C sort | xargs cat Makefile | sha256sum | cut -c 1-8)
endif

$(BUILD)/version.h: FORCE
	$(Q)mkdir -p $(@D); printf '%s\n' '/* Made by make. */' '#define BAKEOFF_VERSION "$(strip $(VERSION))"' >$@.new; \
	if cmp -s $@.new $@; then rm -f $@.new; else mv $@.new $@; fi

# What stands in every page, as string literals.
ASSETS := report/figures/html.css report/figures/html.js
$(BUILD)/html_assets.h: $(ASSETS)
	$(call say,MAKE,$@)
	$(Q)mkdir -p $(@D); { echo '/* Made by make. */'; for file in $(ASSETS); do \
		echo "static const char $$(basename $$file | tr . _)[] ="; \
		sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' $$file; echo ';'; done; } >$@

# --- Objects, library, programs ------------------------------------------------------------------------------------

$(BUILD)/%.o: %.c $(BUILD)/flags | $(BUILD)/version.h $(BUILD)/html_assets.h
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(LIB): $(LIB_OBJ) $(BUILD)/members
	$(call say,AR,$@)
	$(Q)rm -f $@; $(AR) qcsD $@ $(LIB_OBJ)

$(BUILD)/bakeoff: $(MAIN:%.c=$(BUILD)/%.o) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< $(LIB) $(LIBS)

$(TEST_BIN) $(BENCH_BIN): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(SUPPORT_OBJ) $(LIB) $(BUILD)/members
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< $(SUPPORT_OBJ) $(LIB) -lcmocka $(LIBS)

$(FUZZ_BIN): $(BUILD)/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $< $(LIB) $(LIBS)

# A library may be complete while there is no main yet.
program: $(LIB) $(if $(wildcard $(MAIN)),$(BUILD)/bakeoff)
test-programs: $(TEST_BIN)
bench-programs: $(BENCH_BIN)
fuzz-binaries: $(FUZZ_BIN)

ifneq ($(FUZZ_SRC),)
fuzz-programs:
	+$(Q)if tests/fuzz/available '$(FUZZ_CC)'; then \
		$(MAKE) --no-print-directory BUILD=$(BUILD)/fuzz CC='$(FUZZ_CC)' SANITIZE=fuzz fuzz-binaries; \
	fi
endif

# --- Checks --------------------------------------------------------------------------------------------------------

# TEST_PARTS: which parts of tests/run; TEST_ARGS: e.g. "-k alarm".
TEST_PARTS ?=
RUN_TESTS = env BUILD='$(BUILD)' MAKE='$(MAKE)' FUZZ_CC='$(FUZZ_CC)' SANITIZE='$(SANITIZE)' tests/run

check: test

test: all
	+@$(RUN_TESTS) $(TEST_ARGS) $(TEST_PARTS)

check-all: all
	+@BAKEOFF_TEST_FULL=1 $(RUN_TESTS) $(TEST_ARGS) $(TEST_PARTS)

cluster-test: all
	@scripts/bootstrap --cluster || echo 'cluster-test: without all of it'
	+@$(RUN_TESTS) cluster && $(RUN_TESTS) -k cli/cluster/ cli

asan:
	+@$(MAKE) --no-print-directory BUILD=$(BUILD)/asan SANITIZE=address TEST_PARTS='$(or $(TEST_PARTS),build unit cli)' test

tsan:
	+@$(MAKE) --no-print-directory BUILD=$(BUILD)/tsan SANITIZE=thread TEST_PARTS='$(or $(TEST_PARTS),build unit cli)' test

golden: all
	+@$(RUN_TESTS) $(if $(UPDATE),--update) $(TEST_ARGS) cli

same-bytes:
	+@tests/same-bytes.sh $(BUILD)/same || [ $$? -eq 77 ] # 77: skipped, and it said why

bench: $(BENCH_BIN)
	@set -e; for program in $(BENCH_BIN); do echo "== $$program"; $$program; done

fuzz: fuzz-programs
	@set -e; for source in $(FUZZ_SRC); do tests/fuzz/run $(BUILD)/fuzz "$$(basename $$source .c)" $(FUZZ_SECONDS); done

lint: headers
	@BUILD='$(BUILD)' CLANG_FORMAT='$(CLANG_FORMAT)' CPPCHECK='$(CPPCHECK)' JOBS='$(JOBS)' scripts/lint $(FORMATTED)

format:
	$(Q)$(CLANG_FORMAT) -i $(FORMATTED)

# Every header stands on its own.
headers: $(BUILD)/version.h $(BUILD)/html_assets.h
	@failed=0; for header in $(filter %.h,$(FORMATTED)); do \
		echo "#include \"$$header\"" | $(CC) $(ALL_CFLAGS) -fsyntax-only -x c - || failed=1; \
	done; exit $$failed

# --- Pictures ------------------------------------------------------------------------------------------------------

# What README.md shows: figures of a page, as a browser draws them.
PICTURED := scenarios/four-modes.json
screenshots: all
	$(Q)mkdir -p $(BUILD)/pictures docs/pictures
	$(Q)$(BUILD)/bakeoff compare -q -o $(BUILD)/pictures/table --html $(BUILD)/pictures/page.html $(PICTURED)
	$(Q)node scripts/picture.js $(abspath $(NPM)) $(BUILD)/pictures/page.html '#objectives svg' docs/pictures/objectives.png
	@echo docs/pictures/objectives.png

# --- Installation --------------------------------------------------------------------------------------------------

SHIPPED := $(shell find scenarios -type f ! -name '*.[ch]' 2>/dev/null | sort)
CLUSTER := $(wildcard scripts/slurm/* scripts/kubernetes/* scripts/aws-batch/*)
DOCS := $(wildcard README.md DESIGN.md CONTRIBUTING.md CHANGELOG.md LICENSE CITATION.cff docs/*.md docs/pictures/*.png)

# What the program tells of itself: file, where it goes, and the command that prints it.
SHARE := $(BUILD)/share
MADE := bakeoff.1 bakeoff-scenario.5 bakeoff.bash _bakeoff bakeoff.fish bakeoff.schema.json
place_bakeoff.1 = $(mandir)/man1/bakeoff.1
place_bakeoff-scenario.5 = $(mandir)/man5/bakeoff-scenario.5
place_bakeoff.bash = $(bashdir)/bakeoff
place__bakeoff = $(zshdir)/_bakeoff
place_bakeoff.fish = $(fishdir)/bakeoff.fish
place_bakeoff.schema.json = $(datadir)/bakeoff.schema.json
made_by_bakeoff.1 = manual commands
made_by_bakeoff-scenario.5 = manual scenarios
made_by_bakeoff.bash = completion bash
made_by__bakeoff = completion zsh
made_by_bakeoff.fish = completion fish
made_by_bakeoff.schema.json = schema

# What draws the figures of a page, where scripts/bootstrap has installed it.
NPM ?= build/npm/node_modules
BUNDLES := $(foreach name,vega vega-lite vega-embed,$(if $(wildcard $(NPM)/$(name)/build/$(name).min.js),$(name).min.js))

# Programs under a sanitizer need not run here.
all: $(if $(SANITIZE),,share)
share: $(if $(wildcard $(MAIN)),$(MADE:%=$(SHARE)/%)) $(BUNDLES:%=$(SHARE)/js/%)

$(BUNDLES:%=$(SHARE)/js/%): $(SHARE)/js/%.min.js: $(wildcard $(NPM)/*/build/*.min.js)
	$(Q)mkdir -p $(@D); cp $(NPM)/$*/build/$*.min.js $@

$(SHARE)/%: $(BUILD)/bakeoff
	$(call say,MAKE,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(BUILD)/bakeoff $(made_by_$*) >$@.new
	$(Q)case $@ in \
	*.[15]) if command -v $(SCDOC) >/dev/null; then $(SCDOC) <$@.new >$@; else echo 'no $(SCDOC), no manual page'; fi ;; \
	*) cp $@.new $@ ;; esac; rm $@.new

install: all
	+@$(MAKE) --no-print-directory install-files

# What is built already, whatever it was built with.
install-files:
	install -D -m 755 $(BUILD)/bakeoff '$(DESTDIR)$(bindir)/bakeoff'
	@set -e; for file in $(SHIPPED); do install -D -m 644 $$file '$(DESTDIR)$(datadir)'/$$file; done
	@set -e; for file in $(CLUSTER); do install -D -m 644 $$file '$(DESTDIR)$(datadir)'/$${file#scripts/}; done
	@set -e; for file in $(DOCS); do install -D -m 644 $$file '$(DESTDIR)$(docdir)'/$$file; done
	@set -e; $(foreach file,$(MADE),[ ! -e $(SHARE)/$(file) ] || \
		install -D -m 644 $(SHARE)/$(file) '$(DESTDIR)$(place_$(file))';)
	@set -e; for file in $(BUNDLES); do install -D -m 644 $(SHARE)/js/$$file '$(DESTDIR)$(datadir)'/js/$$file; \
		licence=$(NPM)/$${file%.min.js}/LICENSE; \
		[ ! -e $$licence ] || install -D -m 644 $$licence '$(DESTDIR)$(datadir)'/js/$${file%.min.js}.LICENSE; done

uninstall:
	rm -f '$(DESTDIR)$(bindir)/bakeoff' $(foreach file,$(MADE),'$(DESTDIR)$(place_$(file))')
	rm -rf '$(DESTDIR)$(datadir)' '$(DESTDIR)$(docdir)'

# The archive carries VERSION, which stands in for git where there is none.
dist:
	@[ -e .git ] || { echo 'make dist packs what is committed: it wants a git checkout, as deb does' >&2; exit 1; }
	$(Q)mkdir -p $(BUILD)/dist; printf '%s\n' '$(strip $(VERSION))' >$(BUILD)/dist/VERSION
	$(Q)git archive --prefix=bakeoff-$(strip $(VERSION))/ --add-file=$(BUILD)/dist/VERSION HEAD | gzip -9n \
		>$(BUILD)/bakeoff-$(strip $(VERSION)).tar.gz
	@echo $(BUILD)/bakeoff-$(strip $(VERSION)).tar.gz

deb: dist
	@scripts/deb $(BUILD)/bakeoff-$(strip $(VERSION)).tar.gz $(BUILD)

clean:
	rm -rf $(BUILD)

ALL_OBJ := $(LIB_OBJ) $(SUPPORT_OBJ) $(MAIN:%.c=$(BUILD)/%.o) $(TEST_BIN:%=%.o) $(BENCH_BIN:%=%.o) $(FUZZ_SRC:%.c=$(BUILD)/%.o)
-include $(ALL_OBJ:.o=.d)
