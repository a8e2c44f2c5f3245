// Make the control of a watermark: its name, its place, how opaque and how wide it is.

import { make } from "./dom.js";
import { makeField } from "./control_numbers.js";
import { numberOf } from "./spec_text.js";

function makeSelect(label, words) {
  const options = words.map(([word, says]) => make("option", { value: word }, says));
  return make("select", { "aria-label": `Watermark, ${label}` }, ...options);
}

export function watermark(option, change) {
  const parts = option.parts;
  const watermarks = parts[0].choices;
  const [position, ...numbers] = parts.slice(1);
  let present = null;
  const say = (index, value) => {
    const next = (present ?? [watermarks[0], ...parts.slice(1).map((part) => part.default)]).with(index, value);
    // Leave out parts with their default value, from the end.
    while (next.length > 1 && next.at(-1) === parts[next.length - 1].default) next.pop();
    change(next[0] ? next.join("-") : null, { gesture: option.name });
  };
  const which = makeSelect("which", [["", "none"], ...watermarks.map((name) => [name, name])]);
  const where = makeSelect("position", position.choices.map((word) => [word, word]));
  which.addEventListener("change", () => say(0, which.value));
  where.addEventListener("change", () => say(1, where.value));
  const fields = numbers.map((part, index) => makeField(part, `Watermark, ${part.name}`, (text) => say(index + 2, text || part.default)));
  const labelled = [where, ...fields.map(({ element }) => element)].map((element, index) =>
    make("label", {}, make("span", {}, [position, ...numbers][index].name), element),
  );
  return {
    head: which,
    body: make("div", { class: "fields" }, ...labelled),
    show(argument) {
      const given = argument === null ? [] : argument.split("-");
      present = argument === null ? null : parts.map((part, index) => given[index] ?? part.default);
      which.value = given[0] ?? "";
      where.value = given[1] ?? position.default;
      fields.forEach((field, index) => field.show(numberOf(given[index + 2] ?? numbers[index].default)));
    },
  };
}
