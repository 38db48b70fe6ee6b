"use strict";
/** The filters and the settings beside the images. */

PL.choice = function (title, id, options, value, change) {
  return PL.element("label", { class: "field", for: id }, title,
    PL.element("select", { id, onchange: (event) => change(event.target.value) },
      options.map(([key, text]) =>
        PL.element("option", { value: key, selected: String(key) === String(value) }, text))));
};

PL.slider = function (title, key, low, high, unit) {
  const value = PL.state[key];
  const shown = PL.element("output", { for: "slider-" + key }, value + unit);
  const change = (isPassing) => (event) => {
    shown.textContent = event.target.value + unit;
    PL.change((state) => { state[key] = Number(event.target.value); }, isPassing);
  };
  return PL.element("label", { class: "field", for: "slider-" + key },
    PL.element("span", {}, title, " ", shown),
    PL.element("input", {
      id: "slider-" + key, type: "range", min: low, max: high, value, oninput: change(true),
      onchange: change(false),
    }));
};

PL.tick = function (title, key) {
  return PL.element("label", { class: "tick-field" },
    PL.element("input", {
      type: "checkbox", id: "tick-" + key, checked: PL.state[key],
      onchange: (event) => PL.change((state) => { state[key] = event.target.checked; }),
    }), title);
};

PL.metricOptions = () => PL.data.index.metrics.map(({ key }) => [key, PL.metricTitle(key)]);

PL.runOptions = () => PL.runs().map((run, number) => [number, run.title]);

PL.sortFields = function () {
  const sorts = [["score", "the score"], ["name", "the name"]];
  if (PL.state.against >= 0) sorts.splice(1, 0, ["difference", "the difference of the runs"]);
  return PL.section("Score and order",
    PL.choice("Score", "choose-score", PL.metricOptions(), PL.state.score, (key) =>
      PL.change((state) => { state.score = key; })),
    PL.choice("Sort by", "choose-sort", sorts, PL.state.sort, (sort) =>
      PL.change((state) => { state.sort = sort; })),
    PL.tick("Highest first", "descending"),
    PL.element("div", { id: "histogram-place" }, PL.histogram()));
};

PL.section = (title, ...children) =>
  PL.element("section", {}, PL.element("h2", {}, title), children);

/** One category: a tick and a count for each value. Long lists can be searched. */
PL.categoryFilter = function (category) {
  const counts = PL.facets(category.name);
  const chosen = PL.state.filters.get(category.name) || new Set();
  const numbers = counts.length > 1 ? Array.from(counts.keys()) : [];
  const useful = numbers
    .filter((number) => counts[number] > 0 || chosen.has(number))
    .sort((a, b) => (category.ordered ? a - b : counts[b] - counts[a] || a - b));
  if (useful.length < 2 && chosen.size === 0) return null;
  const shown = useful.slice(0, 30).concat(useful.slice(30).filter((n) => chosen.has(n)));
  const more = useful.length - shown.length;
  return PL.element("fieldset", { "data-category": category.name },
    PL.element("legend", {}, category.title),
    shown.map((number) => PL.categoryTick(category, number, counts[number], chosen)),
    more > 0 ? PL.element("p", { class: "note" },
      PL.count(more, "more value") + ": use the search") : null);
};

PL.categoryTick = function (category, number, count, chosen) {
  const text = number === 0 ? category.none : category.values[number - 1];
  return PL.element("label", { class: "tick-field" },
    PL.element("input", {
      type: "checkbox", checked: chosen.has(number), "data-value": number,
      id: "f-" + category.name + "-" + number,
      onchange: () => PL.toggleFilter(category.name, number),
    }), PL.name(text), PL.element("span", { class: "count" }, String(count)));
};

PL.toggleFilter = function (name, number) {
  PL.change((state) => {
    const values = state.filters.get(name) || new Set();
    if (!values.delete(number)) values.add(number);
    if (values.size === 0) state.filters.delete(name);
    else state.filters.set(name, values);
  });
};

PL.clearFilters = function () {
  PL.change((state) => {
    state.filters.clear();
    state.ranges.clear();
    state.search = "";
  });
  PL.say("filters removed");
};

/** The ranges of scores that are not the chosen one. */
PL.otherRanges = function () {
  const keys = Array.from(PL.state.ranges.keys()).filter((key) => key !== PL.state.score);
  return keys.map((key) => PL.element("fieldset", {},
    PL.element("legend", {}, PL.metricTitle(key)), PL.rangeFields(key, "side-")));
};

PL.pictureFields = function () {
  const names = Object.keys(PL.colourMaps).map((name) => [name, name]);
  const { colours, threshold } = PL.state;
  return PL.section("Pictures",
    PL.tick("Map", "map"), PL.tick("Outlines", "outlines"),
    PL.slider("Threshold of the map", "threshold", 0, 100, "%"),
    PL.slider("Opacity of the map", "opacity", 0, 100, "%"),
    PL.choice("Colours", "choose-colours", names, colours, (name) =>
      PL.change((state) => { state.colours = name; })),
    PL.colourScale(colours, colours === "diverging" ? "−max" : "0", "max",
      "Colours of the map; hidden below " + threshold + "% of its largest value"),
    PL.slider("Size of a card", "size", 90, 480, " px"),
    PL.tick("Invert the image", "invert"));
};

PL.updateSide = function () {
  const side = PL.byID("side");
  const focus = document.activeElement && document.activeElement.id;
  // A slider that is being moved must not be replaced under the pointer.
  if (focus && focus.startsWith("slider-") && side.contains(document.activeElement)) {
    const place = PL.byID("histogram-place");
    if (place) place.replaceChildren(PL.histogram());
    return;
  }
  const top = side.scrollTop;
  const open = Array.from(side.querySelectorAll("details[open] > summary"), (s) => s.textContent);
  side.replaceChildren(PL.sortFields(),
    PL.section("Filters", PL.otherRanges(),
      PL.data.index.categories.map(PL.categoryFilter),
      PL.element("button", { type: "button", id: "clear", onclick: PL.clearFilters },
        "Remove all filters")),
    PL.pictureFields());
  side.scrollTop = top;
  for (const summary of side.querySelectorAll("summary")) {
    if (open.includes(summary.textContent)) summary.parentElement.open = true;
  }
  if (focus && PL.byID(focus)) PL.byID(focus).focus({ preventScroll: true });
};
