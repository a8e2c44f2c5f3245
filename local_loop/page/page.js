// The page of the local loop, in one file because it is served as it stands, without a build. All text from outside
// goes through textContent: see make().

const NAMES = {
  delivery: "Delivery cache",
  website: "S3 website",
  bucket: "S3 bucket",
  generator: "Generator cache",
  api: "API and function",
};
const EXAMPLES = [
  ["600x400_fit-cover_f-webp", "a cover"],
  ["400x400_g-sm_fit-cover", "not canonical"],
  ["300x200_fit-cover_blr-2", "an error"],
  ["x300_q-20_f-jpg", "a poor JPEG"],
  ["300x300_fit-cover_round-max_f-webp", "a circle"],
  ["600x_blur-8", "a blur"],
  ["600x_pix-16", "large pixels"],
  ["600x_sharp-1.5_con-20_sat-30", "more of everything"],
  ["600x_f-webp_kb-12", "at most 12 KiB"],
  ["600x_wm-cup-se-80-25", "a watermark"],
  ["600x_gray_pad-20_bg-d2b48c", "gray on paper"],
];
const ORIGINALS_AT_ONCE = 12;
const WALKS_AT_ONCE = 2;
const TYPING_PAUSE_MS = 200;
const FOLLOWING_PAUSE_MS = 1000;
const ERRORS_KEPT_MS = 11_000; // a little longer than a cache remembers that there is no such picture
const SILENCE = "The loop does not answer. Is it still running?";

const at = (id) => document.getElementById(id);

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// The answer, or null when there is none: see SILENCE.
async function ask(question, parameters = {}) {
  try {
    const answer = await fetch(`/_loop/${question}?${new URLSearchParams(parameters)}`);
    return await answer.json();
  } catch {
    return null;
  }
}

// As the project writes addresses: what a cache has under another spelling of one is not purged.
const encoded = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
const quoted = (key) => key.split("/").map(encoded).join("/");
const pathOf = (spec, key) => `/${encodeURIComponent(spec)}/${quoted(key)}`;

function bytes(count) {
  if (count < 1000) return `${count} B`;
  if (count < 1e6) return `${(count / 1e3).toFixed(count < 1e4 ? 1 : 0)} kB`;
  return `${(count / 1e6).toFixed(1)} MB`;
}

function milliseconds(count) {
  if (count < 0.1) return "<0.1 ms";
  return `${count < 10 ? count.toFixed(1) : Math.round(count)} ms`;
}

const redirects = (count) => (count === 1 ? "1 redirect" : `${count || "no"} redirects`);

const status = (code) => make("span", { class: `status-${Math.floor(code / 100)}` }, String(code));

// One view of a path, hop by hop

function hopTable(walk) {
  const head = make("tr", {});
  for (const [name, number] of [["Who", 0], ["Status", 0], ["Cache", 0], ["Time", 1], ["Body", 1]]) {
    head.append(make("th", { scope: "col", class: number ? "number" : "" }, name));
  }
  const table = make("table", {}, make("caption", {}, saying(walk)), make("thead", {}, head));
  for (const hop of walk.hops) {
    const url = new URL(hop.url);
    const body = make("tbody", {});
    body.append(
      make("tr", { class: "hop" }, make("th", { scope: "rowgroup", colspan: 5 }, `${url.host}${url.pathname}`)),
    );
    hop.steps.forEach((step, depth) => {
      body.append(
        make(
          "tr",
          { class: depth ? "inner" : "" },
          make("td", {}, NAMES[step.who]),
          make("td", {}, status(step.status)),
          make("td", {}, step.cache || "–"),
          make("td", { class: "number" }, milliseconds(step.milliseconds)),
          make("td", { class: "number" }, bytes(step.bytes)),
        ),
      );
    });
    table.append(body);
  }
  return table;
}

function saying(walk) {
  const end = walk.has_ended ? `${walk.status} after ${redirects(walk.redirects)}` : "It does not end";
  return `${end}, ${milliseconds(walk.milliseconds)}, ${bytes(walk.bytes)}`;
}

function showNothing(figure, text) {
  figure.querySelector(".frame").replaceChildren(make("p", { class: "failed" }, text));
  return null;
}

// Why a view ends without a picture, with the span of the spec that is to blame, or null when it has one.
function faultOf(walk) {
  if (walk.status === 200) return null;
  return walk.error ?? { reason: `There is no picture: the answer is ${walk.status}.`, source: "" };
}

