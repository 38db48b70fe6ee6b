"use strict";
/** The selected images: by mouse, by keyboard, and in the address. */
PL.anchor = 0;

/**
 * Selects by a click or a key.
 *
 * @param place the image's place among the shown ones.
 * @param extends_ whether everything from the last place to this one is selected (shift).
 */
PL.select = function (place, extends_) {
  const shown = PL.result.order;
  PL.change((state) => {
    if (extends_) {
      const [low, high] = [Math.min(PL.anchor, place), Math.max(PL.anchor, place)];
      for (let i = low; i <= high; i += 1) state.selected.add(shown[i]);
    } else if (!state.selected.delete(shown[place])) {
      state.selected.add(shown[place]);
    }
  });
  if (!extends_) PL.anchor = place;
  PL.say(PL.count(PL.state.selected.size, "image") + " selected");
};

PL.selectAll = function () {
  PL.change((state) => PL.result.order.forEach((image) => state.selected.add(image)));
  PL.say(PL.count(PL.state.selected.size, "image") + " selected");
};

PL.selectNone = function () {
  PL.change((state) => state.selected.clear());
  PL.say("nothing selected");
};
