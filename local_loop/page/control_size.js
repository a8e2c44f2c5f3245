// Make the control of the dimensions: pixels with a lock for their ratio, a percentage, the original's size, or a
// preset.

import { subscribe as onAnswers } from "./answers.js";
import { makeRadios } from "./control_choices.js";
import { makeField, makeSlider } from "./control_numbers.js";
import { make } from "./dom.js";
import { lock } from "./icons.js";
import { set } from "./state.js";

const PIXELS = /^([1-9]\d*)?x([1-9]\d*)?$/;
const USUAL = ["200x200", "400x300", "1200x630", "1600x"];
const SHARE = { min: 1, max: 100, unit: "%" };

/** Read dimensions: their kind, and the sides, the number or the name. */
function read(text) {
  const pixels = PIXELS.exec(text);
  if (pixels) return { kind: "pixels", sides: [pixels[1] ?? "", pixels[2] ?? ""] };
  if (/^\d+(\.\d)?p$/.test(text)) return { kind: "percent", share: Number.parseFloat(text) };
  if (text.startsWith("p-")) return { kind: "preset", preset: text.slice(2) };
  return { kind: text === "orig" ? "original" : "" };
}

function pixelsControl(change, most) {
  let sides = ["", ""];
  let ratio = 0; // the locked ratio of width to height, or 0
  const say = (next) => {
    if (next.some(Boolean)) change(next.join("x"), { gesture: "size" });
  };
  const fields = ["Width", "Height"].map((name, side) =>
    makeField({ min: 1, max: most }, `${name} in px`, (text) => {
      const next = sides.with(side, text);
      if (ratio && text && sides[1 - side]) {
        next[1 - side] = String(Math.max(1, Math.round(side ? text * ratio : text / ratio)));
      }
      sides = next;
      say(next);
    }),
  );
  const button = make("button", { type: "button", class: "lock", "aria-pressed": "false", "aria-label": "Keep the ratio" }, lock());
  button.addEventListener("click", () => {
    ratio = !ratio && sides.every(Boolean) ? sides[0] / sides[1] : 0;
    button.setAttribute("aria-pressed", String(Boolean(ratio)));
  });
  const labelled = fields.map(({ element }, side) => make("label", {}, make("span", {}, ["Width", "Height"][side]), element));
  const usual = USUAL.map((text) => {
    const word = make("button", { type: "button", class: "word" }, text.replace("x", "×"));
    word.addEventListener("click", () => change(text));
    return word;
  });
  return {
    element: make(
      "div",
      { class: "pixels" },
      make("div", { class: "fields width-height" }, labelled[0], button, labelled[1]),
      make("div", { class: "words" }, ...usual),
    ),
    show(next) {
      usual.forEach((word, index) => word.setAttribute("aria-pressed", String(USUAL[index] === next.join("x"))));
      sides = next;
      fields.forEach((field, side) => {
        field.element.placeholder = "any";
        field.show(next[side] ? Number(next[side]) : NaN);
      });
    },
  };
}

function percentControl(change) {
  const say = (value) => change(`${value}p`, { gesture: "size" });
  const slider = makeSlider(SHARE, "Percent of the original", say);
  const field = makeField(SHARE, "Percent in %", (text) => text && say(text));
  const element = make("div", { class: "slider" }, slider.element, make("span", { class: "number" }, field.element, make("span", { class: "unit" }, "%")));
  return {
    element,
    show(value) {
      slider.show(value);
      field.show(value);
    },
  };
}

function presetControl(presets) {
  const element = make("select", { "aria-label": "Preset" }, ...presets.map((name) => make("option", { value: name }, name)));
  // A preset stands for a whole spec, so it replaces the spec.
  element.addEventListener("change", () => set({ spec: `p-${element.value}` }));
  return {
    element,
    show(name) {
      element.value = name;
    },
  };
}

export function size(option, change, { presets: known, limits }) {
  const presets = Object.keys(known);
  let made = ""; // the size of the latest picture
  let pixels = "";
  const controls = { pixels: pixelsControl(change, limits.output_side), percent: percentControl(change), preset: presetControl(presets) };
  const begin = {
    pixels: () => change(pixels || (made || "600x")),
    percent: () => change("50p"),
    original: () => change("orig"),
    preset: () => set({ spec: `p-${presets[0]}` }),
  };
  const words = [["pixels", "Pixels"], ["percent", "Percent"], ["original", "Original"]];
  if (presets.length) words.push(["preset", "Preset"]);
  const kinds = makeRadios("size", words, (kind) => begin[kind]());
  onAnswers(({ explained }) => {
    made = explained?.size?.planned ?? made;
  });
  const places = Object.values(controls).map(({ element }) => element);
  return {
    body: make("div", { class: "size" }, kinds.element, ...places),
    explain: (reasons) => kinds.explain({ percent: reasons.percent, original: reasons.original }),
    show(argument) {
      const { kind, sides, share, preset } = read(argument);
      kinds.show(kind);
      for (const [name, { element }] of Object.entries(controls)) element.hidden = name !== kind;
      if (sides) {
        pixels = argument;
        controls.pixels.show(sides);
      }
      if (share) controls.percent.show(share);
      if (preset) controls.preset.show(preset);
    },
  };
}
