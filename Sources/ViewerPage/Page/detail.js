"use strict";
/** One image at its own resolution, with all runs beside each other and everything known of it. */

/** The files that the dialog shows something of. */
PL.detailFiles = function (image) {
  const index = PL.data.index;
  const files = [];
  if (index.outlineChunk) files.push(PL.outlineFile(image));
  if (index.curveChunk) files.push("curves-" + Math.floor(image / index.curveChunk));
  if (index.judge) files.push("judge");
  for (const run of PL.runs()) if (run.maps) files.push(run.maps.file);
  return files;
};

PL.open = function (image) {
  PL.change((state) => { state.open = image; });
};

PL.close = function () {
  PL.change((state) => { state.open = -1; });
  PL.focusCard(true);
};

/** The next or the previous one of the shown images. */
PL.openNext = function (step) {
  const place = PL.result.order.indexOf(PL.state.open) + step;
  if (place < 0 || place >= PL.result.order.length) return;
  PL.focused = place;
  PL.open(PL.result.order[place]);
};

PL.updateDetail = function () {
  const dialog = PL.byID("detail");
  const image = PL.state.open;
  if (image < 0) {
    if (dialog.open) dialog.close();
    return;
  }
  const focus = document.activeElement && document.activeElement.id;
  dialog.setAttribute("aria-label", "Image " + PL.data.index.images.names[image]);
  dialog.replaceChildren(PL.detailHead(image),
    PL.element("div", { class: "detail-body" }, PL.largePicture(image),
      PL.element("div", { class: "facts" }, PL.facts(image), PL.allScores(image),
        PL.judgeTexts(image))),
    PL.comparison(image), PL.imageCurves(image));
  if (!dialog.open) dialog.showModal();
  if (focus && dialog.contains(PL.byID(focus))) PL.byID(focus).focus({ preventScroll: true });
};

PL.button = (text, action, attributes) =>
  PL.element("button", { type: "button", onclick: action, ...attributes }, text);

PL.detailHead = function (image) {
  const isSelected = PL.state.selected.has(image);
  return PL.element("div", { class: "detail-head" },
    PL.element("h2", {}, PL.name(PL.data.index.images.names[image])),
    PL.button("Previous", () => PL.openNext(-1), { id: "previous" }),
    PL.button("Next", () => PL.openNext(1), { id: "next" }),
    PL.button(isSelected ? "Selected ✓" : "Select", () => PL.change((state) => {
      if (!state.selected.delete(image)) state.selected.add(image);
    }), { id: "select-one", "aria-pressed": String(isSelected) }),
    PL.button("Close", PL.close, { id: "close" }));
};

PL.facts = function (image) {
  const { run } = PL.state;
  const { groups, widths, heights } = PL.data.index.images;
  const rows = PL.data.index.categories
    .filter((category) => category.values.length > 1 || category.name === "label")
    .map((category) => [category.title, PL.categoryText(category.name, run, image)]);
  if (groups && groups[image]) rows.push(["group", groups[image]]);
  if (widths && widths[image]) {
    rows.push(["size", widths[image] + " × " + heights[image] + " pixels"]);
  }
  rows.push(["outlines", PL.outlineText(image, run)]);
  const list = PL.element("dl", {}, rows.filter(([, text]) => text !== "").map(([title, text]) =>
    [PL.element("dt", {}, title), PL.element("dd", {}, PL.name(text))]));
  return PL.element("div", {}, list, groups && groups[image]
    ? PL.button("Images of this group", () => PL.change((state) => {
      state.search = groups[image];
      state.open = -1;
    }), { id: "same-group" }) : null);
};

/** Every score of the image; the files are loaded when the list is opened. */
PL.allScores = function (image) {
  const { run, against } = PL.state;
  const place = PL.element("div", {}, "Loading…");
  const runs = against >= 0 ? [run, against] : [run];
  const fill = () => {
    const rows = PL.data.index.metrics.map(({ key }) => PL.element("tr", {},
      PL.element("th", { scope: "row" }, PL.name(PL.metricTitle(key))),
      runs.map((r) => PL.element("td", { class: "number" }, PL.scoreText(key, r, image)))));
    const head = ["score", ...runs.map((r) => PL.runs()[r].title)];
    place.replaceChildren(PL.element("table", {}, PL.element("caption", {}, "Scores"),
      PL.element("thead", {}, PL.element("tr", {}, head.map((title) =>
        PL.element("th", { scope: "col" }, title)))),
      PL.element("tbody", {}, rows)));
  };
  const load = () => Promise.all(PL.data.index.metrics.map(({ file }) => PL.load(file)));
  return PL.element("details", {
    class: "table", ontoggle: (event) => {
      if (event.target.open) load().then(fill, PL.fail);
    },
  }, PL.element("summary", {}, "All scores"), place);
};

/** What a judge wrote about the image; text, whatever it contains. */
PL.judgeTexts = function (image) {
  const judged = PL.data.loaded.get("judge");
  const rows = judged && judged[image];
  if (!rows) return null;
  return PL.section("Judge", rows.map((row) => PL.element("div", { class: "judged" },
    PL.element("dl", {}, row.map(([title, text]) =>
      [PL.element("dt", {}, title), PL.element("dd", {}, PL.name(text))])))));
};

/** The same image under all runs: start, align and misalign, and all methods. */
PL.comparison = function (image) {
  const count = PL.imageCount();
  const inRun = PL.categoryColumn("in_run");
  const numbers = Array.from(PL.runs().keys()).filter((run) => inRun[run * count + image] > 0);
  const tiles = numbers.map((run) => {
    const verdict = PL.verdict(run, image);
    const text = PL.runs()[run].title + ", " + verdict.text
      + (PL.metric(PL.state.score) ? ", " + PL.scoreText(PL.state.score, run, image) : "");
    return PL.element("button", {
      type: "button", class: "tile " + verdict.kind, id: "run-" + run, "aria-label": text,
      "aria-pressed": String(run === PL.state.run),
      onclick: () => PL.change((state) => { state.run = run; }),
    },
    PL.picture(image, {
      run, side: 170, folder: "thumbs", map: true, outlines: PL.state.outlines,
    }),
    PL.badge(run, image), PL.element("span", { class: "line" }, PL.name(PL.runs()[run].title)),
    PL.element("span", { class: "line verdict" },
      PL.element("span", { class: "mark", "aria-hidden": "true" }, verdict.mark),
      PL.name(PL.categoryText("prediction", run, image) || "no prediction")));
  });
  return PL.section("All runs on this image", PL.element("div", { class: "tiles" }, tiles));
};

PL.imageCurves = function (image) {
  const { curveChunk } = PL.data.index;
  if (!curveChunk) return null;
  const chunk = PL.data.loaded.get("curves-" + Math.floor(image / curveChunk));
  const curves = (chunk && chunk[image]) || [];
  if (curves.length === 0) return null;
  const lines = curves.map((curve) => ({
    ...curve, title: PL.lineTitle(curve.run, curve.series),
    values: curve.values.map((value) => (value === null ? NaN : value)),
  }));
  return PL.element("div", {}, PL.curvesByMetric(lines));
};
