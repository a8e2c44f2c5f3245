// Show one view of a path as a table, hop by hop.

import { subscribe } from "./answers.js";
import { at, make } from "./dom.js";
import { NAMES } from "./loop_words.js";
import { bytes, milliseconds, saying } from "./words.js";

const status = (code) => make("span", { class: `status-${Math.floor(code / 100)}` }, String(code));

function row(step, depth) {
  return make(
    "tr",
    { class: depth ? "inner" : "" },
    make("td", {}, NAMES[step.who]),
    make("td", {}, status(step.status)),
    make("td", {}, step.cache || "–"),
    make("td", { class: "amount" }, milliseconds(step.milliseconds)),
    make("td", { class: "amount" }, bytes(step.bytes)),
  );
}

const listed = (sign, headers) => Object.entries(headers).map(([name, value]) => `${sign} ${name}: ${value}\n`);

/** Write the request and the answer as curl does. */
function headers(hop) {
  const said = hop.steps.map(({ who, path, status, request, answer }) => {
    const lines = [`> GET ${path}\n`, ...listed(">", request), `< ${status}\n`, ...listed("<", answer)];
    return [make("p", {}, NAMES[who]), make("pre", {}, lines.join(""))];
  });
  const details = make("details", {}, make("summary", {}, "Headers"), ...said.flat());
  return make("tr", { class: "hop" }, make("td", { colspan: 5 }, details));
}

function table(walk) {
  const head = make("tr", {});
  for (const [name, number] of [["Who", 0], ["Status", 0], ["Cache", 0], ["Time", 1], ["Body", 1]]) {
    head.append(make("th", { scope: "col", class: number ? "amount" : "" }, name));
  }
  const hops = walk.hops.map((hop) => {
    const url = new URL(hop.url);
    const title = make("th", { scope: "rowgroup", colspan: 5 }, `${url.host}${url.pathname}`);
    return make("tbody", {}, make("tr", { class: "hop" }, title), ...hop.steps.map(row), headers(hop));
  });
  return make("table", {}, make("caption", {}, saying(walk)), make("thead", {}, head), ...hops);
}

export function start() {
  subscribe(({ walk, isDone }) => {
    if (isDone) at("ledger").replaceChildren(...(walk ? [table(walk)] : []));
  });
}
