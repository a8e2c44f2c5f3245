// Implement the grammar of docs/grammar.md: read() takes a SPEC in any spelling, and written() gives the canonical one.
// It must do the same as resizer_core/urls/grammar.py and spec.py. ../tests/vectors/urls.json tests both.

const MAX_BYTES = 128;
const MAX_OPTIONS = 12;
const MAX_SIDE = 99_999;

export const PIXEL_RATIO = { lowest: 1, highest: 4 };

const FORMATS = {
  jpg: { mediaType: "image/jpeg", quality: true, lossless: false },
  png: { mediaType: "image/png", quality: false, lossless: false },
  webp: { mediaType: "image/webp", quality: true, lossless: true },
  avif: { mediaType: "image/avif", quality: true, lossless: true },
  gif: { mediaType: "image/gif", quality: false, lossless: false },
  tif: { mediaType: "image/tiff", quality: false, lossless: false },
};
const ALIASES = { jpeg: "jpg", tiff: "tif" };

const FITS = ["inside", "cover", "contain", "fill", "outside"];
const COMPASS = ["c", "n", "ne", "e", "se", "s", "sw", "w", "nw"];
const SMART = ["sm", "en"];
/** The point of each compass direction, in percent. The centre comes last. */
const POINTS = { nw: [0, 0], n: [50, 0], ne: [100, 0], w: [0, 50], e: [100, 50], sw: [0, 100], s: [50, 100], se: [100, 100], c: [50, 50] };
const AFTER_PRESET = ["f", "q", "v", "dpr", "s"];
/** The key of a plugin's option, and an argument. */
const PLUGIN = /^[a-z][a-z0-9]{0,15}\.[a-z][a-z0-9]{0,15}$/;
const WORD = /^[a-z0-9.]{1,64}$/;

/** Say that a SPEC breaks the grammar. `source.slice(start, end)` is the part that is wrong. */
export class InvalidSpec extends Error {
  constructor(reason, source, start, end) {
    const marks = "^".repeat(Math.max(1, end - start));
    super(`${reason}\n  ${source}\n  ${" ".repeat(start)}${marks}`);
    this.name = "InvalidSpec";
    Object.assign(this, { reason, source, start, end });
  }
}

/** Say that a part is out of its range, or that parts do not go together. The error points at the first key given. */
class InvalidField extends Error {
  constructor(reason, ...keys) {
    super(reason);
    this.keys = keys;
  }
}

/** Find the format that a word means. */
export function formatNamed(word) {
  const name = ALIASES[word] ?? word;
  if (!Object.hasOwn(FORMATS, name)) {
    throw new Error(`unknown format '${word}'; known: ${Object.keys(FORMATS).join(", ")}`);
  }
  return { name, ...FORMATS[name] };
}

// Numbers and words

const shown = (text) => (text ? `'${text}'` : "nothing");

function integer(text, lowest, highest, what = "") {
  const digits = lowest < 0 ? text.replace(/^m/, "") : text;
  if (digits.length <= 6 && /^(?:0|[1-9][0-9]*)$/.test(digits) && text !== "m0") {
    const value = text.startsWith("m") ? -Number(digits) : Number(digits);
    if (lowest <= value && value <= highest) return value;
  }
  throw new Error(`expected ${range(lowest, highest, what)}, got ${shown(text)}`);
}

export function decimal(text, lowest, highest, what) {
  if (text.length <= 6 && /^(?:0|[1-9][0-9]*)(?:\.[1-9])?$/.test(text)) {
    const value = Number(text);
    if (lowest <= value && value <= highest) return value;
  }
  throw new Error(`expected ${range(lowest, highest, what)}, got ${shown(text)}`);
}

function choice(text, words) {
  if (words.includes(text)) return text;
  throw new Error(`expected one of ${words.join(", ")}, got ${shown(text)}`);
}

function flag(given) {
  if (given.length > 0) throw new Error(`expected no argument, got ${shown(given.join("-"))}`);
  return true;
}

function singleArgument(given, what) {
  if (given.length === 1) return given[0];
  throw new Error(`expected ${what}, got ${shown(given.join("-"))}`);
}

