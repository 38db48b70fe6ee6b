"use strict";
/** Summaries of the values of some images. */
PL.summary = function (values) {
  // Typed arrays are sorted as numbers.
  const present = Float64Array.from(values).filter((value) => !Number.isNaN(value)).sort();
  const at = (share) => {
    if (present.length === 0) return NaN;
    const place = share * (present.length - 1);
    const low = Math.floor(place);
    const high = Math.min(present.length - 1, low + 1);
    return present[low] + (present[high] - present[low]) * (place - low);
  };
  const sum = present.reduce((total, value) => total + value, 0);
  return {
    count: present.length, missing: values.length - present.length,
    mean: present.length > 0 ? sum / present.length : NaN,
    low: at(0), first: at(0.25), median: at(0.5), third: at(0.75), high: at(1),
  };
};

/** The mean alone, which needs no order. */
PL.mean = function (values) {
  let [sum, count] = [0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return { mean: count > 0 ? sum / count : NaN, missing: values.length - count };
};

/** The values of a score of the shown images. */
PL.shownValues = function (key, run) {
  const column = PL.scoreColumn(key);
  const start = run * PL.imageCount();
  return Float64Array.from(PL.result.order, (i) => column[start + i]);
};

/** About five round numbers from low to high. */
PL.ticks = function (low, high) {
  if (!(high > low)) return [low];
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const ticks = [];
  for (let t = Math.ceil(low / step) * step; t <= high + step * 1e-9; t += step) ticks.push(t);
  return ticks;
};

/** The smallest and the largest value of a score over all runs, never equal. */
PL.extent = function (key) {
  const { low, high } = PL.metric(key);
  // A score without any value has neither.
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
};

PL.metricTitle = function (key) {
  const metric = PL.metric(key);
  if (!metric) return "";
  return metric.title + (metric.part ? ": " + metric.part : "");
};

/** What is good about a score: an arrow, and the same in words. */
PL.directionText = function (key) {
  return { "higher is better": "↑ higher is better", "lower is better": "↓ lower is better" }[
    PL.metric(key).direction] || "descriptive";
};
