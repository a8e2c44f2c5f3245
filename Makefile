# `make` alone lists the targets. A target that needs an environment makes it first.

PYTHON ?= python3
export PYTHON

RUN := .venv/bin/python
# OpenTofu, if terraform is not installed.
TERRAFORM ?= $(shell command -v terraform || command -v tofu || echo terraform)
S3RVER := tests/terraform/node/node_modules
TYPESCRIPT := tests/javascript/node/node_modules
AXE := tests/page/node/node_modules
PEERS := bench/peers/node_modules
# Tests that need neither libvips nor obstore.
PURE := tests/operations tests/planning tests/plugins tests/urls tests/values tests/web
# Tests with a target of their own: they need an engine, terraform, or much of npm.
APART := $(patsubst %,--ignore=tests/%,container next nuxt terraform)
# Two jobs: one takes the cores that the other does not use.
SIDE_BY_SIDE := --jobs=2 --output-sync=target

.DEFAULT_GOAL := help
.PHONY: help setup serve image base-digest sbom lambda doctor backfill test coverage test-pure test-wheel test-image test-terraform \
	test-next test-nuxt check dist site lint tables goldens screenshot fuzz bench bench-growth bench-load bench-peers \
	bench-small lock clean

help: ## Show this help
	@awk -F':.*## ' '/^[a-z][a-z-]*:.*## /{printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready ## Make the environment .venv from the lock files; other targets make their own

serve: .venv-runtime/.ready ## Serve the whole loop on 127.0.0.1. PORT=8080; ORIGINALS= and DERIVATIVES= are folders or s3://bucket; FUNCTION=emulator or image; DELIVERY=failover
	@exec .venv-runtime/bin/python -m local_loop $(if $(PORT),--port '$(PORT)') $(if $(DELIVERY),--delivery '$(DELIVERY)') \
		$(if $(ORIGINALS),--originals '$(ORIGINALS)') $(if $(DERIVATIVES),--derivatives '$(DERIVATIVES)') \
		$(if $(FUNCTION),--function '$(FUNCTION)')

image: ## Build the function's image with docker, podman or buildah, for Lambda on arm64, or for PLATFORM=linux/amd64
	@tools/image

base-digest: ## Pin the image's base in the Dockerfile to the present digest of its tag
	@PYTHONPATH=terraform/modules/registry $(PYTHON) -m tools.base_digest

sbom: .venv-sbom/.ready ## List the contents of the built image, libraries of C included: build/sbom.json, CycloneDX
	@PYTHONPATH=terraform/modules/registry .venv-sbom/bin/python -m tools.sbom build/image.tar build/sbom.json

lambda: .venv-runtime/.ready ## Run the function on 127.0.0.1 as Lambda does, PORT=9000. It runs the image, or this checkout if there is no image
	@tools/lambda

doctor: .venv-doctor/.ready ## Check a deployed stack. DIR= is the folder where terraform applied it, or STACK= a file; KEY=; VISITS=0. URL= tells why one address fails
	@$(if $(STACK),cat '$(STACK)',$(TERRAFORM) -chdir='$(or $(DIR),terraform/examples/minimal)' output -json stack) | \
		.venv-doctor/bin/python -m doctor $(if $(URL),--url '$(URL)') $(if $(KEY),--key '$(KEY)') \
		$(if $(filter 0,$(VISITS)),--no-visits)

backfill: .venv-doctor/.ready ## Make derivatives of many originals by S3 Batch Operations, first of a sample. SPECS=; PREFIX= or MANIFEST=s3://BUCKET/KEY; YES=1 sends all; DO=remake or purge, BEFORE=; JOB= reports on one job; DIR=
	@$(TERRAFORM) -chdir='$(or $(DIR),terraform/examples/minimal)' output -json backfill | \
		.venv-doctor/bin/python -m tools.backfill --specs '$(SPECS)' \
		$(if $(JOB),--job '$(JOB)',$(if $(MANIFEST),--manifest '$(MANIFEST)',--prefix '$(PREFIX)')) \
		$(if $(DO),--do '$(DO)') $(if $(BEFORE),--made-before '$(BEFORE)') $(if $(filter 1,$(YES)),--yes)

test: test-pure .venv/.ready .venv-sbom/.ready .emulator/.ready $(TYPESCRIPT)/.ready $(AXE)/.ready ## Run the pure tests, then all others but those of the image, Terraform, Next.js and Nuxt
	$(RUN) -m pytest -n auto --dist loadfile $(APART) $(PURE:%=--ignore=%)

coverage: .venv/.ready .venv-sbom/.ready .emulator/.ready $(TYPESCRIPT)/.ready $(AXE)/.ready ## Run all tests that make test runs, and report the branches that no test takes; takes twice as long
	$(RUN) -m pytest -n auto --dist loadfile $(APART) --cov --cov-report=term