function showPicture(figure, path, walk, description) {
  const fault = faultOf(walk);
  if (fault) return showNothing(figure, fault.reason);
  const image = make("img", { alt: description, decoding: "async" });
  const loaded = new Promise((done) => {
    image.addEventListener("load", () => done(image));
    image.addEventListener("error", () => {
      // What has taken its place in the meantime stays.
      if (image.isConnected) showNothing(figure, "The picture could not be loaded.");
      done(null);
    });
  });
  // The loop's caches do not look at a query. The browser's does: what it keeps may be of a former original.
  image.src = `${path}?${Date.now()}`;
  figure.querySelector(".frame").replaceChildren(image);
  return loaded;
}

// The form

let question = 0; // how often the verdict was asked for
let view = 0; // how often the picture was asked for
let pause = 0;

const asked = () => ({ spec: at("spec").value.trim(), key: at("original").value });
const isBlank = ({ spec, key }) => !spec || !key;

function setVerdict(kind, ...content) {
  at("verdict").className = `verdict ${kind}`;
  at("verdict").replaceChildren(...content);
}

function blame({ reason, source, start, end }) {
  at("spec").setAttribute("aria-invalid", String(Boolean(source)));
  if (!source) return setVerdict("is-bad", make("p", {}, reason));
  // The span counts code points, a string's own indices do not.
  const text = [...source];
  const marked = make("mark", {}, text.slice(start, end).join(""));
  const underlined = make("pre", {}, text.slice(0, start).join(""), marked, text.slice(end).join(""));
  return setVerdict("is-bad", make("p", {}, reason), underlined);
}

// What to say of a spec that the grammar allows. Good is only what has been seen to arrive.
function remark(spec, answer, walk) {
  if (answer.negotiated) {
    const text = "The viewer is redirected to a format that the browser takes. This URL itself is never stored.";
    return ["is-turned", text];
  }
  if (answer.canonical !== spec) return ["is-turned", "Not canonical: the viewer is sent to this URL."];
  return [walk ? "is-good" : "", "This is the canonical URL."];
}

// `walk` is null as long as the picture has not been asked for, or the loop has not answered.
function judge(spec, answer, walk) {
  const fault = answer ? (answer.error ?? (walk && faultOf(walk))) : { reason: SILENCE, source: "" };
  if (fault) return blame(fault);
  const [kind, text] = remark(spec, answer, walk);
  const link = make("a", { href: answer.path }, new URL(answer.path, location.href).href);
  at("spec").setAttribute("aria-invalid", "false");
  return setVerdict(kind, make("p", {}, text), make("p", { class: "address" }, link));
}

async function explain() {
  const mine = ++question;
  const { spec, key } = asked();
  if (isBlank({ spec, key })) {
    at("spec").setAttribute("aria-invalid", "false");
    setVerdict("");
    return;
  }
  const answer = await ask("explain", { spec, key });
  if (mine === question) judge(spec, answer, null);
}

async function show() {
  const { spec, key } = asked();
  if (isBlank({ spec, key })) return;
  clearTimeout(pause);
  const mine = { question: ++question, view: ++view };
  const figure = at("picture");
  figure.setAttribute("aria-busy", "true");
  const walked = ask("walk", { path: pathOf(spec, key) });
  const answer = await ask("explain", { spec, key });
  if (mine.question === question) judge(spec, answer, null);
  const walk = await walked;
  if (mine.question === question) judge(spec, answer, walk);
  if (mine.view !== view) return; // a newer one is shown, or will be
  at("ledger").replaceChildren(...(walk ? [hopTable(walk)] : []));
  at("summary").textContent = walk ? saying(walk) : SILENCE;
  const image = await showView(figure, spec, key, answer, walk);
  if (mine.view !== view) return;
  figure.querySelector("figcaption").textContent = image
    ? `${image.naturalWidth} × ${image.naturalHeight} px, ${bytes(walk.bytes)}, ${walk.media_type}`
    : "\u00a0";
  figure.setAttribute("aria-busy", "false");
}

function showView(figure, spec, key, answer, walk) {
  if (!walk) return showNothing(figure, SILENCE);
  if (answer?.error) return showNothing(figure, "There is no picture for a spec that breaks the grammar.");
  return showPicture(figure, answer?.path ?? pathOf(spec, key), walk, `${key} as ${spec}`);
}

function wireForm() {
  at("spec").addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(explain, TYPING_PAUSE_MS);
  });
  at("original").addEventListener("change", explain);
  at("try").addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
  for (const [spec, about] of EXAMPLES) {
    const button = make("button", { type: "button" }, about);
    button.addEventListener("click", () => {
      at("spec").value = spec;
      show();
    });
    at("examples").append(button);
  }
}

// The originals: walked as they come into view, a few at a time, so that the first view is the loop's own

const waiting = [];
let walking = 0;

function enqueue(tile) {
  waiting.push(tile);
  next();
}

