"use strict";
/** The cards. Only those in sight are in the document, so 10,000 cost no more than 100. */
PL.focused = 0;

PL.gridView = function () {
  const grid = PL.element("div", {
    id: "grid", role: "listbox", "aria-multiselectable": "true",
    "aria-label": "Images; arrow keys move, space selects, enter opens",
  });
  return PL.element("div", { id: "images" }, grid);
};

/** Columns, and the height and width of a card, in pixels. */
PL.gridLayout = function () {
  const width = PL.byID("images").clientWidth;
  const pictures = PL.state.against >= 0 ? 2 : 1;
  const columns = Math.max(1, Math.floor((width + 8) / (PL.state.size * pictures + 28)));
  const picture = Math.min(PL.state.size, (width / columns - 28) / pictures);
  return { columns, picture, height: picture * PL.tallest() + 122, width: width / columns };
};

/** The height of the tallest picture that fits into a square, as a share of its side. */
PL.tallest = function () {
  if (!PL.data.tallest) {
    const { widths, heights } = PL.data.index.images;
    let share = widths ? 0.1 : 1;
    for (let i = 0; widths && i < widths.length; i += 1) {
      const own = widths[i] > 0 ? heights[i] / Math.max(widths[i], heights[i]) : 1;
      if (own > share) share = own;
    }
    PL.data.tallest = share;
  }
  return PL.data.tallest;
};

PL.updateGrid = function () {
  const grid = PL.byID("grid");
  if (!grid) return;
  const count = PL.result.order.length;
  PL.focused = Math.min(PL.focused, Math.max(0, count - 1));
  const layout = PL.gridLayout();
  grid.style.height = Math.ceil(count / layout.columns) * layout.height + "px";
  PL.redrawGrid();
};

/** The places of the cards that are in sight, with a row above and below. */
PL.placesInSight = function (layout) {
  const top = PL.byID("grid").getBoundingClientRect().top;
  const first = Math.max(0, Math.floor(-top / layout.height) - 1);
  const last = Math.ceil((window.innerHeight - top) / layout.height) + 1;
  const count = PL.result.order.length;
  const places = [];
  for (let i = first * layout.columns; i < Math.min(count, last * layout.columns); i += 1) {
    places.push(i);
  }
  // The focused card stays, so that the keyboard is not lost while the mouse scrolls.
  if (count > 0 && !places.includes(PL.focused)) places.push(PL.focused);
  return places;
};

/** Cards by place. They stay while the mouse scrolls, and are made anew when the state changes. */
PL.cards = new Map();

PL.drawGrid = function () {
  const grid = PL.byID("grid");
  if (!grid) return;
  const hadFocus = grid.contains(document.activeElement);
  const layout = PL.gridLayout();
  const places = PL.placesInSight(layout);
  for (const [place, card] of PL.cards) {
    if (!places.includes(place)) {
      card.remove();
      PL.cards.delete(place);
    }
  }
  for (const place of places) {
    if (!PL.cards.has(place)) {
      PL.cards.set(place, PL.placedCard(place, layout));
      grid.append(PL.cards.get(place));
    }
    PL.cards.get(place).tabIndex = place === PL.focused ? 0 : -1;
  }
  if (hadFocus && !grid.contains(document.activeElement)) PL.focusCard(false);
  PL.loadOutlines(places.map((place) => PL.result.order[place]), PL.redrawGrid);
};

PL.placedCard = function (place, layout) {
  const card = PL.card(PL.result.order[place], place, layout.picture);
  card.style.width = layout.width - 8 + "px";
  card.style.height = layout.height - 8 + "px";
  const left = (place % layout.columns) * layout.width;
  const top = Math.floor(place / layout.columns) * layout.height;
  card.style.transform = "translate(" + left + "px, " + top + "px)";
  return card;
};

/** Draws all cards anew. */
PL.redrawGrid = function () {
  const grid = PL.byID("grid");
  if (!grid) return;
  const hadFocus = grid.contains(document.activeElement);
  PL.cards.clear();
  grid.replaceChildren();
  if (PL.result.order.length === 0) {
    grid.append(PL.element("p", { class: "empty" }, PL.emptyText()));
  }
  PL.drawGrid();
  if (hadFocus) PL.focusCard(false);
};

PL.emptyText = () => "No image passes the filters. Press Escape to remove them.";

PL.cardAt = (place) => document.querySelector('#grid [data-place="' + place + '"]');

PL.focusCard = function (scrolls) {
  const card = PL.cardAt(PL.focused);
  if (!card) return;
  card.focus({ preventScroll: true });
  if (scrolls) card.scrollIntoView({ block: "nearest" });
};

/** Moves the keyboard's card by some places, and brings it into sight. */
PL.moveFocus = function (place) {
  const count = PL.result.order.length;
  if (count === 0) return;
  PL.focused = Math.min(count - 1, Math.max(0, place));
  PL.drawGrid();
  PL.focusCard(true);
  PL.drawGrid();
};

PL.listenToGrid = function () {
  let isDrawn = true;
  const draw = () => {
    if (!isDrawn) return;
    isDrawn = false;
    requestAnimationFrame(() => {
      isDrawn = true;
      PL.drawGrid();
    });
  };
  window.addEventListener("scroll", draw, { passive: true });
  window.addEventListener("resize", () => PL.updateGrid());
  PL.byID("main").addEventListener("click", (event) => {
    const card = event.target.closest(".card");
    if (!card) return;
    const place = Number(card.dataset.place);
    PL.focused = place;
    if (event.shiftKey) PL.select(place, true);
    else if (event.ctrlKey || event.metaKey) PL.select(place, false);
    else PL.open(PL.result.order[place]);
  });
};