function matching(pattern, what) {
  return (given) => {
    const text = singleArgument(given, what);
    if (!pattern.test(text)) throw new Error(`expected ${what}, got ${shown(text)}`);
    return text;
  };
}

export const formatNumber = (number) => String(number).replace("-", "m");
const range = (lowest, highest, what) => `${formatNumber(lowest)} to ${formatNumber(highest)} ${what}`.trimEnd();

/** Multiply two numbers with at most one decimal, in whole hundredths, and round half up. */
function times(value, factor, decimals = 0) {
  const hundredths = Math.round(value * 10) * Math.round(factor * 10);
  return decimals === 0 ? Math.floor((hundredths + 50) / 100) : Math.floor((hundredths + 5) / 10) / 10;
}

const between = (lowest, highest, what) => (given) => integer(singleArgument(given, range(lowest, highest, what)), lowest, highest, what);
const among = (words) => (given) => choice(singleArgument(given, words.join(" or ")), words);

// The operations. Each is a list of its arguments. An operation that is written as "" changes nothing.

function within(value, lowest, highest, what) {
  if (value < lowest || value > highest) throw new Error(`${what} is ${lowest} to ${highest} px, got ${value}`);
  return value;
}

function padding(given) {
  const sides = given.map((side) => integer(side, 0, 2000, "px"));
  if (sides.length === 1) return [sides[0], sides[0], sides[0], sides[0]];
  if (sides.length === 4) return sides;
  throw new Error(`expected N or T-R-B-L, 0 to 2000 px, got ${shown(given.join("-"))}`);
}

const MARK = ["se", 100, 20];

function watermark(given) {
  if (given.length < 1 || given.length > 4) {
    throw new Error(`expected NAME[-position[-opacity[-scale]]], got ${shown(given.join("-"))}`);
  }
  const [mark, position = MARK[0], opacity = `${MARK[1]}`, scale = `${MARK[2]}`] = given;
  if (!WORD.test(mark)) throw new Error(`expected the name of a watermark, got ${shown(mark)}`);
  return [mark, choice(position, [...COMPASS, "tile"]), integer(opacity, 1, 100, "%"), integer(scale, 1, 100, "%")];
}

function written4(sides) {
  if (!sides.some(Boolean)) return "";
  return sides.every((side) => side === sides[0]) ? `pad-${sides[0]}` : `pad-${sides.join("-")}`;
}

function writtenMark([mark, ...rest]) {
  while (rest.length > 0 && rest.at(-1) === MARK[rest.length - 1]) rest.pop();
  return ["wm", mark, ...rest].join("-");
}

const percentage = (key, long) => ({
  key,
  long,
  read: between(-100, 100, "%"),
  write: (value) => (value ? `${key}-${formatNumber(value)}` : ""),
});

const OPERATIONS = [
  {
    key: "blur",
    long: "blur",
    read: (given) => decimal(singleArgument(given, "0.3 to 100 px"), 0.3, 100, "px"),
    write: (sigma) => `blur-${formatNumber(sigma)}`,
    scale: (sigma, factor) => within(times(sigma, factor, 1), 0.3, 100, "blur"),
  },
  {
    key: "sharp",
    long: "sharpen",
    read: (given) => (given.length === 0 ? 1 : decimal(singleArgument(given, "0.1 to 10 px"), 0.1, 10, "px")),
    write: (sigma) => (sigma === 1 ? "sharp" : `sharp-${formatNumber(sigma)}`),
  },
  { key: "pix", long: "pixelate", read: between(2, 200, "px"), write: (side) => `pix-${side}` },
  percentage("bri", "brightness"),
  percentage("con", "contrast"),
  percentage("sat", "saturation"),
  { key: "gray", long: "grayscale", read: flag, write: () => "gray" },
  {
    key: "pad",
    long: "padding",
    read: padding,
    write: written4,
    scale: (sides, factor) => sides.map((side) => within(times(side, factor), 0, 2000, "pad")),
  },
  {
    key: "round",
    long: "radius",
    read: (given) => (given.join("-") === "max" ? "max" : integer(singleArgument(given, "1 to 4096 px or max"), 1, 4096, "px or max")),
    write: (pixels) => `round-${pixels}`,
    scale: (pixels, factor) => (pixels === "max" ? pixels : within(times(pixels, factor), 1, 4096, "round")),
  },
  { key: "wm", long: "watermark", read: watermark, write: writtenMark },
];

