# `make` lists what there is. `make demo` and `make test` need Python 3.11 or newer, make and a package index, nothing else.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help environments demo test test-sam test-lint-rules test-examples docs docs-check soak concurrency mutate fuzz bench setup lint format types imports build deploy delete logs publish release-check plain-template package check lock clean

# A Python to make the environments with. To choose one: make PYTHON=/path/to/python3.13 test
PYTHON ?=
CANDIDATES := $(if $(PYTHON),$(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python)
# The samconfig.toml environment for deploy, delete and logs: make CONFIG_ENV=dev deploy
CONFIG_ENV ?= default

# What a shell may have inherited and no test or demo wants. PIP_*, SSL_CERT_* and the like stay: pip may need them to
# reach the package index. The targets that go to AWS keep AWS_* as well.
NO_PYTHON := env -u PYTHONPATH -u PYTHONHOME -u PYTHONSTARTUP -u PYTHONDONTWRITEBYTECODE -u PYTHONOPTIMIZE \
	-u PYTHONWARNINGS -u PYTHONSAFEPATH -u PYTHONNOUSERSITE -u PYTHONPYCACHEPREFIX -u PYTEST_ADDOPTS -u PYTEST_PLUGINS \
	-u MYPYPATH -u RUFF_CONFIG -u VIRTUAL_ENV
CLEAN := $(NO_PYTHON) $(foreach name,$(filter AWS_% SAM_CLI_% POWERTOOLS_% MINISTACK_%,$(.VARIABLES)),-u $(name))

PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
BIN := .venv/bin
# sam build calls src/lambda/Makefile, whose Python need have nothing but pip.
# SAM CLI shows nothing of what the function's Makefile says.
HAS_BYTECODE := find .aws-sam/build -name '*.pyc' | grep -q . || echo "No Python of the runtime's version was found, so the" \
	"function comes without bytecode and starts slower: install python3.13 to have it." >&2
SAM := $(NO_PYTHON) SAM_CLI_TELEMETRY=0 PYTHON="$(CURDIR)/.venv-sam/bin/python" .venv-sam/bin/sam

help: ## List the targets
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*## / { printf "%-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---- on this machine, without AWS

demo: .venv/.lean ## See a deploy fail on a full log policy, and succeed with the resource (under a minute, no AWS)
	@$(CLEAN) $(BIN)/python -m tests.e2e.demo

# As many at a time as there are processors; where most is waiting, more.
PYTEST := $(CLEAN) $(BIN)/python -m pytest --dist worksteal --maxprocesses 8 -n
WAITING := $(PYTEST) 4

test: .venv/.dev ## Unit, property, integration, lint and end-to-end tests (about five minutes)
	@echo "Unit, property, integration and lint tests (about three minutes):"
	@$(PYTEST) auto --ignore=tests/e2e --ignore=tests/examples --ignore=tests/test_package.py --ignore=tests/test_wheel.py \
		--ignore=tests/documentation
	@echo "Deploys on the CloudFormation engine (about two minutes):"
	@$(WAITING) tests/e2e --ignore=tests/e2e/sam
	@echo "All passed. Those told as xfailed, x, are examples of the rules that the engine cannot play: pytest -rx tests/e2e says why."

test-sam: .venv/.dev .venv-sam/.made ## The real SAM CLI against the local cloud
	@$(WAITING) tests/e2e/sam

# tests/conftest.py wants the development set, which is not there.
test-lint-rules: .venv-cfn-lint-1.52/.made ## The rules inside the oldest cfn-lint that they serve, which translates SAM templates
	@$(CLEAN) .venv-cfn-lint-1.52/bin/python -m pytest --confcutdir=tests/tools/lint_rules tests/tools/lint_rules

test-examples: .venv/.examples .venv-sam/.made ## Every way in, each with the tool that its users have, and a table of what was executed
	@$(WAITING) tests/examples

package: .venv/.dev ## Build the function's archive and the wheel, and look inside
	@$(CLEAN) $(BIN)/python -m pytest tests/test_package.py tests/test_wheel.py

# What runs for long: PYTHONPATH names the function's folder, as Lambda does.
LONG := $(CLEAN) PYTHONPATH=src/lambda $(BIN)/python -m

# What the pages show and a program can say, that program says: cog puts it below the comment that names it.
PAGES = $(shell grep -rlF '[[[cog' --include='*.md' --exclude-dir=node_modules README*.md CONTRIBUTING.md docs examples)
COG := $(CLEAN) $(BIN)/python -m cogapp -P

docs: .venv/.dev ## Write the generated parts of the pages, and draw the pictures, anew
	@$(COG) -r $(PAGES)
	@$(CLEAN) $(BIN)/python -m documentation.pictures

docs-check: .venv/.dev ## Whether the pages and the pictures are what the programs say, and every link leads somewhere
	@$(COG) --check --diff --check-fail-msg "A page is stale: write it anew with make docs" $(PAGES)
	@$(PYTEST) auto tests/documentation

soak: .venv/.dev ## Simulated schedules, as many as an hour allows and at least 100,000 (SOAK="--seconds 0")
	@$(LONG) tests.simulation $(SOAK)

concurrency: .venv/.dev ## Sixteen provider processes at once, with faults (ROUNDS=10: seven minutes, mostly waiting)
	@$(LONG) tests.concurrency --rounds $(or $(ROUNDS),10)

mutate: .venv/.mutation ## Put a fault into the policy core, thousands of times, and see whether its tests notice (20 minutes)
	@$(LONG) tests.mutation

fuzz: .venv/.dev ## 100,000 hostile inputs, some minutes (SEED=N tries the same again, INPUTS=N fewer or more)
	@$(LONG) tests.fuzz $(if $(INPUTS),--inputs $(INPUTS)) $(if $(SEED),--seed $(SEED))

# What is measured is what runs in Lambda, so on the runtime's version if there is a Python of it.
bench: .venv-bench/.made ## What the promise costs: measured, printed, and written to docs/benchmarks.md (15 minutes; valgrind counts the instructions)
	@$(CLEAN) PYTHONPATH=src/lambda:src/tools .venv-bench/bin/python -m benchmarks $(BENCH)

check: environments lint types imports docs-check package test-lint-rules test-sam test-examples ## What demo and test leave out: lint, types, imports, pages, archives, cfn-lint, SAM CLI, examples

environments: ## Make the environments that check needs, all at once
	@$(MAKE) --no-print-directory -j3 .venv/.examples .venv-sam/.made .venv-cfn-lint-1.52/.made

lint: .venv/.dev ## ruff, bandit, cfn-lint, our own check, and the workflows by their schemas and by zizmor
	@$(CLEAN) $(BIN)/ruff check
	@$(CLEAN) $(BIN)/ruff format --check
	@$(CLEAN) $(BIN)/bandit --quiet --recursive src/lambda src/tools
	@$(CLEAN) $(BIN)/cfn-lint --append-rules vended_logs_tools.cfn_lint_rules -- template.yaml
	@$(CLEAN) $(BIN)/vended-logs check template.yaml
	@$(CLEAN) $(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows $(wildcard .github/workflows/*.yml)
	@$(CLEAN) $(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	@$(CLEAN) $(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/bug.yml
	@$(CLEAN) $(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
# Without --strict-collection a workflow that cannot be read is a warning.
	@$(CLEAN) $(BIN)/zizmor --offline --strict-collection --quiet --no-progress .github
# W3005: that a DependsOn repeats what a GetAtt says already. The guarantee is written out where it is shown.
	@$(CLEAN) $(BIN)/cfn-lint --ignore-checks W3005 -- $(wildcard examples/*/*.yaml examples/*/*/*.yaml)

types: .venv/.examples ## mypy, strict
	@$(CLEAN) $(BIN)/mypy

imports: .venv/.dev ## The rules on who imports whom
	@$(CLEAN) PYTHONPATH=src/lambda:src/tools $(BIN)/lint-imports --no-logo

format: .venv/.dev ## Format the code
	@$(CLEAN) $(BIN)/ruff format
	@$(CLEAN) $(BIN)/ruff check --fix-only

setup: .venv/.dev .venv-sam/.made ## Make .venv, with the vended-logs command, and .venv-sam for the SAM CLI

# ---- to AWS, with your credentials

build: .venv-sam/.made ## sam build (with bytecode, if there is a Python of the runtime's version)
	@$(SAM) build --config-env $(CONFIG_ENV)
	@$(HAS_BYTECODE)

deploy: build ## sam deploy (PARAMETERS=ShareProvider=true shares the provider, CONFIG_ENV=dev adds the canary)
	@$(SAM) deploy --config-env $(CONFIG_ENV) $(if $(PARAMETERS),--parameter-overrides $(PARAMETERS))

delete: .venv-sam/.made ## sam delete
	@$(SAM) delete --config-env $(CONFIG_ENV)

logs: .venv-sam/.made ## Follow the provider's log
	@$(SAM) logs --config-env $(CONFIG_ENV)

# As release-check, and besides: what is published is what is committed.
publish: .venv/.dev .venv-sam/.made ## Check the release, build, package, and publish to the AWS Serverless Application Repository
	@$(NO_PYTHON) $(BIN)/python -m release.check --committed
	@$(SAM) build
	@$(HAS_BYTECODE)
	@$(SAM) package
	@$(SAM) publish

# ---- upkeep

release-check: .venv/.dev ## Whether all that names a version names the same one
	@$(CLEAN) $(BIN)/python -m release.check

plain-template: .venv/.dev ## Write the app without its transform, for StackSets
	@$(CLEAN) $(BIN)/python -m release.plain_template

lock: $(BIN)/python ## Resolve the pinned requirements anew
	@$(CLEAN) $(BIN)/python requirements/lock.py

clean: ## Remove what was made here
	rm -rf .venv .venv-sam .venv-cfn-lint-1.52 .venv-bench .aws-sam .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find src tests requirements release examples benchmarks documentation -type d -name __pycache__ -prune -exec rm -rf {} +

# ---- the environments: made once, and again when their requirements change

# -I: whatever PYTHONPATH and PYTHONHOME were inherited must not sway the choice.
.venv-bench/bin/python: CANDIDATES := $(or $(PYTHON),python3.13 $(CANDIDATES))
.venv/bin/python .venv-sam/bin/python .venv-cfn-lint-1.52/bin/python .venv-bench/bin/python:
	@for python in $(CANDIDATES); do \
		if $$python -I -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Making $(@:/bin/python=) with $$($$python -I --version)"; \
			exec $(NO_PYTHON) $$python -I -m venv --clear $(@:/bin/python=); \
		fi; \
	done; \
	echo "No Python 3.11 or newer with venv and ensurepip was found ($(CANDIDATES)): install one (on Debian and Ubuntu" \
		"python3-venv too), or name it with make PYTHON=/path/to/python." >&2; exit 1

.venv/.lean: requirements/local-cloud.txt .venv/bin/python
	@echo "Installing $< (about 20 s, once)"
	@$(NO_PYTHON) $(BIN)/python $(PIP_INSTALL) -r $<
	@touch $@

.venv/.tools: requirements/dev.txt .venv/.lean
	@echo "Installing $< (about 40 s, once)"
	@$(NO_PYTHON) $(BIN)/python $(PIP_INSTALL) -r $<
	@touch $@

# The project itself, as two folders on the path: gives .venv/bin/vended-logs. Neither the index nor a setting of pip matters.
.venv/.dev: pyproject.toml .venv/.tools
	@$(NO_PYTHON) $(BIN)/python $(PIP_INSTALL) --isolated --no-build-isolation --no-deps --no-index --editable .
	@touch $@

.venv/.mutation .venv/.examples: .venv/.%: requirements/%.txt .venv/.dev
	@echo "Installing $< (about 20 s, once)"
	@$(NO_PYTHON) $(BIN)/python $(PIP_INSTALL) -r $<
	@touch $@

.venv-sam/.made: requirements/sam.txt .venv-sam/bin/python
	@echo "Installing $< (about a minute, once)"
	@$(NO_PYTHON) .venv-sam/bin/python $(PIP_INSTALL) -r $<
	@touch $@

.venv-cfn-lint-1.52/.made: requirements/cfn-lint-oldest.txt .venv-cfn-lint-1.52/bin/python
	@echo "Installing $< (about 20 s, once)"
	@$(NO_PYTHON) .venv-cfn-lint-1.52/bin/python $(PIP_INSTALL) -r $<
	@touch $@

.venv-bench/.made: requirements/bench.txt .venv-bench/bin/python
	@echo "Installing $< (about two minutes, once)"
	@$(NO_PYTHON) .venv-bench/bin/python $(PIP_INSTALL) -r $<
	@touch $@
