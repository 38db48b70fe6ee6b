# `make demo` and `make test` are all that a new machine needs; both first see to the libraries.
SWIFT ?= swift
# libgomp's threads spin long before they sleep. Short spinning costs nothing on an idle machine
# and saves a busy one.
export GOMP_SPINCOUNT ?= 2000
# OpenBLAS chooses the kernels of the machine it runs on.
unexport OPENBLAS_CORETYPE

ORACLE ?= .build/oracle
VIEW ?= .build/view
PLUMBLINE = .build/release/plumbline
FORMATTED = Package.swift Sources Tests Tools Examples
# How many damaged files each reader gets, and which readers (separated by commas, or all).
COUNT ?= 100000
READERS ?= all
PACKAGES = libdnnl-dev libopenblas-dev libhdf5-dev libssl-dev libpng-dev libjpeg-dev \
  libturbojpeg0-dev libcairo2-dev libcurl4-openssl-dev zlib1g-dev

.PHONY: demo examples gallery test build deps bench oracle photographs published prove \
  prove-sweep paper-mini coverage fuzz notebooks docs format lint clean bundle prove-bundle \
  prove-mpi prove-slurm prove-view prove-view-size prove-coverage quirks test-view

demo: build
	$(PLUMBLINE) demo --output demo

# Every method on one phantom, as the README shows it.
gallery: build
	$(PLUMBLINE) gallery --output docs/gallery.png

test: deps
	$(SWIFT) test -c release --disable-testable-imports --disable-swift-testing

# The packages of Examples/: what another package writes to add a metric, a data set, ...
examples: deps
	Examples/run

build: deps
	$(SWIFT) build -c release --product plumbline

# Compiles a line against every library. Installs what is missing where it may, and otherwise prints
# the line that would.
deps:
	@sh .ci/deps $(PACKAGES)

# PyTorch and Plumbline by turns, and the table of ratios (needs the oracle; see `make oracle`).
bench: build
	@sh Tools/oracle/environment.sh "$(ORACLE)" && \
	  "$(ORACLE)/bin/python" Tools/oracle/bench.py $(PLUMBLINE) $(BENCH)

# Parity with PyTorch and zennit at full size, made on the spot.
oracle: build
	@sh Tools/oracle/environment.sh "$(ORACLE)" && \
	  "$(ORACLE)/bin/python" Tools/oracle/parity.py $(PLUMBLINE)

# Classes, probabilities and maps of photographs by torchvision, timm, pytorch-grad-cam, Captum and
# zennit, beside ours.
photographs: build
	@sh Tools/oracle/environment.sh "$(ORACLE)" && \
	  "$(ORACLE)/bin/python" Tools/oracle/predictions.py $(PLUMBLINE) && \
	  "$(ORACLE)/bin/python" Tools/oracle/maps.py $(PLUMBLINE)

# The published fine-tuning beside a PyTorch loop that does what the authors' code does (some 20
# minutes).
published: build
	@sh Tools/oracle/environment.sh "$(ORACLE)" && \
	  "$(ORACLE)/bin/python" Tools/oracle/published.py $(PLUMBLINE) $(PUBLISHED)

# Slow proofs: the kill -9 test again and again.
prove: build
	for i in 1 2 3 4 5; do \
	  $(SWIFT) test -c release --disable-testable-imports --filter testAKilledRun || exit 1; done

# A sweep that is killed at 20 random moments, run by two processes at once: its
# tables have the same bytes as those of an undisturbed one.
prove-sweep: build
	rm -rf .build/prove-sweep && mkdir -p .build/prove-sweep
	python3 Tools/sweeps/prove_sweep.py $(PLUMBLINE) .build/prove-sweep

# The paper's design with small models on phantoms: plan, run, table.
paper-mini: build
	Tools/sweeps/paper_mini_data.sh $(PLUMBLINE)
	$(PLUMBLINE) sweep plan configs/paper_mini.yaml
	$(PLUMBLINE) sweep run configs/paper_mini.yaml
	$(PLUMBLINE) sweep collect configs/paper_mini.yaml

# Which quirk of the published code moves which conclusion: a sweep of 2^5 settings, and shares.
quirks: build
	Tools/sweeps/quirks_data.sh $(PLUMBLINE)
	$(PLUMBLINE) sweep run configs/quirks.yaml
	$(PLUMBLINE) sweep collect configs/quirks.yaml
	$(PLUMBLINE) shares runs/quirks/collected.h5

# One archive that runs on other machines: no root, no Swift, none of our packages.
BUNDLE = .build/plumbline-x86_64.tar.gz
bundle: build
	Tools/cluster/bundle.sh $(PLUMBLINE) $(BUNDLE)

# The bundle in a bare Debian (root and debootstrap).
prove-bundle: bundle
	Tools/cluster/prove_bundle.sh $(PLUMBLINE) $(BUNDLE)

