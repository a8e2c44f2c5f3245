// Write addresses of derivatives, and the HTML around them: docs/html.md. This has no dependencies. It runs in
// browsers, Node.js and everything else with Web Crypto. Never give a signing key to a browser.

import { candidates, wholePx } from "./candidates.js";
import { formatNamed, InvalidSpec, read, written } from "./grammar.js";

export { InvalidSpec };

const MAX_KEY_BYTES = 895;
const FORMATS = ["avif", "webp", "jpg"];
const OWN_ATTRIBUTES = ["alt", "decoding", "height", "loading", "sizes", "src", "srcset", "width"];
const SIGNATURE_LENGTH = 16;
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** Say that no original may have this key. */
export class InvalidKey extends Error {
  constructor(reason) {
    super(reason);
    this.name = "InvalidKey";
  }
}

/** Write the canonical spelling of a SPEC. */
export function canonical(spec, { presets } = {}) {
  return written(read(spec, presets));
}

/** Write the canonical spelling, signed with the key. This replaces a signature that the SPEC has already. */
export async function sign(spec, signingKey, { presets } = {}) {
  return signedText(unsigned(read(spec, presets)), bytesOf(signingKey));
}

/** Write the address of a derivative. With a signingKey the result is a promise. */
export function url(spec, key, options = {}) {
  return withSignatures(options, (finish) => address(finish(read(spec, options.presets)), key, options));
}

/** Write the value of a srcset attribute. With a signingKey the result is a promise. */
export function srcset(key, options = {}) {
  return withSignatures(options, (finish) => srcsetOf(candidates(options.spec, options), key, finish, options));
}

/** Write a picture element, escaped. With a signingKey the result is a promise. */
export function picture(key, options = {}) {
  return withSignatures(options, (finish) => pictureOf(key, finish, options));
}

/**
 * Write a link for the head, so that the browser fetches a picture at once. With a signingKey the result is a promise.
 */
export function preload(key, options = {}) {
  return withSignatures(options, (finish) => preloadOf(key, finish, options));
}

// Signatures

function unsigned({ dimensions, options: { s: _, ...options } }) {
  return written({ dimensions, options });
}

/**
 * Call `make`, and sign every SPEC that it gives to `finish`.
 *
 * Web Crypto answers later, but `make` needs its answers at once. So `make` runs twice, first to collect the SPECs.
 */
function withSignatures(options, make) {
  if (!("signingKey" in options)) return make(written);
  const secret = bytesOf(options.signingKey);
  const specs = new Set();
  make((value) => {
    specs.add(unsigned(value));
    return unsigned(value);
  });
  return Promise.all([...specs].map(async (spec) => [spec, await signedText(spec, secret)])).then((pairs) => {
    const signed = new Map(pairs);
    return make((value) => signed.get(unsigned(value)));
  });
}

/** Take the bytes of a signing key. Refuse a variable that is not set, because the page would then be unsigned. */
function bytesOf(signingKey) {
  const secret = typeof signingKey === "string" ? new TextEncoder().encode(signingKey) : signingKey;
  if (secret?.byteLength > 0) return secret;
  const got = signingKey === undefined || signingKey === null ? String(signingKey) : "none"; // never the key itself
  throw new Error(`expected a signing key of at least 1 byte, as text or bytes, got ${got}`);
}

async function signedText(spec, secret) {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const digest = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(spec));
  return `${spec}_s-${base32(new Uint8Array(digest)).slice(0, SIGNATURE_LENGTH)}`;
}

function base32(bytes) {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{5}/g) ?? []).map((five) => BASE32[parseInt(five, 2)]).join("");
}

// Addresses

function address(spec, key, { base = "" }) {
  checkKey(key);
  return `${base.replace(/\/+$/, "")}/${quoted(`${spec}/${key}`)}`;
}

