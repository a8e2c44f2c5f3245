// Show the panel of texts to copy: tabs, as in the ARIA Authoring Practices, and one text.

import { subscribe } from "./answers.js";
import { at, make } from "./dom.js";
import { presets } from "./table.js";
import { factsOf, snippets } from "./snippets.js";

const REFUSED = "The browser does not let this page copy. The text is selected: copy it with Ctrl+C.";
const WITH_ALT = ["img", "picture", "python", "javascript"];

let chosen = "picture";
let latest = null;
let named = {};

const tabs = () => [...at("copy-tabs").children];

/** Make an alt text from the key, until somebody writes a better one. */
const described = (key) => key.split("/").at(-1).replace(/(.)\.[^.]*$/, "$1").replaceAll(/[-_]+/g, " ");

function facts() {
  if (!latest) return null;
  const alt = at("copy-alt").value;
  return factsOf(latest, { base: location.origin, alt, presets: named });
}

function show() {
  const known = facts();
  const all = known ? snippets(known) : [];
  const one = all.find(({ id }) => id === chosen);
  for (const tab of tabs()) {
    const isChosen = tab.dataset.id === chosen;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    if (isChosen) at("copy-text").setAttribute("aria-labelledby", tab.id);
  }
  at("copy-alt").parentElement.hidden = !WITH_ALT.includes(chosen);
  at("copy-code").textContent = one?.text ?? "";
  at("copy-why").textContent = one ? one.reason : "There is no picture, so there is nothing to copy.";
  at("copy-button").disabled = !one?.text;
  at("copy-said").textContent = "";
}

function choose(tab) {
  chosen = tab.dataset.id;
  show();
  tab.focus();
}

function move(event) {
  const all = tabs();
  const here = all.findIndex((tab) => tab.dataset.id === chosen);
  const there = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: all.length - 1 }[event.key];
  if (there === undefined) return;
  event.preventDefault();
  choose(all.at(there % all.length));
}

async function copy() {
  const text = at("copy-code").textContent;
  try {
    await navigator.clipboard.writeText(text);
    at("copy-said").textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(at("copy-code"));
    at("copy-said").textContent = REFUSED;
  }
}

function build() {
  const labels = snippets({ spec: "1x", key: "a", base: "", path: "/1x/a", alt: "" });
  const made = labels.map(({ id, label }) => {
    const attributes = { type: "button", role: "tab", id: `copy-${id}`, "data-id": id, "aria-controls": "copy-text" };
    return make("button", attributes, label);
  });
  at("copy-tabs").append(...made);
  for (const tab of made) tab.addEventListener("click", () => choose(tab));
  at("copy-tabs").addEventListener("keydown", move);
  at("copy-button").addEventListener("click", copy);
  at("copy-alt").addEventListener("input", show);
}

export async function start() {
  build();
  let key = "";
  subscribe((answers) => {
    latest = answers;
    if (answers.state.key !== key) {
      key = answers.state.key;
      at("copy-alt").value = described(key);
    }
    show();
  });
  named = await presets();
  show();
}
