// Controls of options that are there or not, and of one of several words.

import { make } from "./dom.js";
import { nameOf } from "./option_row.js";

/** A flag: a switch. */
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
 * Buttons of which one is chosen. `words` are [word, what it says]; `choose(word)` is told of a choice.
 * `explain(reasons)` says by word why it cannot be had. Such a word can be reached, and nothing comes of it.
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
      // The title is what is said of it, beside its name.
      input.title = reasons[word] ?? "";
      input.parentElement.title = input.title;
    }
  };
  return { element, show, explain };
}

/** One of several words. Without a default, "off" takes the option out. */
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
