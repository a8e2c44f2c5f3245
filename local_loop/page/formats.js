// Show the panel of formats: the size of the same picture as JPEG, WebP and AVIF. The loop makes each of these pictures
// for it, so the panel asks only while it is visible. Only the latest answer counts.

import { ask, subscribe } from "./answers.js";
import { at, make } from "./dom.js";
import { replaced } from "./spec_text.js";
import { get, set } from "./state.js";
import { bytes, milliseconds, SILENCE } from "./words.js";

const NAMES = { jpg: "JPEG", webp: "WebP", avif: "AVIF" };

const viewer = Math.random().toString(36).slice(2); // another tab is another viewer
const rows = new Map(); // the cells of each format, by the name of the format
let isSeen = false;
let wanted = null; // the answers that have no table yet
let asking = new AbortController();

function build() {
  for (const [name, label] of Object.entries(NAMES)) {
    const row = {
      take: make("button", { type: "button", "aria-label": `Take ${label}` }, label),
      bar: make("span", { class: "bar" }),
      bytes: make("td", { class: "amount" }),
      milliseconds: make("td", { class: "amount" }),
      remark: make("td", { class: "remark" }),
    };
    row.take.addEventListener("click", () => set({ spec: replaced(get().spec, "f", name) }));
    const share = make("td", { class: "share", "aria-hidden": "true" }, row.bar);
    const head = make("th", { scope: "row" }, row.take);
    at("formats-rows").append(make("tr", {}, head, row.bytes, share, row.milliseconds, row.remark));
    rows.set(name, row);
  }
}

function fill(found, largest, present) {
  const row = rows.get(found.format);
  row.take.disabled = Boolean(found.error);
  row.take.setAttribute("aria-pressed", String(found.format === present));
  row.bytes.textContent = found.error ? "–" : bytes(found.bytes);
  row.milliseconds.textContent = found.error ? "–" : milliseconds(found.milliseconds);
  row.bar.style.setProperty("--share", found.error ? 0 : found.bytes / largest);
  row.remark.textContent = found.error?.reason ?? (found.loses.length ? `loses ${found.loses.join(" and ")}` : "");
}

function clear(said) {
  at("formats-said").textContent = said;
  for (const format of rows.keys()) fill({ format, error: { reason: "" } });
}

async function compare() {
  if (!isSeen || !wanted) return;
  const { state, explained } = wanted;
  wanted = null;
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  at("formats").setAttribute("aria-busy", "true");
  const answer = await ask("compare", { spec: explained.canonical, key: state.key, viewer }, { signal });
  if (signal.aborted) return;
  at("formats").setAttribute("aria-busy", "false");
  if (!answer?.formats) return clear(answer?.error.reason ?? SILENCE);
  at("formats-said").textContent = "";
  const largest = Math.max(...answer.formats.map((found) => found.bytes ?? 0));
  for (const found of answer.formats) fill(found, largest, explained.format?.name);
}

export function start() {
  build();
  clear("");
  subscribe((answers) => {
    const { explained, walk, isDone } = answers;
    if (!isDone) return;
    asking.abort();
    at("formats").setAttribute("aria-busy", "false");
    wanted = explained?.canonical && walk?.status === 200 ? answers : null;
    if (wanted) compare();
    else clear("");
  });
  new IntersectionObserver(([entry]) => {
    isSeen = entry.isIntersecting;
    compare();
  }).observe(at("formats"));
}
