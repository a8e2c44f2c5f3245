// Make the control of the gravity: nine directions as a grid, a choice by the pixels, or a point.

import { makeField } from "./control_numbers.js";
import { make } from "./dom.js";
import { STEPS } from "./dragging.js";
import { target } from "./icons.js";
import { numberOf } from "./spec_text.js";
import { toggle } from "./tools.js";

const GRID = ["nw", "n", "ne", "w", "c", "e", "sw", "s", "se"];
const DIRECTIONS = {
  nw: "top left", n: "top", ne: "top right", w: "left", c: "centre", e: "right", sw: "bottom left", s: "bottom", se: "bottom right",
};
const SAYS = { sm: ["the eye", "Keep the part that draws the eye."], en: ["detail", "Keep the part with the most detail."] };


/** The point of each direction, in percent. */
const pointOf = (word) => [GRID.indexOf(word) % 3, Math.floor(GRID.indexOf(word) / 3)].map((place) => place * 50);

/** Find the point of a gravity in percent. Return null if the pixels decide. */
export function pointOfGravity(argument) {
  if (GRID.includes(argument)) return pointOf(argument);
  const [x, y] = (argument ?? "").split("-").map(numberOf);
  return Number.isNaN(x) || Number.isNaN(y ?? NaN) ? null : [x, y];
}

/** Write the gravity of a point in percent. */
export const gravityOfPoint = ([x, y]) => `${x}-${y}`;

function makeGrid(choose) {
  const inputs = GRID.map((word) => {
    const input = make("input", { type: "radio", name: "gravity", value: word, "aria-label": DIRECTIONS[word] });
    input.addEventListener("change", () => choose(word));
    return input;
  });
  const element = make("div", { class: "compass", role: "radiogroup", "aria-label": "Direction" }, ...inputs);
  // A browser moves through radio buttons as if they were in one row. In this grid each arrow moves in its direction.
  element.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const from = inputs.indexOf(event.target);
    const [column, row] = [(from % 3) + step[0], Math.floor(from / 3) + step[1]];
    if (column < 0 || column > 2 || row < 0 || row > 2) return;
    const next = inputs[row * 3 + column];
    next.focus();
    next.checked = true;
    choose(next.value);
  });
  return { element, inputs };
}

export function gravity(option, change) {
  const say = (argument) => change(argument === option.default ? null : argument);
  const grid = makeGrid(say);
  const words = option.choices.filter((word) => !GRID.includes(word)).map((word) => {
    const [text, about] = SAYS[word] ?? [word, ""];
    const button = make("button", { type: "button", class: "word", title: about }, text);
    button.addEventListener("click", () => say(button.getAttribute("aria-pressed") === "true" ? option.default : word));
    return [word, button];
  });
  let present = [50, 50];
  const fields = ["from the left", "from the top"].map((name, index) =>
    makeField(option, `Focal point, percent ${name}`, (text) => {
      if (text) change(gravityOfPoint(present.with(index, Number(text))), { gesture: option.name });
    }),
  );
  const point = make("button", { type: "button", class: "word" }, target(), "point");
  point.addEventListener("click", () => toggle("focus"));
  const beside = make(
    "div",
    { class: "beside" },
    make("div", { class: "words" }, ...words.map(([, button]) => button), point),
    make("span", { class: "number pair" }, fields[0].element, fields[1].element, make("span", { class: "unit" }, "%")),
  );
  return {
    body: make("div", { class: "gravity" }, grid.element, beside),
    show(argument) {
      const chosen = argument ?? option.default;
      for (const input of grid.inputs) input.checked = input.value === chosen;
      for (const [word, button] of words) button.setAttribute("aria-pressed", String(word === chosen));
      const at = pointOfGravity(chosen);
      present = at ?? [50, 50];
      fields.forEach((field, index) => field.show(at ? at[index] : NaN));
    },
  };
}
