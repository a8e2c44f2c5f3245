// Make the control of the crop: four numbers, or a box on the picture.

import { subscribe as onAnswers } from "./answers.js";
import { makeField } from "./control_numbers.js";
import { make } from "./dom.js";
import { frame } from "./icons.js";
import { toggle } from "./tools.js";

const NAMES = ["left", "top", "width", "height"];
const WHOLE = { shares: [0, 0, 100, 100], inPixels: false };

let original = null; // its width and height, px

/** Read a crop: its numbers in percent of the original, and whether it was in px. Return null if it is wrong. */
export function readCrop(argument) {
  if (argument === null) return WHOLE;
  const parts = argument.split("-");
  const numbers = parts.map(Number.parseFloat);
  if (numbers.length !== 4 || numbers.some(Number.isNaN)) return null;
  if (parts.every((part) => part.endsWith("p"))) return { shares: numbers, inPixels: false };
  if (!original) return null;
  return { shares: numbers.map((value, index) => (value / original[index % 2]) * 100), inPixels: true };
}

/** Write a crop, given in percent, in its own unit. Return null if it is the whole original. */
export function cropText({ shares, inPixels }) {
  const [left, top, width, height] = shares;
  if (left <= 0 && top <= 0 && width >= 99.95 && height >= 99.95) return null;
  if (inPixels) {
    const [x, y, w, h] = shares.map((share, index) => Math.round((share / 100) * original[index % 2]));
    return [x, y, Math.max(1, w), Math.max(1, h)].join("-");
  }
  return [left, top, Math.max(0.1, width), Math.max(0.1, height)].map((share) => `${Math.round(share * 10) / 10}p`).join("-");
}

export function crop(option, change) {
  let present = WHOLE;
  const value = (index) => {
    if (!present) return NaN;
    const share = present.shares[index];
    return present.inPixels ? Math.round((share / 100) * original[index % 2]) : Math.round(share * 10) / 10;
  };
  const fields = NAMES.map((name, index) =>
    makeField({ ...option, kind: "number" }, `Crop, ${name}`, (text) => {
      if (!text || !present) return;
      const share = present.inPixels ? (Number(text) / original[index % 2]) * 100 : Number(text);
      change(cropText({ ...present, shares: present.shares.with(index, share) }), { gesture: option.name });
    }),
  );
  const unit = make("select", { "aria-label": "Crop, unit" }, make("option", { value: "" }, "%"), make("option", { value: "px" }, "px"));
  unit.addEventListener("change", () => {
    if (!present || (unit.value && !original)) return;
    present = { ...present, inPixels: unit.value === "px" };
    change(cropText(present));
    showFields();
  });
  const showFields = () => fields.forEach((field, index) => field.show(value(index)));
  const draw = make("button", { type: "button", class: "word" }, frame(), "on the picture");
  draw.addEventListener("click", () => toggle("crop"));
  onAnswers(({ explained }) => {
    if (explained?.original) original = [explained.original.width, explained.original.height];
  });
  const labels = fields.map(({ element }, index) => make("label", {}, make("span", {}, NAMES[index]), element));
  return {
    head: make("span", { class: "number" }, draw, unit),
    body: make("div", { class: "fields" }, ...labels),
    show(argument) {
      const read = readCrop(argument);
      present = argument === null && present?.inPixels && original ? { ...WHOLE, inPixels: true } : read;
      unit.value = present?.inPixels ? "px" : "";
      showFields();
    },
  };
}
