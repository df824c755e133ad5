# Two commands: `make lab` opens the course, `make test` checks it. Either sets up .venv the first time.
# On Windows there is no need for make: the README has the conda lines.

PYTHON ?= python3
READY := .venv/.ready
# `make lab TORCH_BACKEND=cpu` takes the small PyTorch without CUDA (cu130 and so on work too). It comes from PyTorch's
# own index, with files other than those whose hashes are in requirements.lock; the versions are the same.
ifdef TORCH_BACKEND
READY := .venv/.ready-$(TORCH_BACKEND)
endif

.PHONY: help lab test bench build setup
help:
	@echo "make lab    open JupyterLab on the course"
	@echo "make test   unit tests, and every notebook with its outputs compared"
	@echo "make bench  speed of training beside a bare loop, Lightning and skorch"
	@echo "make build  generate student notebooks and the tables of the README"

lab: setup
	@.venv/bin/course lab

test: setup
	@.venv/bin/course test

build: setup
	@.venv/bin/course build

bench: setup
	@for script in benchmarks/bench_*.py; do .venv/bin/python "$$script" || exit 1; done

setup: $(READY)

# The stamp is written last and holds the folder that it was made in. Without it (a set-up cut short) or with another
# folder in it (the course was moved; environments cannot be) .venv is made afresh; pip's cache spares the downloads.
# A newer lock file, after a pull, only updates what changed.
ifneq "$(shell cat $(READY) 2>/dev/null)" "$(shell pwd -P)"
.PHONY: $(READY)
endif
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "The course needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) --version 2>&1`."; \
	  echo "Install one and name it, for example: make $(MAKECMDGOALS) PYTHON=python3.13"; exit 1; }
	@test "`cat $@ 2>/dev/null`" = "`pwd -P`" || $(PYTHON) -m venv --clear .venv
	@rm -f .venv/.ready*
ifdef TORCH_BACKEND
	.venv/bin/python -m pip install uv
	.venv/bin/uv pip install --python .venv --torch-backend=$(TORCH_BACKEND) --no-verify-hashes \
	  --constraints requirements.lock --editable '.[dev]'
else
	.venv/bin/python -m pip install --require-hashes --requirement requirements.lock
	.venv/bin/python -m pip install --no-deps --no-build-isolation --editable .
endif
	@pwd -P | tee .venv/.ready > $@
