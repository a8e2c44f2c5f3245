// Lay out a control for every option of the grammar, and keep them in step with the spec.

import { subscribe as onAnswers } from "./answers.js";
import { colour, text } from "./control_words.js";
import { choice, flag } from "./control_choices.js";
import { crop } from "./control_crop.js";
import { gravity } from "./control_gravity.js";
import { integer, number, sides } from "./control_numbers.js";
import { ratio } from "./control_ratio.js";
import { size } from "./control_size.js";
import { watermark } from "./control_watermark.js";
import { at, make } from "./dom.js";
import { grammarTable } from "./table.js";
import { makeRow } from "./option_row.js";
import { learn, replaced, values } from "./spec_text.js";
import { get, reset, set, subscribe } from "./state.js";
import { IDLE } from "./tools.js";
import { SILENCE } from "./words.js";

const KINDS = { choice, colour, crop, flag, gravity, integer, number, ratio, sides, text, watermark };
/** The titles of the grammar's groups. A group that is not here shows its own name. */
const TITLES = {
  size: "Size",
  output: "Format and quality",
  effects: "Effects",
  part: "Crop and trim",
  turn: "Rotate and flip",
  colour: "Background",
  address: "Address",
};
const ABOUT_SIZE = "Set the size of the picture.";
/** The groups that are open at first. On a phone, only the first group is open. */
const OPEN = matchMedia("(max-width: 40rem)").matches ? ["size"] : ["size", "output"];

function makeGroup(name, rows) {
  const given = make("span", { class: "group-given" });
  const title = make("summary", {}, make("h3", {}, TITLES[name] ?? name), given);
  const element = make("details", { class: "group", "data-group": name, open: OPEN.includes(name) }, title, ...rows.map((row) => row.element));
  const show = (found) => {
    const said = rows.filter(({ option }) => found.has(option.name));
    given.textContent = said
      .map(({ option }) => [option.name, found.get(option.name)].filter(Boolean).join("-").replace(/^size-/, ""))
      .join(" ");
  };
  return { element, show };
}

/** Let the arrow keys move from the title of one group to that of another. */
function wireArrows(groups) {
  const titles = groups.map(({ element }) => element.firstElementChild);
  titles.forEach((title, index) =>
    title.addEventListener("keydown", (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      titles[index + by]?.focus();
    }),
  );
}

/** List the options of each group. The groups have the order of TITLES. */
function grouped(options) {
  const groups = new Map(Object.keys(TITLES).map((name) => [name, []]));
  for (const option of options) groups.set(option.group, [...(groups.get(option.group) ?? []), option]);
  return [...groups].filter(([, found]) => found.length);
}

function layOut(grammar) {
  const rows = [];
  const makeOne = (option, kind) => {
    const change = (argument, more) => set({ spec: replaced(get().spec, option.name, argument) }, more);
    const row = makeRow(option, kind(option, change, grammar), change);
    rows.push(row);
    return row;
  };
  const dimensions = { name: "size", aliases: ["dimensions"], group: "size", about: ABOUT_SIZE, page: "grammar.md" };
  const groups = grouped([dimensions, ...grammar.options]).map(([name, options]) =>
    makeGroup(name, options.map((option) => makeOne(option, option === dimensions ? size : (KINDS[option.kind] ?? text)))),
  );
  wireArrows(groups);
  const all = make("button", { type: "button", class: "quiet" }, "Reset all");
  all.addEventListener("click", reset);
  const head = make("div", { class: "controls-head" }, make("h2", { id: "controls-title" }, "Controls"), all);
  at("controls").replaceChildren(head, ...groups.map(({ element }) => element));
  return { rows, groups };
}

export async function start() {
  const grammar = await grammarTable();
  if (!grammar) {
    at("controls").replaceChildren(make("p", { class: "notice" }, SILENCE));
    return;
  }
  learn(grammar.options);
  const { rows, groups } = layOut(grammar);
  subscribe(({ spec }) => {
    const found = values(spec);
    for (const row of rows) row.show(found.get(row.option.name) ?? null);
    for (const group of groups) group.show(found);
  });
  onAnswers(({ explained }) => {
    // If a part of the spec is wrong, no option can be tried. So the reasons from before stay.
    if (!explained || explained.error) return;
    const idle = Object.fromEntries(explained.idle.map((name) => [name, IDLE]));
    const reasons = Object.entries({ ...idle, ...explained.unavailable });
    for (const row of rows) {
      const { name } = row.option;
      const words = reasons.filter(([what]) => what.startsWith(`${name}-`)).map(([what, why]) => [what.slice(name.length + 1), why]);
      row.explain(reasons.find(([what]) => what === name)?.[1] ?? "", Object.fromEntries(words));
    }
  });
}
