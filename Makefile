# Posthouse on one machine. `make` alone lists all targets.

PYTHON ?= python3
VENV = .venv/bin
EXAMPLES ?= 100
STAYS ?= 200
MINUTES ?= 5
PARALLEL = --numprocesses 2 --dist loadfile --no-loadscope-reorder
# The slowest tests come first, so that no process waits for another at the end.
ALL_TESTS = tests/e2e tests/integration tests/unit
TYPED = layers/posthouse/posthouse layers/dependencies layers/bytecode.py functions local tests benchmarks

# Without compiled files each of the tests' many processes would compile all packages again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install lock preloads lighthouse vendor run logs check test test-long lint lint-web types unit integration test-lambda-python e2e fuzz faults histories audit bench cost diagram build sam-local clean check-wechat-secret deploy-web copy-web

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## make .venv with the locked packages; does nothing if it is up to date
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.11 or newer (on Debian: apt-get install python3 python3-venv)." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is too old: Posthouse needs Python 3.11 or newer; point PYTHON= at one." >&2; exit 1; }
	@$(PYTHON) local/install.py

lock: install ## pin all packages again, with hashes, from requirements.in and pyproject.toml
	for layer in dependencies wechat_dependencies; do \
		$(VENV)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
			--custom-compile-command 'make lock' layers/$$layer/requirements.in -o layers/$$layer/requirements.txt || exit 1; \
	done
	$(VENV)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
		--custom-compile-command 'make lock' pyproject.toml \
		layers/dependencies/requirements.in layers/wechat_dependencies/requirements.in \
		-c layers/dependencies/requirements.txt -c layers/wechat_dependencies/requirements.txt --group local --group test -o requirements.lock
	$(VENV)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade \
		--custom-compile-command 'make lock' --group sam -o local/sam_cli.txt

vendor: ## copy the npm packages of the pages, at the versions of web/package-lock.json, into web/vendor/ (committed)
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or newer. Only changing versions needs it; the pages run without." >&2; exit 1; }
	@cd web && npm ci --no-audit --no-fund --loglevel=error && npm run --silent vendor

preloads: install ## write into the pages which modules and style sheets they import, so that browsers fetch them at once
	@$(VENV)/python -m local.preloads

run: install ## run everything on http://localhost:8080 (PORT=, PAYMENT_TIMEOUT_SECONDS=, KEEP=1); Ctrl-C ends it
	@$(VENV)/python -m local.run

logs: install ## print the story of one order, from all functions' logs: ORDER=B...
	@$(VENV)/python -m local.story "$(ORDER)"

check: install ## lint, types and unit tests, in a minute and a half
	@$(MAKE) --no-print-directory --jobs 2 lint types
	@$(MAKE) --no-print-directory unit

test: install ## every day: lint, types, unit, integration, one end-to-end story for each domain
	@$(MAKE) --no-print-directory --jobs 2 lint types
	@$(VENV)/python -m pytest $(PARALLEL) -m "not long" $(ALL_TESTS)

test-long: install ## the tests that `make test` leaves out: every page and width, a day of faults, random histories, crowds, races, all regions
	@$(VENV)/python -m pytest $(PARALLEL) -m long $(ALL_TESTS)

lint: install ## ruff, its formatter, and cfn-lint on the templates
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/cfn-lint template.yaml functions/*.yaml alarms.yaml dashboard.yaml pages.yaml

lint-web: ## biome on the pages, Redocly's rules on openapi.yaml (needs npm)
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or newer, or leave the pages' lint to CI." >&2; exit 1; }
	@cd web && { [ -x node_modules/.bin/biome -a -d node_modules/@redocly/openapi-core ] || npm ci --no-audit --no-fund --loglevel=error; } && npm run --silent lint

types: install ## mypy --strict
	@$(VENV)/mypy $(TYPED)

unit: install ## tests of pure rules, except the long ones
	@$(VENV)/python -m pytest $(PARALLEL) -m "not long" tests/unit

integration: install ## tests of handlers on moto
	@$(VENV)/python -m pytest $(PARALLEL) tests/integration

test-lambda-python: install ## unit and integration tests on Python 3.13, Lambda's version
	@$(VENV)/python -m local.lambda_python

e2e: install ## all tests of the deployed template on the local cloud
	@$(VENV)/python -m pytest $(PARALLEL) tests/e2e

fuzz: install ## send random requests to every route for a long time (EXAMPLES=), different ones each time
	@POSTHOUSE_EXAMPLES=$(EXAMPLES) $(VENV)/python -m pytest tests/e2e/test_contract.py

faults: install ## run a day on the local cloud while AWS, WeChat and processes fail (STAYS=, SEED=; without SEED a different day each time)
	@STAYS=$(STAYS) SEED=$(SEED) $(VENV)/python -m pytest -s tests/e2e/test_faulty_day.py

histories: install ## many guests and staff at once on the local cloud, at random, for MINUTES= (SEED= repeats a plan; without it a new one)
	@MINUTES=$(MINUTES) SEED=$(SEED) $(VENV)/python -m pytest -s tests/e2e/histories

bench: install ## run the benchmarks: times, calls to AWS and ratios as tables, into docs/benchmarks.md
	@PYTHONPATH=layers/posthouse $(VENV)/python -m benchmarks

lighthouse: install ## measure the first pages of both apps with Lighthouse, as on a phone (needs npm and Chromium); fails below 95
	@cd benchmarks/lighthouse && { [ -x node_modules/.bin/lighthouse ] || npm ci --ignore-scripts --no-audit --no-fund --loglevel=error; }
	@$(VENV)/python -m benchmarks.lighthouse

cost: install ## count the costs of a month with a thousand stays on AWS, as a table, into docs/deploy.md
	@PYTHONPATH=layers/posthouse $(VENV)/python -m benchmarks.costs --thousand

diagram: install ## draw the architecture and the workflows again, in README.md and docs/
	@$(VENV)/python -m local.diagram

audit: install ## look for known vulnerabilities of the locked packages (asks PyPI), and run bandit over our code
	@$(VENV)/python -m local.audit

build: install ## build the layers for Lambda and print their sizes (`sam build` builds the same, and all else)
	@$(VENV)/python -m local.build

sam-local: install ## run `sam build` and write the template for `sam local invoke`, which needs Docker (ARCHITECTURE=x86_64)
	@ARCHITECTURE="$(ARCHITECTURE)" $(VENV)/python -m local.sam_local

check-wechat-secret: install ## check WeChat's ids and keys before you put them into Secrets Manager: FILE=secret.json
	@test -n "$(FILE)" || { echo "FILE is missing: make check-wechat-secret FILE=secret.json" >&2; exit 1; }
	@$(VENV)/python -m local.check_wechat_secret "$(FILE)"

deploy-web: install ## upload the pages and the API reference to a deployed stack: STACK=posthouse-dev
	@test -n "$(STACK)" || { echo "STACK is missing: make deploy-web STACK=posthouse-dev" >&2; exit 1; }
	@$(VENV)/python -m local.deploy_web "$(STACK)"

copy-web: install ## copy the pages into an empty folder, for your own web server: TO=.build/pages
	@test -n "$(TO)" || { echo "TO is missing: make copy-web TO=.build/pages" >&2; exit 1; }
	@$(VENV)/python -m local.copy_web "$(TO)"

clean: ## remove all generated files: .venv, .build, .local, caches
	@rm -rf .venv .build .local .aws-sam .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