// The other options

function crop(given) {
  if (given.length !== 4) {
    throw new Error(`expected X-Y-W-H in px, or four of 0p to 100p, got ${shown(given.join("-"))}`);
  }
  const percent = given[0].endsWith("p");
  if (given.some((part) => part.endsWith("p") !== percent)) {
    throw new Error("expected four numbers of px or four of percent, got both");
  }
  const box = given.map((part) => (percent ? decimal(part.slice(0, -1), 0, 100, "percent") : integer(part, 0, MAX_SIDE, "px")));
  if (box[2] <= 0 || box[3] <= 0) throw new Error("expected a crop with a width and a height above 0");
  return { box, percent };
}

function ratio(given) {
  if (given.length !== 2) throw new Error(`expected W-H, each 1 to 999, got ${shown(given.join("-"))}`);
  const [width, height] = given.map((side) => integer(side, 1, 999, "for a side of the ratio"));
  let [divisor, rest] = [width, height];
  while (rest) [divisor, rest] = [rest, divisor % rest];
  return [width / divisor, height / divisor];
}

/** Read a word, or a point as [x, y]. A point with a compass direction becomes its word. */
function gravity(given) {
  if (given.length !== 2) return among([...COMPASS, ...SMART])(given);
  const [x, y] = given.map((part) => integer(part, 0, 100, "percent"));
  const found = Object.entries(POINTS).find(([, point]) => point[0] === x && point[1] === y);
  return found ? found[0] : [x, y];
}

function colour(given) {
  const text = singleArgument(given, "rrggbb or rrggbbaa");
  const digits = text.length === 3 ? [...text].map((digit) => digit + digit).join("") : text;
  if (![6, 8].includes(digits.length) || !/^[0-9a-f]+$/.test(digits)) {
    throw new Error(`expected rrggbb or rrggbbaa in hexadecimal, got ${shown(text)}`);
  }
  return digits.length === 8 && digits.endsWith("ff") ? digits.slice(0, 6) : digits;
}

function format(given) {
  const word = singleArgument(given, "the name of a format");
  return word === "auto" ? word : formatNamed(word).name;
}

const FLIPS = { h: [0, true], v: [2, true], hv: [2, false] };

const OPTIONS = [
  { key: "page", long: "page", read: between(1, 9999) },
  { key: "still", long: "still", read: flag },
  { key: "crop", long: "crop", read: crop },
  { key: "trim", long: "trim", read: (given) => (given.length === 0 ? 10 : between(0, 255, "levels")(given)) },
  { key: "rot", long: "rotate", read: (given) => Number(among(["90", "180", "270"])(given)) / 90 },
  { key: "flip", long: "flip", read: (given) => FLIPS[among(Object.keys(FLIPS))(given)] },
  { key: "ar", long: "ratio", read: ratio },
  { key: "fit", long: "fit", read: among(FITS) },
  { key: "g", long: "gravity", read: gravity },
  { key: "up", long: "enlarge", read: flag },
  { key: "bg", long: "background", read: colour },
  { key: "bars", long: "bars", read: colour },
  { key: "f", long: "format", read: format },
  { key: "q", long: "quality", read: between(1, 100) },
  { key: "kb", long: "maxkb", read: between(1, 20_000, "KiB") },
  { key: "ll", long: "lossless", read: flag },
  { key: "meta", long: "metadata", read: among(["none", "copyright", "keep"]) },
  { key: "icc", long: "profile", read: among(["srgb", "p3", "keep"]) },
  { key: "hdr", long: "hdr", read: flag },
  { key: "dl", long: "download", read: flag },
  { key: "v", long: "version", read: matching(/^[a-z0-9]{1,16}$/, "1 to 16 of a-z and 0-9") },
  {
    key: "dpr",
    long: "dpr",
    read: (given) => {
      const { lowest, highest } = PIXEL_RATIO;
      return decimal(singleArgument(given, `${lowest} to ${highest}`), lowest, highest, "device pixels per CSS pixel");
    },
  },
  { key: "s", long: "signature", read: matching(/^[a-z2-7]{16}$/, "16 characters of base32 (a-z, 2-7)") },
];

