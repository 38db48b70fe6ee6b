"use strict";
/** A card: one image with its score, its label and its prediction. */

/** Right and wrong have a mark, a word and a colour. */
PL.verdict = function (run, image) {
  const text = PL.categoryText("correct", run, image);
  const mark = { right: "✓", wrong: "✗" }[text] || "?";
  return { text: text || "not known", mark, kind: text || "unknown" };
};

/** The value of a score, or the reason why there is none. */
PL.scoreText = function (key, run, image) {
  const value = PL.scoreColumn(key)[run * PL.imageCount() + image];
  return Number.isNaN(value) ? "missing: " + PL.reason(key, run, image) : PL.number(value);
};

/** What a card says to people who do not see it: made from the scores. */
PL.cardText = function (image) {
  const { run, score, against } = PL.state;
  const parts = [PL.data.index.images.names[image]];
  if (PL.metric(score)) parts.push(PL.metricTitle(score) + " " + PL.scoreText(score, run, image));
  if (against >= 0 && PL.metric(score)) {
    parts.push("in the other run " + PL.scoreText(score, against, image));
  }
  const label = PL.categoryText("label", run, image);
  const prediction = PL.categoryText("prediction", run, image);
  if (label) parts.push("label " + label);
  if (prediction) parts.push("prediction " + prediction);
  parts.push("prediction " + PL.verdict(run, image).text);
  return parts.join(", ");
};

PL.badge = function (run, image) {
  const key = PL.state.score;
  if (!PL.metric(key)) return null;
  const value = PL.scoreColumn(key)[run * PL.imageCount() + image];
  if (Number.isNaN(value)) {
    return PL.element("span", { class: "badge missing", title: PL.reason(key, run, image) },
      "missing: " + PL.reason(key, run, image));
  }
  return PL.element("span", { class: "badge" }, PL.number(value));
};

PL.differenceBadge = function (image) {
  const { run, against, score } = PL.state;
  const column = PL.scoreColumn(score);
  const count = PL.imageCount();
  const difference = column[run * count + image] - column[against * count + image];
  const text = Number.isNaN(difference) ? "no difference" :
    (difference > 0 ? "+" : "") + PL.number(difference);
  return PL.element("span", { class: "badge" }, "Δ " + text);
};

/** @param side of each picture, in pixels. */
PL.card = function (image, place, side) {
  const state = PL.state;
  const isSelected = state.selected.has(image);
  const verdict = PL.verdict(state.run, image);
  const runs = state.against >= 0 ? [state.run, state.against] : [state.run];
  const pictures = runs.map((run) => PL.picture(image, {
    run, side, folder: "thumbs", map: state.map, outlines: state.outlines,
  }));
  const badges = runs.map((run) => PL.badge(run, image));
  if (runs.length > 1 && PL.metric(state.score)) badges.push(PL.differenceBadge(image));
  return PL.element("div", {
    class: "card " + verdict.kind, role: "option", tabindex: place === PL.focused ? 0 : -1,
    "aria-selected": isSelected ? "true" : "false", "aria-label": PL.cardText(image),
    "aria-setsize": PL.result.order.length, "aria-posinset": place + 1, "data-place": place,
  },
  PL.element("div", { class: "pictures" }, pictures),
  PL.element("div", { class: "badges" }, badges),
  PL.element("div", { class: "line" }, PL.name(PL.data.index.images.names[image])),
  PL.element("div", { class: "line verdict" },
    PL.element("span", { class: "mark", "aria-hidden": "true" }, verdict.mark),
    PL.name(PL.categoryText("prediction", state.run, image) || "no prediction")),
  PL.element("div", { class: "line" }, "label: ",
    PL.name(PL.categoryText("label", state.run, image) || "not known")));
};
