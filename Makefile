# The front door. `make` alone lists what there is.
PYTHON ?= python3
ACCOUNT ?=
YES ?=
OUT ?=
KEY ?=
SETTINGS ?=
ONLY ?=
BIN := .venv/bin
GATEHOUSE := $(BIN)/gatehouse
UV_COMPILE := $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

# Bytecode is kept, whatever the shell says: tests and rehearsals start Python hundreds of times.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo review test modules journeys attacks rehearsals orders fuzz mutation conformance check format bootstrap plan apply destroy inventory drift doctor compile lock reference sign-checks benchmark clean
.PHONY: python python-found python-development python-authoring python-checkov python-review python-all terraform

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | sort | awk -F'\t' '{printf "%-12s %s\n", $$1, $$2}'

demo: terraform ## Show all of it on this machine: three accounts, one model, two gates
	$(GATEHOUSE) demo $(if $(YES),--yes)

review: python-review terraform ## Judge every control on the plans of all accounts: make review, OUT=DIR for reports
	$(GATEHOUSE) review $(if $(OUT),--out "$(OUT)")

test: python-all terraform ## Run every test that takes no minutes, and the checks as tests
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

modules: python-development terraform ## Run Terraform's own tests of every module
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder -m modules tests/modules

journeys: python-all terraform ## Run what takes minutes, from a CSV to production and beside it: make journeys, or ONLY=release_journey
	$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder -m long $(if $(ONLY),-k "$(ONLY)")

attacks: python-development terraform ## Attack the applied platform: each attack must be refused, for the reason named
	$(BIN)/pytest -m attacks tests/attacks

rehearsals: python-development terraform ## Let promotions fail in every way on the applied platform: make rehearsals, or ONLY=approvals
	$(BIN)/pytest -m rehearsals tests/rehearsals $(if $(ONLY),-k "$(ONLY)")

# All at once on few cores: most of the time the provider only waits.
orders: python-development terraform ## Apply the three accounts in all six orders, and destroy them again
	$(BIN)/pytest -n 6 -m orders tests/journeys

fuzz: python-development ## Compare evaluator, formula and others' evaluators on random cases
	$(BIN)/pytest -n 3 -m fuzz tests/policies tests/twin/authorization/agreement
	$(BIN)/python -m tests.policies.iam.differential

mutation: python-development terraform ## Take every guardrail, key, bucket, endpoint and trust apart: somebody must notice
	$(BIN)/pytest -n 2 -m mutation tests/policies/invariants

# Without the tests' own guard, which ends the network at this machine.
conformance: python-development ## Try on AWS what the twin relies on, in sandbox accounts of yours: make conformance SETTINGS=FILE
	GATEHOUSE_CONFORMANCE="$(SETTINGS)" $(BIN)/pytest -p no:xdist --confcutdir=tests/conformance -m conformance $(if $(ONLY),-k "$(ONLY)") tests/conformance/test_on_aws.py

check: python-development terraform ## Check format, types and conventions without running anything
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy
	$(BIN)/python -m scripts.conventions

format: python-development terraform ## Rewrite Python and Terraform files in the one format
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .
	$$($(BIN)/python scripts/terraform_install.py) fmt -recursive

bootstrap: terraform ## Set an account up, before its root: make bootstrap ACCOUNT=staging
	$(GATEHOUSE) bootstrap --account "$(ACCOUNT)"

plan: terraform ## Plan an account, or organization (its guardrails): make plan ACCOUNT=staging
	$(GATEHOUSE) plan --account "$(ACCOUNT)"

apply: terraform ## Apply the saved plan of an account: make apply ACCOUNT=staging
	$(GATEHOUSE) apply --account "$(ACCOUNT)"

destroy: terraform ## Drain and destroy an account, and prove that nothing is left: make destroy ACCOUNT=staging
	$(GATEHOUSE) destroy --account "$(ACCOUNT)"

inventory: terraform ## List what exists in an account, asked of AWS: make inventory ACCOUNT=staging
	$(GATEHOUSE) inventory --account "$(ACCOUNT)"

drift: terraform ## Tell what differs between accounts and their roots: make drift, or make drift ACCOUNT=staging
	$(GATEHOUSE) drift $(if $(ACCOUNT),--account "$(ACCOUNT)")

doctor: python ## Tell whether this machine has what the platform needs
	$(GATEHOUSE) doctor

compile: python-authoring ## Compile the model definitions anew with the SageMaker SDK
	.venv-authoring/bin/python -m pipelines.definitions.compile

reference: python ## Write docs/reference anew: commands from their own help, controls from the registry, the twin's fidelity
	NO_COLOR=1 TERM=dumb COLUMNS=100 $(BIN)/typer scripts.main utils docs --name gatehouse --output docs/reference/commands.md
	$(BIN)/python -m policies.registry
	$(BIN)/python -m twin.fidelity

lock: python-development ## Resolve the locks anew from requirements/*.in
	cd requirements && ../$(UV_COMPILE) --upgrade runtime.in -o runtime.txt
	cd requirements && ../$(UV_COMPILE) --constraint runtime.txt build.in -o build.txt
	cd requirements && ../$(UV_COMPILE) --upgrade development.in -o development.txt
	cd requirements && ../$(UV_COMPILE) --upgrade authoring.in -o authoring.txt
	cd requirements && ../$(UV_COMPILE) --upgrade checkov.in -o checkov.txt

sign-checks: python-development python-checkov ## Sign our checks for checkov: make sign-checks KEY=~/.config/gatehouse/pack-key.pem
	$(BIN)/python -m scripts.checkov_signing "$(KEY)"
	$(BIN)/python -m scripts.checkov_pins

benchmark: python-development python-checkov terraform ## Measure rehearsal, promotion, pipeline and review against their goals
	$(BIN)/python -m tests.benchmarks

clean: ## Remove environments, tools and what runs left behind
	rm -rf .venv .venv-authoring .venv-checkov .tools .gatehouse .mypy_cache .ruff_cache .pytest_cache .hypothesis

python-found:
	@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON): Python 3.11 or later must be on PATH, got nothing of that name" >&2; exit 3; }

python: python-found
	@$(PYTHON) scripts/python_install.py runtime

python-development: python
	@$(PYTHON) scripts/python_install.py development

python-authoring: python
	@$(PYTHON) scripts/python_install.py authoring

python-checkov: python
	@$(PYTHON) scripts/python_install.py checkov

# Side by side: pip mostly waits and unpacks.
python-review: python-found
	@$(PYTHON) scripts/python_install.py runtime checkov

python-all: python-found
	@$(PYTHON) scripts/python_install.py development authoring checkov

terraform: python
	@$(BIN)/python scripts/terraform_install.py >/dev/null
