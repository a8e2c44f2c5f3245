// Write the texts to copy. This uses no DOM except an inert document, which loads nothing.

import { canonical, picture, srcset } from "/_loop/js/resizer.js";

const SUFFIXES = {
  "image/avif": "avif",
  "image/gif": "gif",
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/tiff": "tif",
  "image/webp": "webp",
};
const ACCEPT = "image/avif,image/webp,image/*";
const DROPPED = "dropped/";

/** Take the facts for the snippets from the page's answers. Return null if there is nothing to copy. */
export function factsOf({ state, explained, walk }, { base, alt, presets }) {
  if (!explained?.canonical || explained.refused || (walk && walk.status !== 200)) return null;
  const { canonical: spec, path, original, format, plan, size } = explained;
  return {
    base,
    alt,
    presets,
    key: state.key,
    spec,
    path,
    mediaType: walk?.media_type ?? format?.media_type,
    size: size.planned?.split("x").map(Number) ?? null,
    original: original && [original.width, original.height],
    moves: Boolean(format?.animation && plan?.pages.count > 1),
    isClear: !/_bg-[0-9a-f]{6}(_|$)/.test(spec) && (original?.has_alpha || /_(round|pad|fit-contain)/.test(spec)),
  };
}

/** Write the snippets in the order of their tabs. Each has an id, a label, and a text or the reason for none. */
export function snippets(state) {
  return [
    snippet("url", "URL", () => state.base + state.path),
    snippet("img", "<img srcset>", () => imageText(state)),
    snippet("picture", "<picture>", () => broken(picture(state.key, elementOptions(state)))),
    snippet("python", "Python", () => pythonText(state)),
    snippet("javascript", "JavaScript", () => javascriptText(state)),
    snippet("curl", "curl", () => curlText(state)),
    snippet("command", "Command", () => commandText(state)),
  ];
}

function snippet(id, label, write) {
  try {
    return { id, label, text: write(), reason: "" };
  } catch (error) {
    return { id, label, text: "", reason: error.message };
  }
}

/** Quote a text as one word of a POSIX shell. */
export const shellQuoted = (text) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;

/** Write a value in the syntax that Python and JavaScript share. */
const literal = (value) => (Array.isArray(value) ? `[${value.map(literal).join(", ")}]` : JSON.stringify(value));

// HTML

const inert = () => document.implementation.createHTMLDocument("");

/** Put each tag on a line of its own. An attribute has no bare angle bracket, so "><" is always between two tags. */
const broken = (html) => html.replaceAll("><", ">\n<").replace(/\n<(source|img)/g, "\n  <$1");

function imageText(state) {
  const image = inert().createElement("img");
  const set = withDensities((densities) => srcset(state.key, { ...known(state), ...densities, spec: state.spec }));
  const attributes = { src: state.base + state.path, srcset: set, ...sides(state), alt: state.alt, loading: "lazy" };
  for (const [name, value] of Object.entries(attributes)) image.setAttribute(name, value);
  return image.outerHTML.replace(" srcset=", "\n  srcset=").replace(/ (width|alt)=/, "\n  $1=");
}

/** Write with two densities if the package can multiply the SPEC, else with one. */
function withDensities(write) {
  try {
    return write({});
  } catch {
    return write({ densities: [1] });
  }
}

const known = ({ base, original }) => ({ base, ...(original ? { original } : {}) });
const sides = ({ size }) => (size ? { width: size[0], height: size[1] } : {});

/** Choose the options of the package's `picture` for this state. */
export function elementOptions(state) {
  const parts = state.spec.split("_");
  const bare = parts.filter((part) => !part.startsWith("f-")).join("_");
  const options = {
    spec: bare,
    alt: state.alt,
    formats: formatsOf(state, bare, parts.find((part) => part.startsWith("f-"))?.slice(2)),
    ...known(state),
  };
  return withDensities((densities) => {
    const all = { ...options, ...densities };
    // If the package does not know the size of the element, take it from the state.
    return picture(state.key, all).includes(" width=") ? all : { ...all, ...sides(state) };
  });
}

