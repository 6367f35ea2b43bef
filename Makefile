# Two commands are enough: `make run` and `make test`. All others are listed by `make help`.
# Python is any 3.11 or newer; packages go to .venv, state to .visavis (VISAVIS_STATE).

PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11 python,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
BOOT = @test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed." >&2; exit 1; }; \
	exec $(PYTHON) -I marketplace/launcher/bootstrap.py
LAUNCH = marketplace.launcher

.DEFAULT_GOAL := help
.PHONY: help run reset test test-slow check fix story pictures bench sandbox behaviours lock

help: ## list every target
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: ## start the product with its own engines; Ctrl-C stops it, data stays
	$(BOOT) $(LAUNCH) run

reset: ## forget all data of `make run` and of the tests
	$(BOOT) $(LAUNCH) reset

test: ## checks and all tests: unit, integration, JavaScript, browser
	$(BOOT) --dev $(LAUNCH) test

test-slow: ## browsers in network namespaces: blocked, cut and changing links; needs root
	$(BOOT) --dev $(LAUNCH) test-slow

check: ## formats, lint, import order, types, Django, templates, scripts
	$(BOOT) --dev $(LAUNCH) check

fix: ## let the formatters and safe fixes do their work
	$(BOOT) --dev $(LAUNCH) fix

story: ## one sale in two browsers against a running product; URL=http://… if not on port 8000
	$(BOOT) --dev tests.e2e.story $(if $(URL),--url $(URL))

pictures: ## take the pictures of the documentation from the running product
	$(BOOT) --dev tests.e2e.pictures

bench: ## measure speed; ONLY=name for one
	$(BOOT) --dev bench $(ONLY)

sandbox: ## start the Stripe sandbox alone
	$(BOOT) $(LAUNCH) sandbox

behaviours: ## write docs/behaviours.md: which test proves what
	$(BOOT) --dev tests.behaviours

lock: ## compile the requirement files anew from deploy/requirements
	$(BOOT) --dev $(LAUNCH) lock
