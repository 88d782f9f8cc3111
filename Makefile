# make demo   sets up what is missing, makes two images, analyses them
# make test   sets up what is missing, runs every test
# The other targets need the tools they name.

GO      ?= go
BIN     := bin
LAB     ?=
JUDGE   ?= ../shared/lab/judge.py
CORPUS  ?=
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo devel)
PACKAGES := ./...

.PHONY: all build setup demo test vet fuzz mutations bench lab-check rules-bench hostile cross clean

all: build

setup:
	@scripts/setup

build: setup
	$(GO) build -trimpath -ldflags "-X main.version=$(VERSION)" -o $(BIN)/assay ./examples/assay

demo: build
	@rm -rf .demo && mkdir -p .demo
	@$(GO) run ./examples/demoimages .demo/images
	$(BIN)/assay analyze --no-cache --golden oci:.demo/images:golden oci:.demo/images:implanted; test $$? -eq 1

test: setup vet
	$(GO) test $(PACKAGES)
	CGO_ENABLED=0 $(GO) test ./signatures/yara ./examples/assay

vet:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...

# builds that must work without cgo
cross:
	CGO_ENABLED=0 $(GO) build ./...
	CGO_ENABLED=0 GOOS=darwin GOARCH=arm64 $(GO) build ./...
	CGO_ENABLED=0 GOOS=windows GOARCH=amd64 $(GO) build ./...

# every fuzz target for FUZZTIME each
FUZZTIME ?= 20s
fuzz: setup
	@scripts/fuzz $(FUZZTIME)

# every reader against MUTATIONS random mutations of each of its images
MUTATIONS ?= 1000
mutations: setup
	MUTATIONS=$(MUTATIONS) $(GO) test -count=1 -timeout 3h -v -run 'Mutat' ./diskimage/...

# ratios against what a user would otherwise run; needs LAB, umoci, yara, hyperfine, time, root for mounts
bench: build
	@scripts/bench "$(LAB)" "$(BIN)/assay"

# every comparison with the lab's manifests and ground truth
lab-check: build
	@scripts/lab-check "$(LAB)" "$(JUDGE)" "$(BIN)/assay"

# recall, false positives and speed of rules over CORPUS/malicious and CORPUS/benign
rules-bench: setup
	$(GO) run ./examples/rulesbench --corpus "$(CORPUS)" $(RULESBENCH_FLAGS)

# files that are made to cost time and memory; needs mkfs.ext4 and time
hostile: build
	@scripts/hostile "$(BIN)/assay"

clean:
	rm -rf $(BIN) .demo