/** List the format of the spec, or all good formats for pages. The last is one that every browser shows. */
function formatsOf({ mediaType, moves, isClear }, bare, asked) {
  const last = moves ? "gif" : isClear ? "png" : "jpg";
  const first = ["avif", "webp"].includes(asked) ? [asked] : ["avif", "webp"];
  const all = ["jpg", "png", "gif"].includes(asked) ? [asked] : [...first, last];
  const fit = [...new Set(all)].filter((name) => !(moves && name === "avif") && isTaken(`${bare}_f-${name}`));
  return fit.length ? fit : [SUFFIXES[mediaType] ?? "jpg"];
}

function isTaken(spec) {
  try {
    return Boolean(canonical(spec));
  } catch {
    return false;
  }
}

// Names of files

/** Write the path of the original from the folder of originals. It must not begin with a dash, like an option. */
function fileOf(key) {
  const path = key.startsWith(DROPPED) ? key.slice(DROPPED.length) : key;
  return path.startsWith("-") ? `./${path}` : path;
}

/** Make a name for the derivative, other than the original's. */
function madeFile({ key, spec, mediaType }) {
  const name = key.split("/").at(-1);
  const stem = name.replace(/^-+/, "").replace(/(.)\.[^.]*$/, "$1");
  return `${stem}-${spec.split("_")[0]}.${SUFFIXES[mediaType] ?? "jpg"}`;
}

const watermarkOf = (spec) => spec.match(/_wm-([a-z][a-z0-9.]*)/)?.[1];
const presetOf = ({ spec, presets }) => {
  const name = spec.match(/^p-([a-z0-9.]+)/)?.[1];
  return name && presets?.[name] ? { [name]: presets[name] } : undefined;
};

// Code

/** Write the options as the lines between the brackets of a call. */
const lines = (options, write) => Object.entries(options).map(([name, value]) => `  ${write(name, value)},`).join("\n");

function pythonText(state) {
  const { key, spec } = state;
  const [preset, mark] = [presetOf(state), watermarkOf(spec)];
  const site = [
    ...(preset ? [`presets=parse_presets(${literal(preset)})`] : []),
    ...(mark ? [`watermarks={${literal(mark)}: Path(${literal(`${mark}.png`)}).read_bytes()}`] : []),
  ];
  const names = ["picture", "resize", ...(site.length ? ["Site"] : []), ...(preset ? ["parse_presets"] : [])].sort();
  const accept = /_f-auto(_|$)/.test(spec) ? `, accept=${literal(ACCEPT)}` : "";
  const element = elementOptions(state);
  const written = lines(element, (name, value) => `  ${name}=${literal(value)}`) + (preset ? "\n    site=site," : "");
  return [
    "from pathlib import Path",
    "",
    `from resizer_core import ${names.join(", ")}`,
    "",
    ...(site.length ? [`site = Site(${site.join(", ")})`] : []),
    `original = Path(${literal(fileOf(key))}).read_bytes()`,
    `made = resize(original, ${literal(spec)}${accept}${site.length ? ", site=site" : ""})`,
    `Path(${literal(madeFile(state))}).write_bytes(made.body)`,
    "",
    `html = picture(\n    ${literal(key)},\n${written}\n)`,
  ].join("\n");
}

function javascriptText(state) {
  const written = lines(elementOptions(state), (name, value) => `${name}: ${literal(value)}`);
  return `import { picture } from "resizer-html";\n\nconst html = picture(${literal(state.key)}, {\n${written}\n});`;
}

function curlText(state) {
  const accept = /_f-auto(_|$)/.test(state.spec) ? ` -H ${shellQuoted(`Accept: ${ACCEPT}`)}` : "";
  return `curl -sSfL${accept} -o ${shellQuoted(madeFile(state))} ${shellQuoted(state.base + state.path)}`;
}

function commandText(state) {
  const [preset, mark] = [presetOf(state), watermarkOf(state.spec)];
  const before = preset ? `RESIZER_PRESETS=${shellQuoted(literal(preset))} ` : "";
  const option = mark ? ` --watermark ${shellQuoted(`${mark}=${mark}.png`)}` : "";
  const files = [fileOf(state.key), madeFile(state)].map(shellQuoted).join(" ");
  return `${before}resizer resize${option} ${state.spec} ${files}`;
}
