"use strict";
/** Puts the page together, and shows what the state says. */
PL.viewParts = {
  images: { make: PL.gridView, update: PL.updateGrid },
  scatter: { make: PL.scatterView, update: PL.updateScatter },
  matrix: { make: PL.confusionView, update: PL.updateConfusion },
  runs: { make: PL.runsView, update: PL.updateRuns },
  parts: { make: PL.partsView, update: PL.updateParts },
  curves: { make: PL.curvesView, update: PL.updateCurves },
};

PL.shownView = "";
PL.shownRequest = 0;

PL.fail = function (error) {
  const text = error instanceof Error ? error.message : String(error);
  PL.say(text);
  PL.byID("main").prepend(PL.element("p", { class: "error", role: "alert" }, text));
};

/** Loads what is needed, then draws. A later call overtakes an earlier one that still loads. */
PL.show = function () {
  PL.shownRequest += 1;
  const request = PL.shownRequest;
  const files = PL.neededFiles(PL.state);
  for (const run of [PL.state.run, PL.state.against]) {
    if (run >= 0 && PL.runs()[run].maps) files.push(PL.runs()[run].maps.file);
  }
  if (files.every((file) => PL.data.loaded.has(file))) {
    PL.draw();
    return Promise.resolve();
  }
  return Promise.all(files.map(PL.load)).then(() => {
    if (request === PL.shownRequest) PL.draw();
  }, PL.fail);
};

PL.draw = function () {
  const state = PL.state;
  document.documentElement.dataset.theme = state.theme;
  PL.updateColours();
  PL.markWindow();
  PL.applyFilters(state);
  PL.updateHeader();
  PL.updateSide();
  const isNew = PL.shownView !== state.view;
  if (isNew || ["scatter"].includes(state.view)) PL.makeView();
  PL.viewParts[state.view].update();
  PL.updateDetail();
};

PL.makeView = function () {
  const main = PL.byID("main");
  const focus = document.activeElement && document.activeElement.id;
  PL.shownView = PL.state.view;
  main.replaceChildren(PL.viewParts[PL.state.view].make());
  if (focus && PL.byID(focus)) PL.byID(focus).focus({ preventScroll: true });
};

PL.start = function () {
  PL.prepareData();
  document.title = PL.data.index.title + " – Plumbline";
  PL.byID("skip").addEventListener("click", (event) => {
    // The address holds the state, so the link must not change it.
    event.preventDefault();
    PL.byID("main").focus();
  });
  PL.listenToGrid();
  PL.listenToKeys();
  window.addEventListener("popstate", PL.followAddress);
  return PL.followAddress();
};
