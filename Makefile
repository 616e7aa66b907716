# The commands of this project. Each does all of its own set-up and may be repeated.

.PHONY: demo test build setup lint format bench clients clean

# A FAQ answered: import, daemon, twenty questions, a table of why each answer was given.
demo: build
	python3 demo/demo.py

# Tests that compute for seconds without a pause; beside them, on two cores, no deadline of another test would hold.
computing = EmbeddingTests|QuestionsTests|SearchTests|JSONTests|EvaluationTests

# Everything that must hold, figures of speed apart.
test: build lint
	swift build --build-tests
	swift test --skip-build --filter '$(computing)'
	swift test --skip-build --skip '$(computing)'

# The release binary, at .build/release/refrain.
build: setup
	swift build -c release --product refrain
	swift build -c release --product refrain-standin

setup:
	@sh scripts/setup.sh

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

format:
	swift format --in-place --recursive Package.swift Sources Tests

# Figures of speed and size, with the machine and the date; see docs/benchmarks.md.
bench: build
	python3 benchmarks/lookup.py
	python3 benchmarks/embedding.py
	python3 benchmarks/search.py
	python3 benchmarks/ledger.py

# Clients from PyPI, directly against the stand-in and through refrain: what they get must be the same.
clients: build
	sh scripts/check-clients.sh

clean:
	rm -rf .build