test-pure: .venv-pure/.ready ## Run the tests that need neither libvips nor obstore nor boto3, without these libraries
	.venv-pure/bin/python -m pytest -q $(PURE)

test-wheel: .venv-wheel/.ready ## Install as a user does, and run the README's lines
	tools/check-wheel

test-image: .venv/.ready .emulator/.ready ## Build the image and run it as Lambda would; needs podman or docker, fetches packages
	$(RUN) -m pytest tests/container

test-terraform: .venv/.ready .emulator/.ready .venv-checkov/.ready .venv-ministack/.ready $(S3RVER)/.ready ## Apply the Terraform examples to an AWS emulator; needs terraform, fetches its provider
	$(RUN) -m pytest -n auto --dist loadgroup tests/terraform

test-next: .venv/.ready ## Build and run an application of Next.js that uses the loader; needs npm, fetches packages
	$(RUN) -m pytest tests/next

test-nuxt: .venv/.ready ## Build and run an application of Nuxt that uses the provider; needs npm, fetches packages
	$(RUN) -m pytest tests/nuxt

check: .venv/.ready ## Run everything that CI runs, in its order; two jobs at once where one leaves cores unused
	@$(MAKE) $(SIDE_BY_SIDE) lint test-wheel bench-small site $(patsubst %,.venv-%/.ready,checkov ministack pure sbom)
	@$(MAKE) test
	@$(MAKE) $(SIDE_BY_SIDE) test-image test-terraform

dist: .venv/.ready ## Build the wheel and the source archive that a release publishes: dist/
	rm -rf dist
	.venv/bin/uv build --quiet --no-build-isolation --python $(RUN)

