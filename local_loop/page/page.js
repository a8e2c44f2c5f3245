// The page of the local loop. All text from outside goes through textContent: see make().

const NAMES = {
  delivery: "Delivery cache",
  website: "S3 website",
  generator: "Generator cache",
  api: "API and function",
};
const EXAMPLES = [
  ["600x400_fit-cover_f-webp", "a cover"],
  ["400X400_g-sm_fit-cover", "not canonical"],
  ["300x200_fit-cover_blr-2", "an error"],
  ["x300_q-20_f-jpg", "a poor JPEG"],
];
const ORIGINALS_AT_ONCE = 12;
const WALKS_AT_ONCE = 2;
const TYPING_PAUSE_MS = 200;

const at = (id) => document.getElementById(id);

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

async function ask(question, parameters = {}) {
  const answer = await fetch(`/_loop/${question}?${new URLSearchParams(parameters)}`);
  return answer.json();
}

const quoted = (key) => key.split("/").map(encodeURIComponent).join("/");
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

function showPicture(figure, path, walk, description) {
  if (walk.status !== 200) {
    return showNothing(figure, walk.error || `There is no picture: the answer is ${walk.status}.`);
  }
  const image = make("img", { alt: description, decoding: "async" });
  const loaded = new Promise((done) => {
    image.addEventListener("load", () => done(image));
    image.addEventListener("error", () => done(null));
  });
  image.src = path;
  figure.querySelector(".frame").replaceChildren(image);
  return loaded;
}

// The form

let question = 0;

async function explain() {
  const mine = ++question;
  const spec = at("spec").value.trim();
  const key = at("original").value;
  if (!spec || !key) return null;
  const answer = await ask("explain", { spec, key });
  if (mine !== question) return null; // an older question
  const verdict = at("verdict");
  at("spec").setAttribute("aria-invalid", String(Boolean(answer.error)));
  if (answer.error) {
    // The span counts code points, a string's own indices do not.
    const text = [...answer.error.source];
    const { start, end } = answer.error;
    verdict.className = "verdict is-bad";
    verdict.replaceChildren(
      make("p", {}, answer.error.reason),
      make(
        "pre",
        {},
        text.slice(0, start).join(""),
        make("mark", {}, text.slice(start, end).join("")),
        text.slice(end).join(""),
      ),
    );
    return answer;
  }
  const same = answer.canonical === spec;
  const url = new URL(answer.path, location.href).href;
  verdict.className = `verdict ${same ? "is-good" : "is-turned"}`;
  verdict.replaceChildren(
    make("p", {}, same ? "This is the canonical URL." : "Not canonical: the viewer is sent to this URL."),
    make("p", { class: "address" }, make("a", { href: answer.path }, url)),
  );
  return answer;
}

async function show() {
  const spec = at("spec").value.trim();
  const key = at("original").value;
  const figure = at("picture");
  figure.setAttribute("aria-busy", "true");
  const [answer, walk] = await Promise.all([explain(), ask("walk", { path: pathOf(spec, key) })]);
  at("ledger").replaceChildren(hopTable(walk));
  at("summary").textContent = saying(walk);
  const image = answer?.error
    ? showNothing(figure, "There is no picture for a spec that breaks the grammar.")
    : await showPicture(figure, answer?.path ?? pathOf(spec, key), walk, `${key} as ${spec}`);
  figure.querySelector("figcaption").textContent = image
    ? `${image.naturalWidth} × ${image.naturalHeight} px, ${bytes(walk.bytes)}, ${walk.media_type}`
    : "\u00a0";
  figure.setAttribute("aria-busy", "false");
}

function wireForm() {
  let pause = 0;
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
    asked: false,
    async walk() {
      tile.asked = true;
      const walk = await ask("walk", { path });
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

function wireOriginals({ originals, specs }) {
  let shown = 0;
  const showMore = () => {
    for (const { key, bytes: size } of originals.slice(shown, shown + ORIGINALS_AT_ONCE)) {
      const title = make("h3", {}, key, make("span", { class: "weight" }, bytes(size)));
      const list = make("ul", { class: "tiles" }, ...specs.map(({ spec, about }) => makeTile(key, spec, about)));
      at("originals").append(make("article", { class: "original" }, title, list));
    }
    shown += ORIGINALS_AT_ONCE;
    at("more").hidden = shown >= originals.length;
  };
  at("more").addEventListener("click", showMore);
  at("again").addEventListener("click", () => {
    for (const tile of tiles.values()) if (tile.asked) enqueue(tile);
  });
  showMore();
}

async function begin() {
  wireForm();
  const answer = await ask("pictures");
  if (answer.error || !answer.originals.length) {
    const text = answer.error || "There are no originals in the store.";
    at("originals").append(make("p", { class: "notice" }, text));
    return;
  }
  at("original").append(...answer.originals.map(({ key }) => make("option", { value: key }, key)));
  wireOriginals(answer);
  await show();
}

begin();
