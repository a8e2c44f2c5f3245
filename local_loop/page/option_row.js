// Make the row of one option: its name, the link to its page, its reset button, its control, and why it is off.

import { make } from "./dom.js";
import { cross } from "./icons.js";

/** Titles of options with abbreviated names. Other options show their long name in the grammar. */
const NAMES = { ar: "Aspect ratio", dpr: "Screen density", hdr: "HDR", icc: "Colour profile", kb: "Largest file" };
const INPUTS = "input, select, button:not(.reset)";
/** Keys that do not change a control. */
const HARMLESS = new Set(["Tab", "Shift", "Escape", "Control", "Alt", "Meta"]);

export function nameOf({ name, aliases }) {
  const long = NAMES[name] ?? aliases[0] ?? name;
  return long[0].toUpperCase() + long.slice(1);
}

/** Stop every change of a control that is off. A person can still reach it, and read the reason. */
function guard(element, isOff) {
  const stop = (event) => {
    if (!isOff() || (event.type === "keydown" && HARMLESS.has(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
  };
  for (const type of ["pointerdown", "mousedown", "click", "keydown", "beforeinput", "input", "change"]) {
    element.addEventListener(type, stop, { capture: true });
  }
}

/** Make the row of an option. `control` is {head, body, show(argument)}. Head or body may be missing. */
export function makeRow(option, control, change) {
  const name = nameOf(option);
  const id = `option-${option.name.replace(".", "-")}`;
  const reset = make("button", { type: "button", class: "reset", "aria-label": `Reset ${name.toLowerCase()}` }, cross());
  reset.addEventListener("click", () => {
    change(null);
    element.querySelector(INPUTS).focus();
  });
  const page = option.page
    ? make("a", { class: "page", href: `/_loop/docs/${option.page}`, title: option.about, "aria-label": `${option.name}: its page` }, option.name)
    : make("span", { class: "page", title: option.about }, option.name);
  const reason = make("p", { class: "reason", id: `${id}-reason` });
  const element = make(
    "div",
    { class: "row", id, role: "group", "aria-labelledby": `${id}-name` },
    make("div", { class: "row-head" }, make("span", { class: "row-name", id: `${id}-name` }, name), page, reset),
    make("div", { class: "row-body" }),
    reason,
  );
  const [head, body] = element.children;
  if (control.head) head.append(control.head);
  if (control.body) body.append(control.body);
  const places = [control.head, control.body].filter(Boolean);
  const parts = places.flatMap((place) => [place, ...place.querySelectorAll("*")]).filter((part) => part.matches(INPUTS));
  let why = "";
  for (const place of places) guard(place, () => why !== "");
  return {
    option,
    element,
    show(argument) {
      element.classList.toggle("is-set", argument !== null);
      // A spec always has dimensions, so they have no reset.
      reset.hidden = argument === null || option.name === "size";
      control.show(argument);
    },
    /** Say why the option is off, or why some of its words are. */
    explain(text, words) {
      if (!text) control.explain?.(words);
      if (text === why) return;
      why = text;
      reason.textContent = text;
      element.classList.toggle("is-off", Boolean(text));
      for (const part of parts) {
        if (text || !control.explain) part.setAttribute("aria-disabled", String(Boolean(text)));
        if (text) part.setAttribute("aria-describedby", reason.id);
        else part.removeAttribute("aria-describedby");
      }
    },
  };
}
