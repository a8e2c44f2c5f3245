// Addresses of derivatives, and the HTML around them: docs/html.md. No dependencies; for browsers, Node.js and whatever
// else has Web Crypto. A key of signatures never belongs into a browser.

import { decimal, formatNamed, hasLengths, InvalidSpec, made, PIXEL_RATIO, formatNumber, read, written } from "./grammar.js";

export { InvalidSpec };

const MAX_KEY_BYTES = 895;
const FORMATS = ["avif", "webp", "jpg"];
const DENSITIES = [1, 2];
const OWN_ATTRIBUTES = ["alt", "decoding", "height", "loading", "sizes", "src", "srcset", "width"];
const SIGNATURE_LENGTH = 16;
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** A key that no original may have. */
export class InvalidKey extends Error {
  constructor(reason) {
    super(reason);
    this.name = "InvalidKey";
  }
}

/** The canonical spelling of a SPEC. */
export function canonical(spec, { presets } = {}) {
  return written(read(spec, presets));
}

/** The canonical spelling with the signature that the key gives it; one that it had is replaced. */
export async function sign(spec, signingKey, { presets } = {}) {
  return signedText(unsigned(read(spec, presets)), signingKey);
}

/** The address of a derivative. With a signingKey it is a promise of it. */
export function url(spec, key, options = {}) {
  return withSignatures(options, (finish) => address(finish(read(spec, options.presets)), key, options));
}

/** The value of a srcset attribute. With a signingKey it is a promise of it. */
export function srcset(key, options = {}) {
  return withSignatures(options, (finish) => srcsetOf(candidates(options), key, finish, options));
}

/** A picture element, escaped. With a signingKey it is a promise of it. */
export function picture(key, options = {}) {
  return withSignatures(options, (finish) => pictureOf(key, finish, options));
}

// Signatures

function unsigned({ dimensions, options: { s: _, ...options } }) {
  return written({ dimensions, options });
}

/**
 * What `make` makes, with every SPEC signed that it hands to `finish`.
 *
 * Web Crypto answers later, HTML is made at once: so it is made twice, first to see which SPECs there are.
 */
function withSignatures({ signingKey }, make) {
  if (signingKey === undefined) return make(written);
  const specs = new Set();
  make((value) => {
    specs.add(unsigned(value));
    return unsigned(value);
  });
  return Promise.all([...specs].map(async (spec) => [spec, await signedText(spec, signingKey)])).then((pairs) => {
    const signed = new Map(pairs);
    return make((value) => signed.get(unsigned(value)));
  });
}

