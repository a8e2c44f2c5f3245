// Run the text box of the spec. It grows with its text, and underlines the wrong part.

import { again, subscribe } from "./answers.js";
import { at, make } from "./dom.js";
import { set, subscribe as onState } from "./state.js";

/** Draw the text under the box, and a line under the wrong part. The span counts code points, as the answer does. */
function underline(text, fault) {
  at("spec").setAttribute("aria-invalid", String(Boolean(fault?.source)));
  if (!fault?.source || fault.source !== text.trim()) {
    at("underline").replaceChildren(text);
    return;
  }
  const signs = [...text.trim()];
  const before = text.slice(0, text.indexOf(text.trim())) + signs.slice(0, fault.start).join("");
  const marked = make("mark", {}, signs.slice(fault.start, fault.end).join(""));
  at("underline").replaceChildren(before, marked, signs.slice(fault.end).join(""));
}

export function start() {
  const box = at("spec");
  box.addEventListener("input", () => {
    // A spec has one line, even if a person pastes several.
    if (box.value.includes("\n")) box.value = box.value.replaceAll(/\s*\n\s*/g, "");
    set({ spec: box.value }, { gesture: "spec" });
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    again();
  });
  at("try").addEventListener("submit", (event) => {
    event.preventDefault();
    again();
  });
  onState(({ spec }) => {
    if (box.value !== spec) box.value = spec;
    underline(spec, null);
  });
  subscribe(({ state, explained, walk }) => underline(state.spec, explained?.error ?? explained?.refused ?? walk?.error));
}
