"use strict";
/** Which images are shown, in which order, and what each filter would leave. */
PL.result = { order: new Int32Array(0), failures: null, failed: null };

/** The files of `data` that the state needs. */
PL.neededFiles = function (state) {
  const keys = new Set([state.score, ...state.ranges.keys()]);
  if (state.view === "scatter") [state.x, state.y].forEach((key) => keys.add(key));
  if (state.view === "parts") PL.partKeys(state.score).forEach((key) => keys.add(key));
  const files = Array.from(keys, (key) => PL.metric(key)).filter(Boolean).map((m) => m.file);
  if (state.open >= 0) files.push(...PL.detailFiles(state.open));
  return files.concat(PL.data.index.categories.map((category) => category.file));
};

/** The conditions of the filters: each has a name and says whether an image passes. */
PL.conditions = function (state) {
  const start = state.run * PL.imageCount();
  const conditions = [];
  for (const [name, values] of state.filters) {
    const column = PL.categoryColumn(name);
    const passes = new Uint8Array(PL.category(name).values.length + 1);
    for (const number of values) passes[number] = 1;
    conditions.push({ name: "f." + name, passes: (i) => passes[column[start + i]] === 1 });
  }
  for (const [key, [low, high]] of state.ranges) {
    const column = PL.scoreColumn(key);
    const above = Number.isNaN(low) ? -Infinity : low;
    const below = Number.isNaN(high) ? Infinity : high;
    conditions.push({
      name: "r." + key,
      passes: (i) => column[start + i] >= above && column[start + i] <= below,
    });
  }
  if (state.search !== "") {
    const text = state.search.toLowerCase();
    const { names, groups } = PL.data.index.images;
    conditions.push({
      name: "search",
      passes: (i) => names[i].toLowerCase().includes(text)
        || (groups && groups[i].toLowerCase().includes(text)),
    });
  }
  return conditions;
};

/**
 * Applies all filters in one pass.
 *
 * It keeps the number of failed conditions of each image, and the last one. So each filter can
 * count what would be left without it.
 */
PL.applyFilters = function (state) {
  const count = PL.imageCount();
  const conditions = PL.conditions(state);
  const failures = new Uint8Array(count);
  const failed = new Int16Array(count).fill(-1);
  const inRun = PL.categoryColumn("in_run");
  const start = state.run * count;
  const shown = [];
  for (let i = 0; i < count; i += 1) {
    if (inRun[start + i] === 0) {
      failures[i] = 255;
      continue;
    }
    for (let c = 0; c < conditions.length; c += 1) {
      if (!conditions[c].passes(i)) {
        failures[i] += 1;
        failed[i] = c;
      }
    }
    if (failures[i] === 0) shown.push(i);
  }
  PL.result = { order: PL.sorted(shown, state), failures, failed, conditions };
};

/** Whether an image passes all filters but the one of this name. */
PL.passesOthers = function (name) {
  const { failures, failed, conditions } = PL.result;
  const own = conditions.findIndex((condition) => condition.name === name);
  return (i) => failures[i] === 0 || (failures[i] === 1 && failed[i] === own && own >= 0);
};

/** How many images each value of a category has among those that pass the other filters. */
PL.facets = function (name) {
  const counts = new Int32Array(PL.category(name).values.length + 1);
  const column = PL.categoryColumn(name);
  const passes = PL.passesOthers("f." + name);
  const start = PL.state.run * PL.imageCount();
  for (let i = 0; i < PL.imageCount(); i += 1) {
    if (passes(i)) counts[column[start + i]] += 1;
  }
  return counts;
};

/** The number that images are sorted by. */
PL.sortValue = function (state) {
  const count = PL.imageCount();
  const column = PL.scoreColumn(state.score);
  const own = state.run * count;
  if (state.sort === "difference" && state.against >= 0) {
    const other = state.against * count;
    return (i) => column[own + i] - column[other + i];
  }
  return (i) => column[own + i];
};

/** Sorts images; those without a value come last, and equal ones in the order of the file. */
PL.sorted = function (images, state) {
  const order = Int32Array.from(images);
  const sign = state.descending ? -1 : 1;
  if (state.sort === "name") {
    const rank = PL.nameRanks();
    return order.sort((a, b) => sign * (rank[a] - rank[b]));
  }
  if (!PL.metric(state.score)) return order;
  const value = PL.sortValue(state);
  const keys = new Float64Array(PL.imageCount());
  for (const i of order) {
    const key = sign * value(i);
    keys[i] = Number.isNaN(key) ? Infinity : key;
  }
  return order.sort((a, b) => keys[a] - keys[b] || a - b);
};

PL.nameRanks = function () {
  if (!PL.data.nameRanks) {
    const names = PL.data.index.images.names;
    const order = Array.from(names.keys()).sort((a, b) => (names[a] < names[b] ? -1 : 1));
    PL.data.nameRanks = new Int32Array(names.length);
    order.forEach((image, rank) => { PL.data.nameRanks[image] = rank; });
  }
  return PL.data.nameRanks;
};