const BY_NAME = new Map([...OPTIONS, ...OPERATIONS].flatMap((option) => [[option.key, option], [option.long, option]]));

function named(name) {
  if (BY_NAME.has(name)) return BY_NAME.get(name);
  if (PLUGIN.test(name)) return { key: name, read: (given) => plugin(name, given) };
  throw new Error(`unknown option '${name}'; known: ${[...OPTIONS, ...OPERATIONS].map((option) => option.key).join(", ")}`);
}

/** Keep the text of a plugin's option. Only the plugin, on the server, knows its meaning. */
function plugin(name, given) {
  const wrong = given.find((argument) => !WORD.test(argument));
  if (wrong !== undefined) throw new Error(`expected arguments of a-z, 0-9 and dots, got ${shown(wrong)}`);
  return [name, ...given].join("-");
}

// Reading

/**
 * Read a SPEC. Its value has the dimensions, and `options` by their keys.
 *
 * `presets` are SPECs by name. The value of a SPEC with such a preset also has `resolved`: the SPEC of the preset, with
 * the options of this SPEC added. Without `presets` every name is accepted, and only the server knows its SPEC.
 */
export function read(source, presets) {
  const wrong = (reason, part) => new InvalidSpec(reason, source, part.start, part.start + part.text.length);
  const [first, ...rest] = split(source, wrong);
  if (rest.length > MAX_OPTIONS) throw wrong(`expected at most ${MAX_OPTIONS} options, got ${rest.length}`, rest[MAX_OPTIONS]);
  const given = (part, reader) => {
    try {
      return reader();
    } catch (error) {
      throw wrong(error.message, part);
    }
  };
  const dimensions = given(first, () => readDimensions(first.text, presets));
  const parts = new Map();
  const options = {};
  for (const part of rest) {
    given(part, () => {
      // Only options may be in upper case: S3's routing rules match the dimensions, in lower case.
      const [name, ...args] = part.text.toLowerCase().split("-");
      const option = named(name);
      if (args.includes("")) throw new Error(`expected an argument after each dash of ${name}, got nothing`);
      if (parts.has(option.key)) throw new Error(`${option.key} is given twice`);
      parts.set(option.key, part);
      options[option.key] = option.read(args);
    });
  }
  if (dimensions.preset !== undefined) {
    for (const [key, part] of parts) {
      if (!AFTER_PRESET.includes(key)) throw wrong("besides a preset only f, q, v, dpr and s may follow", part);
    }
  }
  try {
    const spec = made(dimensions, options, presets);
    checkFormat(spec.resolved ?? spec);
    if (written(spec).length > MAX_BYTES) throw new InvalidField(`expected at most ${MAX_BYTES} bytes once written in full: ${written(spec)}`, "all");
    return spec;
  } catch (error) {
    if (!(error instanceof InvalidField)) throw error;
    const at = error.keys[0] === "all" ? { text: source, start: 0 } : parts.get(error.keys.find((key) => parts.has(key)));
    throw wrong(error.message, at ?? first);
  }
}

function split(source, wrong) {
  const characters = [...source];
  if (characters.length > MAX_BYTES) {
    const surplus = characters.slice(MAX_BYTES).join("");
    const reason = `expected at most ${MAX_BYTES} bytes, got ${characters.length}`;
    throw wrong(reason, { text: surplus, start: source.length - surplus.length });
  }
  const foreign = /[^A-Za-z0-9._-]/u.exec(source);
  if (foreign) {
    throw wrong(`expected only a-z, 0-9, dots, dashes and underscores, got '${foreign[0]}'`, { text: foreign[0], start: foreign.index });
  }
  let start = 0;
  return source.split("_").map((text) => {
    const part = { text, start };
    if (!text) throw wrong(`expected ${start ? "an option" : "a size, Np, orig or p-NAME"}, got nothing`, part);
    start += text.length + 1;
    return part;
  });
}

