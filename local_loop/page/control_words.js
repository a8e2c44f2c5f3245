// Make the controls of texts: a colour, and any other text.

import { make } from "./dom.js";
import { nameOf } from "./option_row.js";

/** Make the control of a text. */
export function text(option, change) {
  const field = make("input", { type: "text", class: "text", "aria-label": nameOf(option), placeholder: option.example, spellcheck: "false", autocapitalize: "none" });
  field.addEventListener("input", () => change(field.value || null, { gesture: option.name }));
  return {
    head: field,
    show(argument) {
      field.value = argument ?? "";
    },
  };
}

/** Make the control of a colour: the browser's colour picker, and a field for its digits, which may have an opacity. */
export function colour(option, change) {
  const name = nameOf(option);
  const sample = make("input", { type: "color", "aria-label": `${name}, choose` });
  const digits = text(option, change);
  digits.head.setAttribute("aria-label", `${name} in hexadecimal`);
  sample.addEventListener("input", () => change(sample.value.slice(1), { gesture: option.name }));
  return {
    head: make("span", { class: "colour" }, sample, digits.head),
    show(argument) {
      const long = argument?.length === 3 ? [...argument].map((digit) => digit + digit).join("") : argument;
      sample.value = /^[0-9a-f]{6}/.test(long ?? "") ? `#${long.slice(0, 6)}` : "#ffffff";
      digits.show(argument);
    },
  };
}
