"use strict";
/** The top of the page: the views, the runs, the search, the selection. */
PL.viewTitles = {
  images: "Images", scatter: "Scatter", matrix: "Confusion", runs: "Runs", parts: "Parts",
  curves: "Curves",
};

PL.updateHeader = function () {
  const state = PL.state;
  const focus = document.activeElement && document.activeElement.id;
  // A field that is being written in stays.
  if (focus === "search") {
    PL.byID("counts").replaceChildren(...PL.countTexts());
    return;
  }
  const tabs = PL.views.map((view) => PL.button(PL.viewTitles[view], () =>
    PL.change((s) => { s.view = view; }), {
    id: "view-" + view, "aria-current": state.view === view ? "page" : null,
  }));
  const others = [[-1, "none"], ...PL.runOptions().filter(([run]) => run !== state.run)];
  PL.byID("header").replaceChildren(
    PL.element("div", { class: "fields" },
      PL.element("h1", {}, PL.name(PL.data.index.title)),
      PL.element("nav", { "aria-label": "Views" }, tabs)),
    PL.element("div", { class: "fields" },
      PL.choice("Run", "choose-run", PL.runOptions(), state.run, (run) =>
        PL.change((s) => {
          s.run = Number(run);
          if (s.against === s.run) s.against = -1;
        })),
      PL.choice("Compared with", "choose-against", others, state.against, (run) =>
        PL.change((s) => {
          s.against = Number(run);
          s.sort = s.against >= 0 ? "difference" : "score";
        })),
      PL.searchField(),
      PL.choice("Theme", "choose-theme",
        [["auto", "as the system"], ["dark", "dark"], ["light", "light"]], state.theme,
        (theme) => PL.change((s) => { s.theme = theme; })),
      PL.button("Filters", () => document.body.classList.toggle("side-open"),
        { id: "toggle-side", "aria-controls": "side" }),
      PL.button("Keys (?)", PL.showKeys, { id: "show-keys" })),
    PL.element("div", { class: "fields", id: "counts" }, PL.countTexts()));
  if (focus && PL.byID(focus)) PL.byID(focus).focus({ preventScroll: true });
};

PL.searchField = function () {
  const change = PL.later(150, (text) => PL.change((state) => { state.search = text; }, true));
  return PL.element("label", { class: "field", for: "search" }, "Name or group",
    PL.element("input", {
      id: "search", type: "search", value: PL.state.search,
      oninput: (event) => change(event.target.value),
    }));
};

PL.countTexts = function () {
  const { run, selected, score } = PL.state;
  const shown = PL.result.order.length;
  const parts = [PL.element("span", { id: "count" },
    shown + " of " + PL.count(PL.runs()[run].images, "image"))];
  if (PL.metric(score)) {
    const { mean, missing } = PL.mean(PL.shownValues(score, run));
    parts.push(PL.element("span", {}, "mean " + PL.metricTitle(score) + " "
      + (PL.number(mean) || "–") + ", " + missing + " missing"));
  }
  parts.push(PL.element("span", { id: "selected-count" }, selected.size + " selected"),
    PL.button("Select all", PL.selectAll, { id: "select-all" }),
    PL.button("Select none", PL.selectNone, { id: "select-none" }),
    PL.button("Save CSV", PL.exportCSV, { id: "save-csv" }),
    PL.button("Save id list", PL.exportIDs, { id: "save-ids" }));
  return parts;
};