function readDimensions(text, presets) {
  if (text === "orig") return { original: true };
  const preset = /^p-([a-z][a-z0-9.]{0,31})$/.exec(text);
  if (preset) {
    if (presets && !Object.hasOwn(presets, preset[1])) {
      throw new Error(`unknown preset '${preset[1]}'; known: ${Object.keys(presets).sort().join(", ") || "none is configured"}`);
    }
    return { preset: preset[1] };
  }
  const percent = /^([0-9]+)p$/.exec(text);
  if (percent) return { percent: integer(percent[1], 1, 100, "percent") };
  const size = /^(?!x$)([0-9]*)x([0-9]*)$/.exec(text);
  if (!size) throw new Error(`expected a size (WxH, Wx, xH), Np, orig or p-NAME in lower case, got '${text}'`);
  const what = "px, or the side left out (300x, x200)";
  const [width, height] = size.slice(1).map((side) => (side ? integer(side, 1, MAX_SIDE, what) : null));
  return { width, height };
}

/** Make the value of these options. Leave out options without an effect, and refuse those that do not go together. */
export function made(dimensions, given, presets) {
  const options = { ...given };
  if (options.page === 1) options.still = true;
  if (options.page === 1) delete options.page;
  else if (options.page) delete options.still;
  if (options.crop?.percent && String(options.crop.box) === "0,0,100,100") delete options.crop;
  const bothSides = Boolean(dimensions.width && dimensions.height);
  if (!bothSides || options.fit === "inside") delete options.fit;
  if (!options.ar && !["cover", "contain"].includes(options.fit)) delete options.g;
  if (options.g === "c") delete options.g;
  for (const [key, fixed] of [["meta", "none"], ["icc", "srgb"], ["dpr", 1]]) {
    if (options[key] === fixed) delete options[key];
  }
  for (const { key, write } of OPERATIONS) {
    if (key in options && write(options[key]) === "") delete options[key];
  }
  if ((options.fit !== "contain" && !("pad" in options)) || options.bars === options.bg) delete options.bars;
  let size = dimensions;
  if (options.dpr && dimensions.preset === undefined) {
    size = scale(dimensions, options, options.dpr);
    delete options.dpr;
  }
  const spec = { dimensions: size, options };
  check(spec, bothSides);
  if (dimensions.preset !== undefined && presets && Object.hasOwn(presets, dimensions.preset)) {
    const inner = read(presets[dimensions.preset]);
    const own = Object.fromEntries(["f", "q", "v", "dpr"].filter((key) => key in options).map((key) => [key, options[key]]));
    spec.resolved = made(inner.dimensions, { ...inner.options, ...own });
  }
  return spec;
}

function scale(dimensions, options, factor) {
  try {
    for (const { key, scale: scaled } of OPERATIONS) {
      if (scaled && key in options) options[key] = scaled(options[key], factor);
    }
  } catch (error) {
    throw new InvalidField(`multiplied by ${formatNumber(factor)}: ${error.message}`, "dpr");
  }
  if (!dimensions.width && !dimensions.height) return dimensions;
  return { width: dimensions.width && times(dimensions.width, factor), height: dimensions.height && times(dimensions.height, factor) };
}

function check({ dimensions, options }, bothSides) {
  if (Math.max(dimensions.width ?? 1, dimensions.height ?? 1) > MAX_SIDE) {
    throw new InvalidField(`expected sides of 1 to ${MAX_SIDE} px, got ${writtenDimensions(dimensions)}`, "dpr");
  }
  if (options.ar && bothSides) {
    throw new InvalidField("ar goes with Wx, xH, Np or orig: with both sides the ratio is given already", "ar");
  }
  if (SMART.includes(options.g) && options.fit === "contain") {
    throw new InvalidField(`g-${options.g} needs something to cut off: fit-cover or ar`, "g");
  }
  if (options.ll && (options.q || options.kb)) {
    throw new InvalidField("ll excludes q and kb: a lossless picture has no quality", "ll", "q", "kb");
  }
}