# Training by several processes gives the bits of one (Open MPI).
prove-mpi: build
	Tools/cluster/prove_mpi.sh $(PLUMBLINE)

# A sweep on a Slurm that is started on this machine (root; installs slurm-wlm and munge).
prove-slurm: build
	Tools/cluster/prove_slurm.sh $(PLUMBLINE)
	Tools/cluster/prove_accounting.sh $(PLUMBLINE)

# The share of nominal 95% intervals that hold the truth, by simulation; prints the table.
coverage:
	@mkdir -p .build
	PLUMBLINE_SLOW=1 $(SWIFT) test -c release --disable-testable-imports --disable-swift-testing \
	  --filter CoverageTests/testManyRepetitions > .build/coverage.log 2>&1 \
	  || { cat .build/coverage.log; exit 1; }
	@grep '^coverage' .build/coverage.log

# How often each interval that could be printed for a gap holds the truth; prints the table.
prove-coverage:
	@mkdir -p .build
	PLUMBLINE_SLOW=1 $(SWIFT) test -c release --disable-testable-imports --disable-swift-testing \
	  --filter GapCoverageTests/testTheTable > .build/prove-coverage.log 2>&1 \
	  || { cat .build/prove-coverage.log; exit 1; }
	@grep '^coverage' .build/prove-coverage.log

# The page of `plumbline view` in headless Chromium, driven by Selenium; installs both where it may.
prove-view:
	@sh Tools/view/environment.sh "$(VIEW)" && \
	  rm -rf "$(VIEW)/pages" && "$(VIEW)/bin/python" Tools/view/test_page.py "$(VIEW)/pages"

# The same with fewer images; where there is no browser it says so.
test-view:
	@if sh Tools/view/environment.sh "$(VIEW)"; then rm -rf "$(VIEW)/pages" && \
	  "$(VIEW)/bin/python" Tools/view/test_page.py "$(VIEW)/pages" 2000 4 10; \
	  else echo "test-view skipped: Chromium, its driver or Selenium cannot be had here"; fi

# Time, memory and size of a page of 10,000 images with 10 maps each (some 10 minutes, 5 GB).
prove-view-size: build
	Tools/view/many_images.sh $(PLUMBLINE) "$(VIEW)/many"

# Damaged files for every reader. A package of its own, which no other target builds
# (Tools/Fuzz/README.md).
fuzz: deps
	$(SWIFT) build -c release --package-path Tools/Fuzz --scratch-path .build/fuzz-build
	.build/fuzz-build/release/Fuzz --reader $(READERS) --count $(COUNT)

# Jupyter in an environment of its own; the notebooks of notebooks-export, made from the demo's
# results and executed.
NOTEBOOKS = .build/notebooks
notebooks: build
	@test -x $(NOTEBOOKS)/bin/jupyter-nbconvert || { python3 -m venv $(NOTEBOOKS) && \
	  $(NOTEBOOKS)/bin/pip install --quiet nbconvert ipykernel h5py matplotlib pandas; }
	$(PLUMBLINE) demo --output demo --set evaluate.save_explanations=true
	for kind in gap paper frontier maps missing export; do \
	  $(PLUMBLINE) notebook demo/results.h5 --kind $$kind --images demo/phantoms \
	    --output notebooks-export/$$kind.ipynb && \
	  $(NOTEBOOKS)/bin/python -m nbconvert --to notebook --execute --inplace --log-level WARN \
	    --ExecutePreprocessor.record_timing=False notebooks-export/$$kind.ipynb || exit 1; done

# The documentation, by DocC; a warning is an error. The tutorial's last step is the example itself.
# Package.resolved is put back: other builds need no plugin.
DOCC = Sources/Plumbline/Plumbline.docc
docs: deps
	cmp Examples/FirstAlignment/Sources/FirstAlignment/main.swift \
	  $(DOCC)/Resources/FirstAlignment-4.swift
	@mkdir -p .build && rm -f .build/Package.resolved
	@test ! -f Package.resolved || cp Package.resolved .build/Package.resolved
	PLUMBLINE_DOCS=1 $(SWIFT) package -c release --scratch-path .build/docs \
	  --allow-writing-to-directory .build/documentation \
	  generate-documentation --target Plumbline --warnings-as-errors \
	  --transform-for-static-hosting --output-path .build/documentation; \
	  status=$$?; rm -f Package.resolved; \
	  test ! -f .build/Package.resolved || mv .build/Package.resolved Package.resolved; \
	  exit $$status
	@echo "to read it: python3 -m http.server -d .build/documentation 8000"
	@echo "and open http://localhost:8000/documentation/plumbline"

format:
	$(SWIFT) format --in-place --recursive --configuration .swift-format $(FORMATTED)

lint:
	$(SWIFT) format lint --strict --recursive --configuration .swift-format $(FORMATTED)

clean:
	rm -rf .build demo
