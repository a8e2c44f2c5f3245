// Load a person's own picture: dropped on the page, pasted, or chosen as a file. The loop keeps it in memory.

import { at, make } from "./dom.js";
import { plus } from "./icons.js";
import { refresh } from "./originals.js";
import { set } from "./state.js";
import { SILENCE } from "./words.js";

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

function say(text) {
  at("taking").textContent = text;
}

async function send(file) {
  try {
    const answer = await fetch(`/_loop/originals?${new URLSearchParams({ name: file.name })}`, { method: "POST", body: file });
    return await answer.json();
  } catch {
    return { error: { reason: SILENCE } };
  }
}

/** Load a file, and show it. */
async function take(file) {
  if (!file) return;
  say(`Loading ${file.name} …`);
  const answer = await send(file);
  if (answer.error) {
    say(`${file.name}: ${answer.error.reason}`);
    return;
  }
  say("");
  await refresh();
  set({ key: answer.key });
}

function wireDrop() {
  let inside = 0; // how many elements the pointer is in
  const show = (count) => {
    inside = count;
    document.body.classList.toggle("is-dropping", inside > 0);
  };
  document.addEventListener("dragenter", (event) => hasFiles(event) && show(inside + 1));
  document.addEventListener("dragleave", (event) => hasFiles(event) && show(inside - 1));
  document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    show(0);
    take(event.dataTransfer.files[0]);
  });
}

export function start() {
  const file = make("input", { type: "file", class: "visually-hidden", tabindex: -1, "aria-hidden": "true" });
  const button = make("button", { type: "button", class: "thumbnail add" }, make("span", { class: "blank" }, plus()), make("span", { class: "name" }, "Your own"));
  button.title = "Choose a picture of your own, drop one on the page, or paste one. It stays in the memory of this machine.";
  button.addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    take(file.files[0]);
    file.value = "";
  });
  document.addEventListener("paste", (event) => {
    const [pasted] = event.clipboardData?.files ?? [];
    if (!pasted) return;
    event.preventDefault();
    take(pasted);
  });
  wireDrop();
  at("originals").prepend(button, file);
}
