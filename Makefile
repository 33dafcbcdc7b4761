# Everything here only calls the `course` command and the usual tools; see README.md.
PYTHON ?= python3
VENV   ?= .venv
NOTEBOOK ?= release/01_shallow_networks/shallow_networks.ipynb
BIN    := $(VENV)/bin
JOBS   ?= $(shell $(PYTHON) -c 'import os; print(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())')
ifdef DEVICE
export COURSE_DEVICE := $(DEVICE)
endif
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := demo
.PHONY: demo lab site gallery setup test lint format answers verdicts bench device-check release environment clean

demo: setup            ## set up, then grade a made-up class of six; ALL=1 on all assignments
	$(BIN)/course demo --jobs $(JOBS) $(if $(ALL),--all)

lab: setup             ## JupyterLab on the course; NOTEBOOK=path opens another one, OPTIONS= are `jupyter lab`'s own
	JUPYTER_PATH="$(abspath $(VENV))/share/jupyter$${JUPYTER_PATH:+:$$JUPYTER_PATH}" $(BIN)/jupyter lab \
	  --ServerApp.root_dir="$(CURDIR)" --LabApp.default_url="/lab/tree/$(NOTEBOOK)?file-browser-path=release" \
	  $(if $(filter 0,$(shell id -u)),--allow-root) $(OPTIONS)

setup: $(VENV)/.installed   ## the virtual environment, with everything in it

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("this needs Python 3.11 or newer, not " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

test: setup lint       ## all tests (answers bank included: about 36 minutes on two cores)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

lint: setup            ## style, types, and the masters' own rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/lint_masters.py

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

answers: setup         ## grade the answers bank; BANK=folder, ONLY=notebook
	$(BIN)/course answers --jobs $(JOBS) $(if $(BANK),--bank $(BANK)) $(if $(ONLY),--only $(ONLY))

verdicts: setup        ## the answers bank once more, in the tester and in plain kernels: the same verdicts; ONLY=notebook
	$(BIN)/python tools/verdicts.py --jobs $(JOBS) $(if $(ONLY),--only $(ONLY))

attacks: setup         ## grade the attack corpus by plain nbgrader and by this project; ONLY=name, HERE=1 without nbgrader
	$(BIN)/python tools/attacks.py --jobs $(JOBS) $(if $(ONLY),--only $(ONLY)) $(if $(HERE),--here)

bench: setup           ## how long each master takes on one core; what validating adds; how fast a class is graded
	$(BIN)/python tools/bench.py
	$(BIN)/python tools/bench_validate.py
	$(BIN)/python tools/bench_grading.py --jobs $(JOBS)

device-check: setup    ## the torch notebooks' core on DEVICE (auto, cuda, mps) beside the CPU, within tolerances; ONLY=notebook
	$(BIN)/python tools/device_check.py $(ONLY)

site: setup            ## the course site in build/site/: pages for students, instructors and maintainers
	$(BIN)/python tools/make_site.py --jobs $(JOBS)

gallery: setup         ## all figures of each solved notebook as one PNG, in build/gallery/
	$(BIN)/python tools/gallery.py

release: setup         ## source/ to release/
	$(BIN)/course release

environment: setup     ## environment.yml from pyproject.toml
	$(BIN)/python tools/make_environment.py

clean:
	rm -rf $(VENV) demo build *.egg-info .pytest_cache .mypy_cache .ruff_cache