/** Percent-encode everything except A-Z a-z 0-9 - . _ ~ and the slash. */
function quoted(path) {
  return path.split("/").map((part) => encodeURIComponent(part).replace(/[!'()*]/g, hex)).join("/");
}

const hex = (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

function checkKey(key) {
  if (!key) throw new InvalidKey("expected the key of an original, got nothing");
  if (key.includes("?")) {
    // check_reachable in resizer_core/urls/paths.py gives the reason.
    throw new InvalidKey("expected a key without ?, which no address can carry: say v- in the SPEC for a new version");
  }
  if (/[\uD800-\uDFFF]/u.test(key)) throw new InvalidKey("expected a key in UTF-8");
  const length = new TextEncoder().encode(key).length;
  if (length > MAX_KEY_BYTES) throw new InvalidKey(`expected a key of at most ${MAX_KEY_BYTES} bytes, got ${length}`);
  if (/[\u0000-\u001f\u007f-\u009f]/.test(key)) throw new InvalidKey("expected a key without control characters");
  if (key.includes("\\")) throw new InvalidKey("expected a key without a backslash");
  const segments = key.split("/");
  if (segments.includes("")) throw new InvalidKey("expected a key without a leading, trailing or double slash");
  if (segments.includes(".") || segments.includes("..")) throw new InvalidKey("expected a key without a . or .. segment");
}

// srcset

function srcsetOf(offered, key, finish, options) {
  return offered.map(({ value, descriptor }) => `${address(finish(value), key, options)} ${descriptor}`).join(", ");
}

// picture

function pictureOf(key, finish, options) {
  const { alt, spec, widths, sizes, sources = [], formats = FORMATS, moving, lazy = true, attributes = {} } = options;
  if (typeof alt !== "string") throw new Error("expected alt as a text: what the picture says to those who do not see it");
  const offered = candidates(spec, options);
  const names = formatNames(formats, moving);
  // A browser without srcset is old, and its screen is probably large.
  const usual = widths === undefined ? 0 : -1;
  const sides = sidesOf(offered.at(usual), options.width, options.height);
  const shownIn = shownAs(sizes, widths, lazy && Object.keys(sides).length === 2);
  const directed = sources.flatMap((source) => {
    if (![2, 4].includes(source.length)) {
      throw new Error(`expected [media, spec] or [media, spec, width, height], got ${JSON.stringify(source)}`);
    }
    const [media, asked, width, height] = source;
    const listed = candidates(asked, options);
    const own = sidesOf(listed.at(usual), width, height);
    return sourcesOf(listed, names, key, finish, options).map((one) => ({ media, ...one, ...shownIn, ...own }));
  });
  const better = sourcesOf(offered, names, key, finish, options).map((one) => ({ ...one, ...shownIn }));
  const { type: _, ...last } = better.pop();
  const image = {
    src: address(finish(inFormat(offered.at(usual), names.at(-1), options).value), key, options),
    ...last,
    ...sides,
    alt,
    ...(lazy ? { loading: "lazy" } : {}),
    decoding: "async",
    ...checked(attributes),
  };
  return `<picture>${[...directed, ...better].map((source) => tag("source", source)).join("")}${tag("img", image)}</picture>`;
}

function preloadOf(key, finish, options) {
  const { spec, widths, sizes, format = FORMATS[0], media } = options;
  const [{ type, srcset: imagesrcset }] = sourcesOf(candidates(spec, options), [formatNamed(format).name], key, finish, options);
  const shownIn = Object.entries(shownAs(sizes, widths, false)).map(([name, value]) => [`image${name}`, value]);
  return tag("link", {
    rel: "preload",
    as: "image",
    type,
    imagesrcset,
    ...Object.fromEntries(shownIn),
    ...(media === undefined ? {} : { media }),
    fetchpriority: "high",
  });
}

/** List the names of the formats, each of them once. An animation has no AVIF, which would hold one frame. */
function formatNames(formats, moving) {
  const names = [...new Set(formats.map((word) => formatNamed(word).name))].filter((name) => !(moving && name === "avif"));
  if (names.length === 0) throw new Error("expected at least one format, got none");
  return names;
}

/** List the attributes of the source elements, one for each format. */
function sourcesOf(offered, names, key, finish, options) {
  return names.map((name) => ({
    type: formatNamed(name).mediaType,
    srcset: srcsetOf(offered.map((one) => inFormat(one, name, options)), key, finish, options),
  }));
}

function inFormat({ value, descriptor }, name, { presets }) {
  if (value.options.f) throw new Error(`expected a SPEC without f, got ${written(value)}: formats names the formats`);
  // Reading the SPEC again refuses options that this format cannot use.
  return { value: read(written({ ...value, options: { ...value.options, f: name } }), presets), descriptor };
}

/** Write the attributes that say how large the element is. */
function sidesOf({ size }, width, height) {
  if (width === undefined && height === undefined) return size ? { width: size[0], height: size[1] } : {};
  const given = Object.entries({ width, height }).filter(([, side]) => side !== undefined);
  return Object.fromEntries(given.map(([name, side]) => [name, wholePx(side, name)]));
}

/**
 * Write the attribute for the width of the element. `auto` needs `measured`, or the browser takes 300x150 px for it.
 */
function shownAs(sizes, widths, measured) {
  if (widths === undefined) {
    if (sizes !== undefined) throw new Error("sizes goes with widths: with densities the width of the element is fixed");
    return {};
  }
  const text = sizes || (measured ? "auto, 100vw" : "100vw");
  if (!measured && /^\s*auto/i.test(text)) {
    throw new Error(`sizes '${text}' needs lazy: true, and the width and the height of the element`);
  }
  return { sizes: text };
}

function checked(attributes) {
  for (const name of Object.keys(attributes)) {
    if (!/^[a-z][a-z0-9:_.-]*$/.test(name) || OWN_ATTRIBUTES.includes(name)) {
      throw new Error(`expected the name of an attribute that is not set otherwise, got '${name}'`);
    }
  }
  return attributes;
}

const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

function escaped(value, attribute) {
  if (typeof value !== "string" && typeof value !== "number") {
    throw new Error(`expected a text or a number for ${attribute}, got ${value === null ? "null" : typeof value}`);
  }
  return String(value).replace(/[&<>"']/g, (character) => ESCAPED[character]);
}

function tag(name, attributes) {
  return `<${name}${Object.entries(attributes).map(([attribute, value]) => ` ${attribute}="${escaped(value, attribute)}"`).join("")}>`;
}
