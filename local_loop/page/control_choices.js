// Make the controls of options that are on or off, and of options with one of several words.

import { make } from "./dom.js";
import { nameOf } from "./option_row.js";

/** Make the switch of an option without an argument. */
export function flag(option, change) {
  const head = make("input", { type: "checkbox", role: "switch", class: "switch", "aria-label": nameOf(option) });
  head.addEventListener("change", () => change(head.checked ? "" : null));
  return {
    head,
    show(argument) {
      head.checked = argument !== null;
    },
  };
}

/**
 * Make radio buttons. `words` are [word, label]. `choose(word)` is called with each choice.
 * `explain(reasons)` gives the reason, by word, why a word cannot be chosen. A person can still reach such a word, but
 * it does nothing.
 */
export function makeRadios(name, words, choose) {
  const element = make("div", { class: "choices" });
  const inputs = new Map();
  let present = "";
  const show = (word) => {
    present = word;
    for (const [other, input] of inputs) input.checked = other === word;
  };
  for (const [word, says] of words) {
    const input = make("input", { type: "radio", name: `choice-${name}`, value: word });
    input.addEventListener("change", () => {
      if (input.getAttribute("aria-disabled") === "true") show(present);
      else choose(word);
    });
    inputs.set(word, input);
    element.append(make("label", {}, input, make("span", {}, says)));
  }
  const explain = (reasons) => {
    for (const [word, input] of inputs) {
      input.setAttribute("aria-disabled", String(Boolean(reasons[word])));
      // A screen reader says the title after the name.
      input.title = reasons[word] ?? "";
      input.parentElement.title = input.title;
    }
  };
  return { element, show, explain };
}

/** Make the control of an option with one of several words. If it has no default, "off" removes the option. */
export function choice(option, change, { formats }) {
  const named = new Map(formats.flatMap(({ name, aliases }) => aliases.map((alias) => [alias, name])));
  const none = option.default || "off";
  const words = option.choices.map((word) => [word, word]);
  if (!option.default) words.unshift([none, option.name === "f" ? "default" : none]);
  const { element, show, explain } = makeRadios(option.name, words, (word) => change(word === none ? null : word));
  return {
    body: element,
    show: (argument) => show(named.get(argument) ?? argument ?? none),
    explain,
  };
}