/** Refuse a quality or lossless encoding, if the SPEC names a format that cannot use it. */
function checkFormat({ options }) {
  if (options.ll && options.f === "auto") {
    throw new InvalidField("expected ll with webp or avif, got auto, which may be jpg", "ll", "f");
  }
  if (!options.f || options.f === "auto") return;
  const { name, quality, lossless } = formatNamed(options.f);
  if (options.q && !quality) throw new InvalidField(`${name} is lossless and takes no quality`, "q");
  if (options.kb && !quality) throw new InvalidField(`${name} is lossless: its size cannot be chosen`, "kb");
  if (options.ll && !lossless) throw new InvalidField(`expected ll with webp or avif, got ${name}`, "ll", "f");
}

/** Say whether a quality may be added: the SPEC has none, and its format, as far as it is known, can use one. */
export function takesQuality({ dimensions, options }) {
  // The server chooses the quality of a preset, because only the server knows its SPEC.
  if (dimensions.preset !== undefined || options.q || options.ll) return false;
  return !options.f || options.f === "auto" || formatNamed(options.f).quality;
}

/** Say whether an option has a length in pixels, which does not follow the size of the picture. */
export function hasLengths({ options }) {
  return OPERATIONS.some(({ key, scale: scaled }) => {
    if (!scaled || !(key in options)) return false;
    try {
      return String(scaled(options[key], 2)) !== String(options[key]);
    } catch {
      return true; // it has a length that cannot be doubled
    }
  });
}

// Writing

const writtenDimensions = ({ original, percent, preset, width, height }) => {
  if (original) return "orig";
  if (percent) return `${percent}p`;
  return preset === undefined ? `${width ?? ""}x${height ?? ""}` : `p-${preset}`;
};

const TURNS = {
  "0,true": ["flip-h"],
  "1,false": ["rot-90"],
  "1,true": ["rot-90", "flip-h"],
  "2,false": ["rot-180"],
  "2,true": ["flip-v"],
  "3,false": ["rot-270"],
  "3,true": ["rot-90", "flip-v"],
};

/** Write the rotation, then the mirroring. Each of the eight turns has one spelling. */
function writtenTurn({ rot = 0, flip: [more, mirrored] = [0, false] }) {
  return TURNS[`${(rot + more) % 4},${mirrored}`] ?? [];
}

function writtenCrop({ box, percent }) {
  return `crop-${box.map((part) => `${formatNumber(part)}${percent ? "p" : ""}`).join("-")}`;
}

/** Write the canonical spelling. */
export function written({ dimensions, options }) {
  const has = (key, text) => (key in options ? [text] : []);
  const plain = (...keys) => keys.flatMap((key) => has(key, `${key}-${options[key]}`));
  const plugins = Object.keys(options).filter((key) => PLUGIN.test(key));
  return [
    writtenDimensions(dimensions),
    ...plain("page"),
    ...has("still", "still"),
    ...("crop" in options ? [writtenCrop(options.crop)] : []),
    ...has("trim", options.trim === 10 ? "trim" : `trim-${options.trim}`),
    ...writtenTurn(options),
    ...("ar" in options ? [`ar-${options.ar.join("-")}`] : []),
    ...plain("fit"),
    ...("g" in options ? [`g-${[options.g].flat().join("-")}`] : []),
    ...has("up", "up"),
    ...OPERATIONS.flatMap(({ key, write }) => (key in options ? [write(options[key])] : [])),
    ...plain("bg", "bars", "f", "q", "kb"),
    ...has("ll", "ll"),
    ...plain("meta", "icc"),
    ...has("hdr", "hdr"),
    ...has("dl", "dl"),
    ...plain("v"),
    ...plugins.sort().map((key) => options[key]),
    ...("dpr" in options ? [`dpr-${formatNumber(options.dpr)}`] : []),
    ...plain("s"),
  ].join("_");
}