async function next() {
  if (walking >= WALKS_AT_ONCE || !waiting.length) return;
  walking += 1;
  try {
    await waiting.shift().walk();
  } finally {
    walking -= 1;
    next();
  }
}

const seen = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      enqueue(tiles.get(entry.target));
    }
  },
  { rootMargin: "100px" },
);
const tiles = new Map();

function makeTile(key, spec, about) {
  const path = pathOf(spec, key);
  const answers = make("span", { class: "answers" }, "waiting");
  const hops = make("div", { class: "ledger" });
  const figure = make(
    "figure",
    {},
    make("div", { class: "frame" }, make("p", {}, "\u00a0")),
    make(
      "figcaption",
      {},
      make("a", { class: "spec", href: path }, spec),
      make("span", { class: "about" }, about),
      answers,
    ),
  );
  const details = make("details", {}, make("summary", {}, "What each hop answered"), hops);
  const element = make("li", { class: "tile" }, figure, details);
  const tile = {
    key,
    asked: false,
    async walk() {
      tile.asked = true;
      const walk = await ask("walk", { path });
      if (!walk) {
        answers.replaceChildren("no answer");
        hops.replaceChildren();
        showNothing(figure, SILENCE);
        return;
      }
      const codes = walk.hops.flatMap((hop, index) => (index ? [" → ", status(hop.status)] : [status(hop.status)]));
      const hit = walk.hops.at(-1).steps[0]?.cache === "hit" ? ", a hit" : "";
      answers.replaceChildren(...codes, `, ${milliseconds(walk.milliseconds)}, ${bytes(walk.bytes)}${hit}`);
      hops.replaceChildren(hopTable(walk));
      await showPicture(figure, path, walk, `${key} as ${spec}`);
    },
  };
  tiles.set(element, tile);
  seen.observe(element);
  return element;
}

const originals = new Map(); // how many bytes each has, by its key
const weights = new Map(); // where the page says so
let shown = 0; // how many of them have tiles
let specs = []; // what each is shown in

// Add what the page does not have yet, and say how large all are now.
function take(answer) {
  const showsAll = shown === originals.size;
  for (const { key, bytes: size } of answer.originals) {
    if (!originals.has(key)) at("original").append(make("option", { value: key }, key));
    originals.set(key, size);
    weights.get(key)?.replaceChildren(bytes(size));
  }
  specs = answer.specs;
  if (showsAll) showMore();
}

function showMore() {
  for (const [key, size] of [...originals].slice(shown, shown + ORIGINALS_AT_ONCE)) {
    weights.set(key, make("span", { class: "weight" }, bytes(size)));
    const title = make("h3", {}, key, weights.get(key));
    const list = make("ul", { class: "tiles" }, ...specs.map(({ spec, about }) => makeTile(key, spec, about)));
    at("originals").append(make("article", { class: "original" }, title, list));
  }
  shown = Math.min(shown + ORIGINALS_AT_ONCE, originals.size);
  at("more").hidden = shown === originals.size;
}

function askAgain(isWanted) {
  for (const tile of tiles.values()) if (tile.asked && isWanted(tile.key)) enqueue(tile);
}

function wireOriginals() {
  at("more").addEventListener("click", showMore);
  at("again").addEventListener("click", () => askAgain(() => true));
}

function whyEmpty({ error, originals: found }) {
  return error || (found.length ? "" : "There are no originals in the store.");
}

function showOriginals(answer) {
  const text = answer ? whyEmpty(answer) : SILENCE;
  if (!text) {
    if (!originals.size) at("originals").replaceChildren(); // it said that there are none
    take(answer);
  } else if (!originals.size) {
    at("originals").replaceChildren(make("p", { class: "notice" }, text));
    showNothing(at("picture"), text);
  }
}

// What happens to the originals

async function follow(after) {
  const answer = document.hidden ? null : await ask("changes", { after });
  if (answer?.new.length) await showChanges(answer.new);
  setTimeout(follow, FOLLOWING_PAUSE_MS, answer ? answer.changes : after);
}

async function showChanges(changes) {
  at("changes").replaceChildren(...changes.map(({ sentence }) => make("span", {}, sentence)));
  const keys = new Set(changes.map(({ key }) => key));
  showOriginals(await ask("pictures"));
  const askForThem = () => {
    askAgain((key) => keys.has(key));
    if (keys.has(at("original").value)) show();
  };
  askForThem();
  setTimeout(() => document.querySelector(".failed") && askForThem(), ERRORS_KEPT_MS);
}

async function begin() {
  wireForm();
  wireOriginals();
  const answer = await ask("pictures");
  showOriginals(answer);
  await show();
  follow(answer?.changes ?? 0);
}

begin();
