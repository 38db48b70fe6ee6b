"use strict";
/** All runs with the means of their scores. Each number leads to its images. */
PL.runsView = () => PL.element("div", { id: "runs" });

/** The factors that are not the same in all runs. */
PL.differingFactors = function () {
  // A factor that a run does not have is absent.
  const names = new Set(PL.runs().flatMap((run) => Object.keys(run.factors)));
  const differing = Array.from(names).filter((name) =>
    new Set(PL.runs().map((run) => String(run.factors[name]))).size > 1);
  return differing.length > 0 ? differing : ["scenario", "explanation"];
};

PL.factorText = (value) => (value === null || value === undefined ? "" : String(value));

PL.updateRuns = function () {
  const place = PL.byID("runs");
  if (!place) return;
  const factors = PL.differingFactors();
  const metrics = PL.data.index.metrics.filter((metric) => metric.part === "");
  const measures = Object.keys(PL.data.index.runs[0].measures);
  const head = ["run", ...factors, "images", ...measures, ...metrics.map((m) => m.title)];
  const rows = PL.runs().map((run, number) => PL.element("tr",
    { class: number === PL.state.run ? "chosen" : null },
    PL.element("th", { scope: "row" }, PL.runLink(String(number + 1), number, null,
      "run " + (number + 1) + ": its images")),
    factors.map((name) => PL.element("td", {}, PL.name(PL.factorText(run.factors[name])))),
    PL.element("td", { class: "number" }, String(run.images)),
    measures.map((name) =>
      PL.element("td", { class: "number" }, PL.number(run.measures[name]))),
    metrics.map((metric) => {
      const mean = run.means[PL.data.index.metrics.indexOf(metric)];
      if (!Number.isFinite(mean)) return PL.element("td", { class: "number" }, "–");
      const title = metric.title + " of run " + (number + 1) + ": the images";
      return PL.element("td", { class: "number" },
        PL.runLink(PL.number(mean), number, metric.key, title));
    })));
  place.replaceChildren(
    PL.element("p", { class: "note" },
      "Means over the images of a run that have a value. A number leads to its images."),
    PL.element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Runs" },
      PL.element("table", { class: "wide" }, PL.element("caption", {}, "Runs"),
        PL.element("thead", {}, PL.element("tr", {}, head.map((title) =>
          PL.element("th", { scope: "col" }, title)))),
        PL.element("tbody", {}, rows))),
    PL.frontier(), PL.auditNotes());
};

PL.runLink = function (text, run, key, title) {
  return PL.element("button", {
    type: "button", class: "link", title, "aria-label": text + ", " + title,
    onclick: () => PL.change((state) => {
      state.run = run;
      state.view = "images";
      if (key) state.score = key;
    }),
  }, text);
};

/** What a reader must know about the images: the audit and what was left out. */
PL.auditNotes = function () {
  const notes = PL.data.index.notes;
  if (notes.length === 0) return null;
  return PL.section("Notes", PL.element("ul", {}, notes.map((note) =>
    PL.element("li", {}, note))));
};
