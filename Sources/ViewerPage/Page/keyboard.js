"use strict";
/** Keys. None works while a field is written in. */
PL.keys = [
  ["arrow keys, Home, End, Page Up, Page Down", "move between the images"],
  ["Enter", "open the image"],
  ["Space", "select the image, or no longer"],
  ["Shift with an arrow key or Space", "select everything from the last image to this one"],
  ["Control and A", "select all shown images"],
  ["Escape", "close the image, or remove all filters"],
  ["left and right, while an image is open", "the previous and the next image"],
  ["/", "search"],
  ["1 to 6", "the views"],
  ["m, o, i", "map, outlines, inverted image"],
  ["c", "save the selection as CSV"],
  ["?", "this list"],
];

PL.showKeys = function () {
  const dialog = PL.element("dialog", { class: "keys", "aria-label": "Keys" },
    PL.element("h2", {}, "Keys"),
    PL.element("dl", {}, PL.keys.map(([keys, meaning]) =>
      [PL.element("dt", {}, keys), PL.element("dd", {}, meaning)])),
    PL.element("form", { method: "dialog" }, PL.element("button", {}, "Close")));
  // A dialog's own form is refused by the content security policy; so the button closes it.
  dialog.querySelector("button").addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
};

/** Where an arrow key leads from a place. */
PL.placeAfter = function (key, place) {
  const { columns, height } = PL.gridLayout();
  const page = columns * Math.max(1, Math.floor(window.innerHeight / height));
  const steps = {
    ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, PageUp: -page,
    PageDown: page, Home: -place, End: PL.result.order.length,
  };
  return key in steps ? place + steps[key] : null;
};

PL.gridKey = function (event) {
  const next = PL.placeAfter(event.key, PL.focused);
  if (next !== null) {
    if (event.shiftKey && PL.state.selected.size === 0) PL.anchor = PL.focused;
    PL.moveFocus(next);
    if (event.shiftKey) PL.select(PL.focused, true);
  } else if (event.key === "Enter") {
    PL.open(PL.result.order[PL.focused]);
  } else if (event.key === " ") {
    PL.select(PL.focused, event.shiftKey);
  } else if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
    PL.selectAll();
  } else {
    return false;
  }
  event.preventDefault();
  return true;
};

PL.flip = (key) => PL.change((state) => { state[key] = !state[key]; });

PL.pageKey = function (event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const view = PL.views[Number(event.key) - 1];
  const actions = {
    "/": () => PL.byID("search").focus(), "?": PL.showKeys, m: () => PL.flip("map"),
    o: () => PL.flip("outlines"), i: () => PL.flip("invert"), c: PL.exportCSV,
    Escape: PL.clearFilters,
  };
  if (view) PL.change((state) => { state.view = view; });
  else if (Object.hasOwn(actions, event.key)) actions[event.key]();
  else return;
  event.preventDefault();
};

PL.listenToKeys = function () {
  PL.byID("detail").addEventListener("cancel", (event) => {
    event.preventDefault();
    PL.close();
  });
  document.addEventListener("keydown", (event) => {
    const target = event.target;
    const isField = target.matches("input:not([type=checkbox]), select, textarea");
    if (isField && event.key !== "Escape") return;
    if (isField) {
      target.blur();
      return;
    }
    if (document.querySelector("dialog.keys[open]")) return;
    if (PL.state.open >= 0) {
      const isFrame = target.id === "frame" && PL.zoom !== "fit";
      if (event.key === "ArrowLeft" && !isFrame) PL.openNext(-1);
      else if (event.key === "ArrowRight" && !isFrame) PL.openNext(1);
      return;
    }
    if (target.closest("#grid") && PL.gridKey(event)) return;
    PL.pageKey(event);
  });
};