lint: .venv/.ready ## Check formatting, rules, types, the import layers, the shell scripts, the Dockerfile, compose.yaml, the workflows
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	.venv/bin/lint-imports
	.venv/bin/shellcheck $(filter-out %.py %/backfill %/cost %/growth %/scale %/site %__pycache__,$(wildcard tools/*)) container/entrypoint container/install .ci/run
	.venv/bin/hadolint Dockerfile
	.venv/bin/yamllint -s -d '{extends: default, rules: {document-start: disable, line-length: {max: 120}}}' compose.yaml
	.venv/bin/zizmor --quiet --offline --persona=pedantic .github
	.venv/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*
	.venv/bin/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	.venv/bin/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/*

tables: .venv/.ready ## Write the tables of terraform/README.md, docs/cost.md, docs/performance.md and docs/scale.md anew, and the plots of the last two
	$(RUN) -m tools.terraform_tables
	$(RUN) -m tools.documents
	$(RUN) -m tools.growth.plots
	$(RUN) -m tools.scale.plots

site: .venv-site/.ready ## Build the site from docs/ and the reference of the API: build/site/index.html
	.venv-site/bin/sphinx-build --quiet --fail-on-warning --keep-going -c tools/site . build/site

goldens: .venv/.ready ## Draw the golden pictures anew; look at every one before you commit it
	$(RUN) -m pytest -q tests/rendering --update-goldens

screenshot: .venv/.ready ## Take the README's picture of the page anew; wants chromium
	$(RUN) -m tests.page.screenshot docs/page.webp

fuzz: .venv/.ready ## Damage files of every format for SECONDS=60, and watch the process that reads them
	@$(RUN) -m tests.fuzz $(if $(SECONDS),--seconds '$(SECONDS)')

bench: .venv/.ready .venv-bench/.ready ## Measure the figures of the README; takes some minutes on a quiet machine
	$(RUN) -m bench.resize
	$(RUN) -m bench.call
	$(RUN) -m bench.shrink
	$(RUN) -m bench.cold_start
	$(RUN) -m bench.memory
	$(RUN) -m bench.limits
	$(RUN) -m bench.rates
	$(RUN) -m bench.worst
	$(RUN) -m bench.animation
	$(RUN) -m bench.heic
	$(RUN) -m bench.warm
	$(RUN) -m bench.alpha
	.venv-bench/bin/python -m bench.encoders
	.venv-bench/bin/python -m bench.margin
	$(if $(RESIZER_CORPUS),.venv-bench/bin/python -m bench.fidelity,@echo "no RESIZER_CORPUS: fidelity is not measured")

bench-growth: .venv/.ready ## Measure how costs grow, for docs/performance.md; takes ten minutes on a quiet machine
	$(RUN) -m bench.growth
	$(RUN) -m tools.documents

bench-load: .venv/.ready ## Measure the server under load for 15 minutes; needs wrk and npm, fetches ipx
	npm install --prefix build/ipx --no-save --no-audit --no-fund --loglevel=error ipx@3.1.1
	$(RUN) -m bench.load --ipx build/ipx
	$(RUN) -m bench.load --soak 600

bench-peers: .venv/.ready .venv-peers/.ready $(PEERS)/.ready ## Compare with sharp, Pillow, cykooz.resizer and a function of Node.js, for 10 minutes on a quiet machine; fetches packages
	$(RUN) -m bench.peers
	$(RUN) -m bench.function
	$(RUN) -m bench.folder
	$(RUN) -m bench.threads

bench-small: .venv/.ready ## Make small pictures in both ways of bench.resize for 20 s; fails on a wrong result, never on a time
	@$(RUN) -m bench.small

# Locked versions stay while they fit. `make lock UPGRADE=--upgrade` takes the newest.
# The lock keeps extras: without them some versions of pip take the newest version instead of the locked one.
COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	--no-emit-index-url --custom-compile-command "make lock" $(UPGRADE)

lock: .venv/.ready ## Make the lock files anew from pyproject.toml
	$(COMPILE) --group build -o requirements/build.txt
	$(COMPILE) --group checkov -o requirements/checkov.txt
	$(COMPILE) --group emulator --no-deps -o requirements/emulator.txt
	$(COMPILE) --group ministack -o requirements/ministack.txt
	$(COMPILE) --group pure -o requirements/pure.txt
	$(COMPILE) --group sbom -o requirements/sbom.txt
	$(COMPILE) --extra freshness --extra heic --extra lambda -o requirements/runtime.txt pyproject.toml
	$(COMPILE) --group bench -c requirements/runtime.txt -o requirements/bench.txt pyproject.toml
	$(COMPILE) --extra serve $(patsubst %,--no-emit-package %,cffi obstore pycparser pyvips pyvips-binary typing-extensions) \
		-c requirements/runtime.txt -o requirements/serve.txt pyproject.toml
	$(COMPILE) --all-extras --group dev -c requirements/runtime.txt -c requirements/pure.txt -c requirements/serve.txt \
		-o requirements/dev.txt pyproject.toml
	$(COMPILE) --group peers -c requirements/bench.txt -o requirements/peers.txt
	$(COMPILE) --group doctor -c requirements/dev.txt -o requirements/doctor.txt pyproject.toml
	$(COMPILE) --group site -c requirements/dev.txt -o requirements/site.txt pyproject.toml

clean: ## Remove the environments and everything that was made
	rm -rf .emulator .venv .venv-bench .venv-checkov .venv-doctor .venv-ministack .venv-peers .venv-pure .venv-runtime \
		.venv-sbom .venv-site .venv-wheel $(S3RVER) $(TYPESCRIPT) $(AXE) $(PEERS) .loop .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache \
		.import_linter_cache build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Without the emulator, as on systems other than Linux, the tests that need it are skipped and say so.
.emulator/.ready: requirements/emulator.txt tools/emulator .venv/.ready
	@tools/emulator .venv/bin/python && touch $@ || echo "no emulator: the tests that need it will be skipped"

# Without npm the tests that need S3's website, TypeScript, axe or the package checkers are skipped and say so.
%/node_modules/.ready: %/package-lock.json
	@command -v npm >/dev/null || { echo "no npm: what needs $(<D) will be skipped"; exit 0; }; \
		npm ci --prefix $(<D) --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@

.venv/.ready: LOCK := requirements/dev.txt
.venv-bench/.ready: LOCK := requirements/bench.txt
.venv-checkov/.ready: LOCK := requirements/checkov.txt
.venv-doctor/.ready: LOCK := requirements/doctor.txt
.venv-ministack/.ready: LOCK := requirements/ministack.txt
.venv-peers/.ready: LOCK := requirements/peers.txt
.venv-pure/.ready: LOCK := requirements/pure.txt
.venv-sbom/.ready: LOCK := requirements/sbom.txt
.venv-site/.ready: LOCK := requirements/site.txt
.venv-runtime/.ready .venv-wheel/.ready: LOCK := requirements/runtime.txt

.venv/.ready: requirements/dev.txt
.venv-bench/.ready: requirements/bench.txt
.venv-checkov/.ready: requirements/checkov.txt
.venv-doctor/.ready: requirements/doctor.txt
.venv-ministack/.ready: requirements/ministack.txt
.venv-peers/.ready: requirements/peers.txt
.venv-pure/.ready: requirements/pure.txt
.venv-sbom/.ready: requirements/sbom.txt
.venv-site/.ready: requirements/site.txt
.venv-runtime/.ready .venv-wheel/.ready: requirements/runtime.txt
.venv/.ready .venv-bench/.ready .venv-checkov/.ready .venv-doctor/.ready .venv-ministack/.ready .venv-peers/.ready .venv-pure/.ready \
.venv-runtime/.ready .venv-sbom/.ready .venv-site/.ready .venv-wheel/.ready: requirements/build.txt tools/venv
	tools/venv $(@D) $(LOCK)
	@touch $@
