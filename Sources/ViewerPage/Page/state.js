"use strict";
/** What is shown. All of it stands in the address, so that a link leads back to it. */
PL.state = null;

PL.views = ["images", "scatter", "matrix", "runs", "parts", "curves"];

PL.defaults = function () {
  const metrics = PL.data.index.metrics;
  const first = PL.data.index.firstMetric || (metrics[0] && metrics[0].key) || "";
  return {
    view: "images", run: 0, against: -1, score: first, sort: "score", descending: true,
    x: first, y: (metrics[1] && metrics[1].key) || first, filters: new Map(), ranges: new Map(),
    search: "", selected: new Set(), open: -1, outlines: true, map: true, threshold: 10,
    opacity: 60, colours: "inferno", invert: false, window: 100, level: 50, size: 180,
    rows: "label", theme: "auto",
  };
};

/** Keys whose value is a text, a number or a flag, and how it is read; wrong ones are dropped. */
PL.plainKeys = function () {
  const whole = (low, high) => (text) => {
    const value = Number(text);
    return Number.isInteger(value) && value >= low && value <= high ? value : null;
  };
  const one = (list) => (text) => (list.includes(text) ? text : null);
  const metric = (text) => (PL.metric(text) ? text : null);
  const flag = (text) => (text === "yes" ? true : text === "no" ? false : null);
  const runs = PL.runs().length;
  return {
    view: one(PL.views), run: whole(0, runs - 1), against: whole(-1, runs - 1), score: metric,
    sort: one(["score", "difference", "name"]), descending: flag, x: metric, y: metric,
    search: (text) => text, open: whole(-1, PL.imageCount() - 1), outlines: flag, map: flag,
    threshold: whole(0, 100), opacity: whole(0, 100), colours: one(Object.keys(PL.colourMaps)),
    invert: flag, window: whole(1, 200), level: whole(0, 100), size: whole(90, 480),
    rows: (text) => (PL.category(text) ? text : null), theme: one(["auto", "dark", "light"]),
  };
};

PL.readState = function (hash) {
  const state = PL.defaults();
  const keys = PL.plainKeys();
  for (const [key, text] of new URLSearchParams(hash.replace(/^#/, ""))) {
    if (Object.hasOwn(keys, key)) {
      const value = keys[key](text);
      if (value !== null) state[key] = value;
    } else if (key.startsWith("f.") && PL.category(key.slice(2))) {
      const name = key.slice(2);
      const number = PL.category(name).values.indexOf(text) + 1;
      if (number === 0 && text !== "") continue;
      if (!state.filters.has(name)) state.filters.set(name, new Set());
      state.filters.get(name).add(number);
    } else if (key.startsWith("r.") && PL.metric(key.slice(2))) {
      const [low, high] = text.split("~").map((end) => (end === "" ? NaN : Number(end)));
      state.ranges.set(key.slice(2), [low, high]);
    } else if (key === "selected") {
      state.selected = PL.readRanges(text, PL.imageCount());
    }
  }
  return state;
};

PL.writeState = function (state) {
  const parameters = new URLSearchParams();
  const defaults = PL.defaults();
  for (const key of Object.keys(PL.plainKeys())) {
    if (state[key] === defaults[key]) continue;
    const value = state[key];
    parameters.append(key, value === true ? "yes" : value === false ? "no" : value);
  }
  for (const [name, values] of state.filters) {
    for (const number of values) {
      parameters.append("f." + name, number === 0 ? "" : PL.category(name).values[number - 1]);
    }
  }
  for (const [key, ends] of state.ranges) {
    parameters.append("r." + key, ends.map((end) => (Number.isNaN(end) ? "" : end)).join("~"));
  }
  if (state.selected.size > 0) parameters.append("selected", PL.writeRanges(state.selected));
  return "#" + parameters.toString();
};

/** "3-7,12": numbers of images below `limit`. */
PL.readRanges = function (text, limit) {
  const numbers = new Set();
  for (const piece of text.split(",")) {
    const [first, last] = piece.split("-").map(Number);
    const end = last === undefined ? first : last;
    if (!Number.isInteger(first) || !Number.isInteger(end) || first < 0) continue;
    for (let i = first; i <= Math.min(end, limit - 1); i += 1) numbers.add(i);
  }
  return numbers;
};

PL.writeRanges = function (numbers) {
  const sorted = Array.from(numbers).sort((a, b) => a - b);
  const pieces = [];
  for (let i = 0; i < sorted.length; i += 1) {
    const first = sorted[i];
    while (i + 1 < sorted.length && sorted[i + 1] === sorted[i] + 1) i += 1;
    pieces.push(first === sorted[i] ? String(first) : first + "-" + sorted[i]);
  }
  return pieces.join(",");
};

/**
 * Changes the state, the address and what is shown.
 *
 * @param change writes into the state.
 * @param isPassing true while a slider or a brush moves: no new step for the back button.
 */
PL.change = function (change, isPassing) {
  change(PL.state);
  const address = PL.writeState(PL.state);
  if (isPassing) history.replaceState(null, "", address);
  else if (address !== location.hash) history.pushState(null, "", address);
  return PL.show();
};

PL.followAddress = function () {
  PL.state = PL.readState(location.hash);
  return PL.show();
};
