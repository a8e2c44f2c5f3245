// Draw the loop for one walk. Each part has the number of its hop as `data-hop`, from 0. An arrow also has its number
// within the hop as `data-step`, in the order of the request's way.

import { layout, storedIn } from "./loop_layout.js";
import { did, NAMES, spoken } from "./loop_words.js";
import { milliseconds } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const HEAD = [8, 4.5]; // the length of an arrow's head, and half its width, px
const CORNER = 7;
const PADDING = 14;
const FIRST_LINE = 24; // from the top of a box to its name; on a narrow screen, the lines follow below it
const LINE = 22;

function make(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}

const family = (status) => `status-${Math.floor(status / 100)}`;

/** Draw a walk as an svg element. `delivery` is redirect or failover. */
export function drawing(walk, delivery, isNarrow) {
  const plan = layout(walk, delivery, isNarrow);
  const [width, height] = plan.size;
  return make(
    "svg",
    {
      viewBox: `-2 -2 ${width + 4} ${height + 4}`,
      role: "img",
      "aria-labelledby": "loop-drawing-title loop-drawing-desc",
      class: isNarrow ? "loop-drawing is-narrow" : "loop-drawing",
    },
    make("title", { id: "loop-drawing-title" }, "This view's way through the loop"),
    make("desc", { id: "loop-drawing-desc" }, spoken(walk, storedIn).join(" ")),
    ...plan.rails.map((points) => make("path", { class: "rail", d: through(points) })),
    ...plan.legs.flatMap((leg) => legOf(leg, plan.legs.filter(({ number }) => number === leg.number))),
    ...Object.entries(plan.boxes).map(([who, box]) => boxOf(plan, who, box)),
    ...plan.turns.map(turnOf),
  );
}

// Lines

const through = (points) => points.map(([x, y], index) => `${index ? "L" : "M"}${x} ${y}`).join("");

function legOf(leg, ofHop) {
  const { number, status, isTurned, stored, there, back } = leg;
  const step = ofHop.indexOf(leg);
  const ways = [arrow([number, step], there, "there")];
  if (stored !== "write") {
    const kind = `back ${isTurned ? "status-3" : family(status)}`;
    ways.push(arrow([number, 2 * ofHop.length - 1 - step], back, kind));
  }
  return ways;
}

/** Draw an arrow from one point to another, along an axis. */
function arrow([number, step], [[x, y], [toX, toY]], kind) {
  const [right, down] = [Math.sign(toX - x), Math.sign(toY - y)];
  const [long, half] = HEAD;
  const neck = [toX - right * long, toY - down * long];
  const across = [down * half, right * half];
  const head = [[neck[0] - across[0], neck[1] - across[1]], [toX, toY], [neck[0] + across[0], neck[1] + across[1]]];
  return make(
    "g",
    { class: `leg ${kind}`, "data-hop": number, "data-step": step },
    make("path", { class: "line", pathLength: 1, d: through([[x, y], neck]) }),
    make("path", { class: "head", d: `${through(head)}Z` }),
  );
}

/** Draw a line with round corners, inside the box that sends the request on. */
function turnOf({ who, number, points: [begin, deep, next, end] }) {
  const toward = ([x, y], [toX, toY], by) => {
    const share = Math.min(1, by / Math.max(1, Math.hypot(toX - x, toY - y)));
    return [x + (toX - x) * share, y + (toY - y) * share];
  };
  const round = Math.min(CORNER, Math.hypot(next[0] - deep[0], next[1] - deep[1]) / 2);
  const d =
    `${through([begin, toward(deep, begin, round)])}Q${deep.join(" ")} ${toward(deep, next, round).join(" ")}` +
    `L${toward(next, deep, round).join(" ")}Q${next.join(" ")} ${toward(next, end, round).join(" ")}L${end.join(" ")}`;
  const kind = who === "viewer" ? "redirect" : "failover";
  return make("path", { class: `turn ${kind}`, d, "data-hop": number });
}

// Boxes

function boxOf(plan, who, { from: [x, y], to: [right, bottom] }) {
  // On a narrow screen the store is a bar with room for two lines.
  const lines = linesOf(plan, who).slice(plan.isNarrow && who === "store" ? -2 : 0);
  const isHit = lines.some(({ what }) => what === "hit");
  const size = { width: right - x, height: bottom - y, rx: who === "store" ? 18 : 8 };
  const shape = make("rect", { class: "box", x, y, ...size });
  const name = make("text", { class: "name", x: x + PADDING, y: y + FIRST_LINE }, NAMES[who]);
  const rows = lines.map((line, index) => rowOf(line, placeOf(plan, who, [x, y, right], line, index)));
  const classes = ["piece", who, ...(lines.length ? ["is-lit"] : []), ...(isHit ? ["is-hit"] : [])];
  return make("g", { class: classes.join(" ") }, shape, name, ...rows);
}

/** Find the beginning, the end and the middle of a line in a box. */
function placeOf({ isNarrow, row, turns }, who, [left, top, right], line, index) {
  const end = right - PADDING - (!isNarrow && turns.some((turn) => turn.who === who) ? 24 : 0);
  if (!isNarrow) return { begin: left + PADDING, end, middle: row(line.lane, line.row) };
  // On a narrow screen the viewer and the store are bars. Their lines stand beside their names.
  if (who === "viewer" || who === "store") return { begin: left + 110 + index * 92, end, middle: top + FIRST_LINE - 5 };
  return { begin: left + PADDING, end, middle: top + FIRST_LINE + LINE * (index + 1) - 4, isShort: true };
}

/** Write the lines of a box: one for each hop through it. */
function linesOf({ trips, isNarrow }, who) {
  return trips.flatMap(({ hop, number, row, lanes, stored }, index) => {
    const at = { number, row, lane: lanes[0] };
    const isLast = index === trips.length - 1;
    if (who === "viewer") return isLast || !isNarrow ? [{ ...at, what: viewed(hop, isLast) }] : [];
    if (who === "store") {
      return stored ? [{ ...at, lane: lanes.at(-1), what: stored === "read" ? "read" : "stored" }] : [];
    }
    const step = hop.steps.find((one) => one.who === who);
    if (!step) return [];
    const lane = who === "api" ? 1 : lanes[0];
    const time = milliseconds(step.milliseconds);
    return [{ ...at, lane, status: step.status, what: did(step, stored), time }];
  });
}

function viewed({ status }, isLast) {
  if (status >= 300 && status < 400) return isLast ? "gives up" : "goes on";
  return status === 200 ? "sees it" : "no picture";
}

function rowOf({ number, status, what, time }, { begin, end, middle, isShort }) {
  const [center, baseline] = [begin + 8, middle + 4.5];
  const row = make(
    "g",
    { class: `row${status ? ` ${family(status)}` : ""}`, "data-hop": number },
    make("circle", { class: "badge", cx: center, cy: middle, r: 9 }),
    make("text", { class: "badge-number", x: center, y: middle + 4 }, String(number + 1)),
  );
  const write = (kind, x, text) => row.append(make("text", { class: kind, x, y: baseline }, text));
  if (status) write("status", begin + 26, String(status));
  // A narrow box has room only for "hit" and "miss".
  if (!isShort || ["hit", "miss"].includes(what)) write(`what ${what}`, begin + (status ? 58 : 26), what);
  if (time) write("time", end, time);
  return row;
}
