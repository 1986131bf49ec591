# Two commands do all the set-up on a Debian machine with a Swift toolchain: `make demo` and `make test`.

PACKAGES := liblmdb-dev libxml2-dev zlib1g-dev pkg-config
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
GRANDLIVRE := .build/release/grandlivre

.PHONY: demo test build setup benchmarks kernel peers faults lint schemas year manual

demo: build
	$(GRANDLIVRE) demo

test: setup
	swift test --disable-xctest

build: setup
	swift build -c release --product grandlivre

setup:
	@missing=$$(for package in $(PACKAGES); do \
		dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || echo $$package; done); \
	if [ -n "$$missing" ]; then $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq $$missing; fi

# Ingest, fold, scan, import and queries; reports, judges nothing by the clock.
benchmarks: build kernel
	swift build -c release --product Benchmarks
	.build/release/Benchmarks all
	LD_PRELOAD=$(CURDIR)/.build/allocations.so .build/release/Benchmarks allocations

# The C that ingest is judged against: Benchmarks/kernel/README.md.
kernel: PACKAGES += libssl-dev
kernel: setup
	@mkdir -p .build
	cc -std=c11 -O2 -Wall -Wextra -Werror -o .build/kernel Benchmarks/kernel/kernel.c -llmdb -lcrypto
	cc -std=c11 -O2 -Wall -Wextra -Werror -shared -fPIC -o .build/allocations.so Benchmarks/kernel/allocations.c

# PostgreSQL, SQLite, ledger and hledger beside ours, those that are installed: Benchmarks/peers/README.md.
peers: setup
	swift build -c release --product Benchmarks
	Benchmarks/peers/run

# The year in ../shared/data, against figures taken straight from the files.
year: build
	Scripts/check-year

faults: setup
	Tests/Faults/run

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks Scripts

schemas:
	Scripts/generate-schemas

manual:
	swift package --allow-writing-to-package-directory generate-manual