async function signedText(spec, signingKey) {
  const secret = typeof signingKey === "string" ? new TextEncoder().encode(signingKey) : signingKey;
  if (secret.byteLength === 0) throw new Error("expected a signing key of at least 1 byte, got none");
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

/** Everything is encoded but A-Z a-z 0-9 - . _ ~ and the slash. */
function quoted(path) {
  return path.split("/").map((part) => encodeURIComponent(part).replace(/[!'()*]/g, hex)).join("/");
}

const hex = (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

function checkKey(key) {
  if (!key) throw new InvalidKey("expected the key of an original, got nothing");
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

/** The pictures that a browser may choose from: each a value and what tells it which. */
function candidates({ spec, widths, densities, presets }) {
  const given = spec === undefined ? undefined : read(spec, presets);
  if (given?.options.s) throw new Error(`expected a SPEC without s, got ${spec}: signingKey signs what is made of it`);
  if (widths !== undefined) {
    if (densities !== undefined) throw new Error("expected widths or densities, got both");
    if (widths.length === 0) throw new Error("expected at least one width, got none");
    return ascending(widths).map((width) => ({ value: atWidth(given, width), descriptor: `${width}w` }));
  }
  if (given === undefined) throw new Error("expected a SPEC or widths, got neither");
  const dense = ascending(densities ?? DENSITIES);
  if (dense.length === 0) throw new Error("expected at least one density, got none");
  return dense.map((density) => ({ value: atDensity(given, density, presets), descriptor: `${formatNumber(density)}x` }));
}

const ascending = (numbers) => [...new Set(numbers)].sort((one, other) => one - other);
/** Half up, in whole numbers. */
const quotient = (dividend, divisor) => Math.floor((2 * dividend + divisor) / (2 * divisor));

function atWidth(spec, width) {
  if (!Number.isInteger(width) || width < 1) throw new Error(`expected widths of at least 1 px, got ${width}`);
  if (spec === undefined) return made({ width, height: null }, {});
  const { dimensions, options } = spec;
  if (!dimensions.width) throw new Error(`expected a SPEC with a width to go with widths, got ${written(spec)}`);
  if (hasLengths(spec)) {
    throw new Error(`${written(spec)} has lengths that belong to one width: give densities, not widths`);
  }
  const height = dimensions.height && Math.max(1, quotient(dimensions.height * width, dimensions.width));
  return made({ width, height }, options);
}

function atDensity(spec, density, presets) {
  decimal(formatNumber(density), PIXEL_RATIO.lowest, PIXEL_RATIO.highest, "device pixels per CSS pixel");
  if (density === 1) return spec;
  const { dimensions, options, resolved } = spec;
  const sized = (resolved ?? spec).dimensions;
  const unknown = dimensions.preset !== undefined && !resolved; // only the server knows its sides
  if (!(sized.width || sized.height || unknown) || options.dpr) {
    throw new Error(`expected a SPEC with sides that densities can multiply, got ${written(spec)}`);
  }
  return made(dimensions, { ...options, dpr: density }, presets);
}

function srcsetOf(offered, key, finish, options) {
  return offered.map(({ value, descriptor }) => `${address(finish(value), key, options)} ${descriptor}`).join(", ");
}

// picture

function pictureOf(key, finish, options) {
  const { alt, widths, sizes, formats = FORMATS, lazy = true, attributes = {}, presets } = options;
  if (typeof alt !== "string") throw new Error("expected alt: what the picture says to those who do not see it");
  const offered = candidates(options);
  if (widths === undefined && sizes !== undefined) {
    throw new Error("sizes goes with widths: with densities the width of the element is fixed");
  }
  const shownIn = widths === undefined ? {} : { sizes: sizes || "100vw" };
  if (formats.length === 0) throw new Error("expected at least one format, got none");
  const inFormat = ({ value, descriptor }, name) => {
    if (value.options.f) throw new Error(`expected a SPEC without f, got ${written(value)}: formats says the formats`);
    // Read again, so that what does not go with the format is refused.
    return { value: read(written({ ...value, options: { ...value.options, f: name } }), presets), descriptor };
  };
  const sources = formats.map((word) => {
    const { name, mediaType } = formatNamed(word);
    const named = offered.map((one) => inFormat(one, name));
    return { type: mediaType, srcset: srcsetOf(named, key, finish, options), ...shownIn };
  });
  // A browser that knows no srcset is old, and its screen large rather than small.
  const usual = offered[widths === undefined ? 0 : offered.length - 1];
  const { type: _, ...last } = sources.pop();
  const image = {
    src: address(finish(inFormat(usual, formatNamed(formats.at(-1)).name).value), key, options),
    ...last,
    ...sidesOf(usual.value, options),
    alt,
    ...(lazy ? { loading: "lazy" } : {}),
    decoding: "async",
    ...checked(attributes),
  };
  return `<picture>${sources.map((source) => tag("source", source)).join("")}${tag("img", image)}</picture>`;
}

function sidesOf(value, { width, height }) {
  const given = width === undefined && height === undefined ? fixedSides(value) : { width, height };
  return Object.fromEntries(Object.entries(given).filter(([, side]) => side !== undefined && side !== null));
}

/** Width and height of the derivative where the SPEC fixes both, whatever the original. */
function fixedSides(value) {
  const { dimensions, options } = value.resolved ?? value;
  const { width, height } = dimensions;
  // A margin adds to them, and nobody knows what a plugin does.
  if (options.pad || Object.keys(options).some((key) => key.includes("."))) return {};
  if (width && height) return ["cover", "contain", "fill"].includes(options.fit) ? { width, height } : {};
  if (!options.ar || !(width || height)) return {};
  const [across, down] = options.ar;
  return width
    ? { width, height: Math.max(1, quotient(width * down, across)) }
    : { width: Math.max(1, quotient(height * across, down)), height };
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
const escaped = (value) => String(value).replace(/[&<>"']/g, (character) => ESCAPED[character]);

function tag(name, attributes) {
  return `<${name}${Object.entries(attributes).map(([attribute, value]) => ` ${attribute}="${escaped(value)}"`).join("")}>`;
}
