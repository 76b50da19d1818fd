# What a user and a maintainer run. Only Python 3.10 or later and make are needed; the first run needs a package index, later ones don't.
# PYTHON=/path/to/python chooses the interpreter. The default is the first suitable one on the PATH.
PYTHON ?=
CANDIDATES = python3 python3.14 python3.13 python3.12 python3.11 python3.10 python

# Runs its argument in the project's environment, which is made first where it is missing or out of date.
define in_environment
@python="$(PYTHON)"; \
if [ -z "$$python" ]; then for candidate in $(CANDIDATES); do \
  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then python=$$candidate; break; fi; \
done; fi; \
if [ -z "$$python" ]; then echo "No Python 3.10 or later on the PATH. Install one, or say where it is: make PYTHON=/path/to/python $@" >&2; exit 1; fi; \
exec "$$python" tools/environment.py $(if $(PYTHON),--same-python) $(1)
endef

ARGUMENTS ?=

.PHONY: help environment demo bench clients docs faults soak acceptance corpus test test-all clean

help:
	@echo "make demo         all nine operations against a local sandbox, as a transcript"
	@echo "make test         the whole gate: format, lint, types, tests, coverage, the built wheel"
	@echo "make test-all     the tests on every CPython from 3.10 on that this machine has"
	@echo "make faults       every fault of networks, servers and arguments: the promise, what the client does, what bare httpx does"
	@echo "make soak         20 minutes of random faults, storms of cancels and signals, fuzzing; ARGUMENTS=--quick for seconds"
	@echo "make acceptance   the numbers that a release is accepted by, beside bare httpx and the replaced SDK; ARGUMENTS=--quick for two minutes"
	@echo "make corpus       a folder of OpenAPI documents with call plans: what loads, what is sent, what it costs; ARGUMENTS=FOLDER"
	@echo "make bench        what the client costs beside bare httpx, and what others cost; ARGUMENTS=--quick for two minutes"
	@echo "make clients      this package beside other clients: the tables of docs/comparison.md; ARGUMENTS='--documents FOLDER'"
	@echo "make docs         the site of the documentation, strict, in build/docs; ARGUMENTS=serve to look at it while you write"
	@echo "make environment  only make .venv"
	@echo "make clean        remove what these commands made"

environment:
	$(call in_environment)

demo:
	$(call in_environment,-- tools/demo.py)

test:
	$(call in_environment,-- tools/gate.py)

bench:
	$(call in_environment,--folder .venv-bench --extra bench -- tools/bench.py $(ARGUMENTS))

clients:
	$(call in_environment,--folder .venv-clients --extra clients -- tools/clients.py $(ARGUMENTS))

docs:
	$(call in_environment,--folder .venv-docs --extra docs -- tools/docs.py $(ARGUMENTS))

faults:
	$(call in_environment,-- tools/faults.py $(ARGUMENTS))

soak:
	$(call in_environment,-- tools/soak.py $(ARGUMENTS))

corpus:
	$(call in_environment,-- tools/corpus.py $(ARGUMENTS))

acceptance:
	$(call in_environment,-- tools/acceptance.py $(ARGUMENTS))

test-all:
	$(call in_environment,-- tools/test_all.py)

clean:
	rm -rf .venv .venv-3.* .venv-bench .venv-clients .venv-docs .venv-fuzz .venv-replaced .venv-peers .wheelhouse .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache .cache build dist
