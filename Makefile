# Two commands: `make lab` opens the course, `make test` checks it. Each sets up .venv the first time: `make lab` with what
# a reader needs (requirements.lock), `make test` with the tools of authors and instructors too (requirements-dev.lock).
# On Windows there is no need for make: the README has the lines for conda and for uv.

PYTHON ?= python3
# `make lab TORCH_BACKEND=cpu` takes the small PyTorch without CUDA (cu130 and so on work too). It comes from PyTorch's
# own index, with files other than those whose hashes are in requirements.lock; the versions are the same.
ifdef TORCH_BACKEND
BACKEND := -$(TORCH_BACKEND)
endif
LAB := .venv/.lab$(BACKEND)
DEV := .venv/.dev$(BACKEND)

.PHONY: help lab test test-browser bench build site setup setup-lab lock
help:
	@echo "make lab    open JupyterLab on the course"
	@echo "make test   unit tests, and every notebook with its outputs compared"
	@echo "make test-browser  every lecture, slide, slider, and page in a real browser; pictures in screenshots/"
	@echo "make bench  speed of training beside a bare loop, Lightning and skorch"
	@echo "make build  generate student notebooks and tables"
	@echo "make site   write the web site of the course into site/"
	@echo "make setup  only install what make test needs; make setup-lab: what make lab needs"
	@echo "make lock   write requirements.lock and requirements-dev.lock after a change of pyproject.toml"

lab: setup-lab
	@.venv/bin/course lab

test: setup
	@.venv/bin/course test

test-browser: setup
	@COURSE_SCREENSHOTS=screenshots .venv/bin/python -m pytest -m browser tests

build: setup
	@.venv/bin/course build

site: setup
	@.venv/bin/course site

bench: setup
	@for script in benchmarks/bench_*.py; do .venv/bin/python "$$script" || exit 1; done

setup: $(DEV)
setup-lab: $(LAB)

# The stamps are written last and hold the folder that they were made in. Without one (a set-up cut short) or with another
# folder in it (the course was moved; environments cannot be) .venv is made afresh; the caches of uv and pip spare the
# downloads. A newer lock file, after a pull, only updates what changed, and so does a newer folder of packages: `uv run`
# uses .venv too and puts the newest versions there.
ifneq "$(shell cat $(LAB) 2>/dev/null)" "$(shell pwd -P)"
.PHONY: $(LAB)
endif
ifneq "$(shell cat $(DEV) 2>/dev/null)" "$(shell pwd -P)"
.PHONY: $(DEV)
endif
$(LAB) $(DEV): requirements.lock pyproject.toml $(wildcard .venv/lib/python*/site-packages)
$(DEV): requirements-dev.lock
$(LAB): STAMPS := .venv/.lab $(LAB)
$(DEV): STAMPS := .venv/.lab $(LAB) .venv/.dev $(DEV)
$(DEV): DEV_LOCK := --requirement requirements-dev.lock
$(DEV): EXTRA := [dev]

UV_PIN := /^uv==/,/[^\\]$$/
GET_UV := sed -n '$(UV_PIN)p' requirements.lock | .venv/bin/python -m pip install --require-hashes --requirement /dev/stdin
$(LAB) $(DEV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "The course needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) --version 2>&1`."; \
	  echo "Install one and name it, for example: make $(MAKECMDGOALS) PYTHON=python3.13"; exit 1; }
	@test "`cat $(LAB) 2>/dev/null`" = "`pwd -P`" || $(PYTHON) -m venv --clear .venv
	@rm -f .venv/.lab* .venv/.dev*
ifdef TORCH_BACKEND
	$(GET_UV)
	.venv/bin/uv pip install --python .venv --torch-backend=$(TORCH_BACKEND) --no-verify-hashes \
	  --constraints requirements.lock $(DEV_LOCK:--requirement=--constraints) --editable '.$(EXTRA)'
else
	@{ $(GET_UV) && \
	  .venv/bin/uv pip install --python .venv --require-hashes --requirement requirements.lock $(DEV_LOCK); } || { \
	  echo "uv is not to be had here or cannot reach the packages; pip installs the same, more slowly."; \
	  sed '$(UV_PIN)d' requirements.lock | \
	    .venv/bin/python -m pip install --require-hashes --requirement /dev/stdin $(DEV_LOCK); }
	.venv/bin/python -m pip install --no-deps --no-build-isolation --editable .
endif
	@pwd -P | tee $(sort $(STAMPS)) > /dev/null

# Keeps the versions that are locked where it can; `make lock UPGRADE=--upgrade` takes the newest.
COMPILE = .venv/bin/uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header --quiet $(UPGRADE)
lock: setup
	$(COMPILE) --group setup --output-file requirements.lock
	$(COMPILE) --extra dev --constraints requirements.lock --output-file requirements-dev.lock \
	  `sed -n 's/==.*//; s/^[a-z]/--no-emit-package &/p' requirements.lock`
