// Make the controls of numbers: a slider and a number field with the same value.

import { make } from "./dom.js";
import { nameOf } from "./option_row.js";
import { numberOf, numberText } from "./spec_text.js";

const STEPS = 1000; // the steps of a slider

/** Work out how much finer a slider is at its beginning. With pixels, the first few matter most. */
function bend({ min, max }) {
  if (min < 0 || max - min < 99.5) return 1;
  return max - min > 1000 ? 3 : 2;
}

/** Make a slider. `choose(number)` is called with its new value. */
export function makeSlider(option, label, choose) {
  const { min, max } = option;
  const step = option.kind === "number" ? 0.1 : 1;
  const power = bend(option);
  const element = make("input", { type: "range", min: 0, max: STEPS, "aria-label": label });
  const rounded = (value) => Math.min(max, Math.max(min, Math.round(Math.round(value / step) * step * 10) / 10));
  let present = min;
  const show = (value) => {
    present = Math.min(max, Math.max(min, value));
    const share = ((present - min) / (max - min)) ** (1 / power);
    element.value = Math.round(share * STEPS);
    // The coloured part begins at 0, or at the least value if 0 is not in the range.
    const zero = min < 0 ? -min / (max - min) : 0;
    element.style.setProperty("--low", Math.min(zero, share));
    element.style.setProperty("--high", Math.max(zero, share));
    element.setAttribute("aria-valuetext", `${value}${option.unit ? ` ${option.unit}` : ""}`);
  };
  const choosing = (value) => {
    show(rounded(value));
    choose(present);
  };
  element.addEventListener("input", () => choosing(min + (max - min) * (element.value / STEPS) ** power));
  element.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (!by) return;
    event.preventDefault();
    choosing(present + by * step);
  });
  return { element, show };
}

/** Make a field for a number. `choose(text)` is called with the number as the grammar writes it, or with "". */
export function makeField(option, label, choose) {
  const element = make("input", {
    type: "number",
    min: option.min,
    max: option.max,
    step: option.kind === "number" ? 0.1 : 1,
    "aria-label": label,
  });
  element.addEventListener("input", () => choose(element.value === "" ? "" : numberText(Number(element.value))));
  const show = (value) => {
    // Do not change a text while a person types it: "2." may become "2.5".
    if (element.value === "" || Number(element.value) !== value) element.value = Number.isNaN(value) ? "" : value;
  };
  return { element, show };
}

/** Make the control of a whole number, of a number with at most one decimal, or of a number or a word. */
export function integer(option, change) {
  const name = nameOf(option);
  const say = (argument) => {
    if (argument === option.default) change(null, { gesture: option.name });
    else change(argument === option.bare ? "" : argument, { gesture: option.name });
  };
  const slider = makeSlider(option, name, (value) => say(numberText(value)));
  const field = makeField(option, `${name} in ${option.unit || "steps"}`, (text) => (text ? say(text) : change(null)));
  field.element.placeholder = option.default || "off";
  const words = option.choices.map((word) => {
    const button = make("button", { type: "button", class: "word" }, word);
    button.addEventListener("click", () => change(button.getAttribute("aria-pressed") === "true" ? null : word));
    return button;
  });
  return {
    head: make("span", { class: "number" }, make("span", { class: "unit" }, option.unit.length > 6 ? "" : option.unit), field.element),
    body: make("div", { class: "slider" }, slider.element, ...words),
    show(argument) {
      const value = numberOf(argument === "" ? option.bare : (argument ?? option.default));
      slider.show(Number.isNaN(value) ? option.min : value);
      field.show(argument === null ? NaN : value);
      for (const word of words) word.setAttribute("aria-pressed", String(word.textContent === argument));
    },
  };
}

export const number = integer;

/** Make the control of the four sides of a margin: one number for all, or one for each. */
export function sides(option, change) {
  const names = ["top", "right", "bottom", "left"];
  let present = [0, 0, 0, 0];
  const say = (four, more) => {
    const argument = four.every((side) => side === four[0]) ? `${four[0]}` : four.join("-");
    change(argument === option.default ? null : argument, more);
  };
  const all = makeSlider(option, `${nameOf(option)}, all sides`, (value) => say(Array(4).fill(value), { gesture: option.name }));
  const fields = names.map((name, side) =>
    makeField(option, `${nameOf(option)}, ${name}`, (text) => say(present.with(side, Number(text)), { gesture: option.name })),
  );
  const labels = fields.map(({ element }, side) => make("label", {}, make("span", {}, names[side]), element));
  return {
    body: make("div", {}, all.element, make("div", { class: "fields" }, ...labels)),
    show(argument) {
      const given = (argument ?? option.default).split("-").map(numberOf);
      present = given.length === 4 ? given : Array(4).fill(given[0]);
      all.show(Math.max(...present.map((side) => side || 0)));
      fields.forEach((field, side) => field.show(present[side]));
    },
  };
}
