// Make the control of a ratio of width to height.

import { make } from "./dom.js";
import { makeField } from "./control_numbers.js";
import { numberOf } from "./spec_text.js";

const USUAL = ["1-1", "4-3", "3-2", "16-9"];

export function ratio(option, change) {
  let present = [NaN, NaN];
  const fields = ["width", "height"].map((side, index) =>
    makeField(option, `Ratio, ${side}`, (text) => {
      const pair = present.with(index, text);
      if (!pair.some((value) => value === "" || Number.isNaN(value))) change(pair.join("-"), { gesture: option.name });
      else if (pair.every((value) => value === "" || Number.isNaN(value))) change(null, { gesture: option.name });
      else present = pair;
    }),
  );
  const usual = USUAL.map((argument) => {
    const button = make("button", { type: "button", class: "word" }, argument.replace("-", ":"));
    button.addEventListener("click", () => change(button.getAttribute("aria-pressed") === "true" ? null : argument));
    return button;
  });
  const [width, height] = fields.map(({ element }) => element);
  return {
    head: make("span", { class: "number pair" }, width, ":", height),
    body: make("div", { class: "words" }, ...usual),
    show(argument) {
      present = argument === null ? [NaN, NaN] : argument.split("-").map(numberOf);
      fields.forEach((field, index) => field.show(present[index] ?? NaN));
      usual.forEach((button, index) => button.setAttribute("aria-pressed", String(USUAL[index] === argument)));
    },
  };
}
