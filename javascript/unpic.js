// A provider for unpic: what its components take as `transformer`.
//
//   import { Image } from "@unpic/react/base";
//   import { transform } from "resizer-html/unpic";
//   <Image src="people/ann.jpg" transformer={transform} options={{ base: "https://img.example.com" }} ... />

import { componentUrl, isElsewhere } from "./component.js";
import { InvalidSpec, read, written } from "./grammar.js";

/**
 * What an address of ours is made of: the key of the original, and the operations of which generate() makes the address.
 * Null for every other address, and for one with a signature, which no other SPEC has.
 */
export function extract(src, options = {}) {
  const root = `${(options.base ?? "").replace(/\/+$/, "")}/`;
  const address = String(src);
  if (!address.startsWith(root)) return null;
  const [spec, ...key] = address.slice(root.length).split("/");
  try {
    const value = read(spec, options.presets);
    if (key.length === 0 || value.options.s) return null;
    return { src: decodeURIComponent(key.join("/")), operations: operationsOf(value), options };
  } catch (error) {
    if (error instanceof InvalidSpec || error instanceof URIError) return null;
    throw error;
  }
}

/** The address of a derivative of `src`, the key of an original. An address elsewhere stays as it is. */
export function generate(src, operations, options) {
  return isElsewhere(String(src)) ? String(src) : componentUrl(String(src), operations, options);
}

/** The same, where `src` may be an address of ours as well: what `operations` says takes the place of what that one says. */
export function transform(src, operations, options) {
  const given = extract(src, options);
  if (given === null) return generate(src, operations, options);
  const { width, height, ...others } = given.operations;
  const size = operations.width || operations.height ? {} : { width, height };
  const said = Object.entries(operations).filter(([, value]) => value !== undefined);
  return generate(given.src, { ...others, ...size, ...Object.fromEntries(said) }, options);
}

/** An empty format is that of the original. */
function operationsOf({ dimensions, options: { f: format = "", fit = "inside", q, ...others } }) {
  const { width, height, preset } = dimensions;
  // The quality that goes with a preset is the site's, and no component's.
  const kept = preset === undefined || q === undefined ? others : { ...others, q };
  const [size, ...rest] = written({ dimensions, options: kept }).split("_");
  return {
    ...(width ? { width } : {}),
    ...(height ? { height } : {}),
    ...(width && height ? { fit } : {}),
    format,
    ...(preset === undefined && q ? { quality: q } : {}),
    spec: (width || height ? rest : [size, ...rest]).join("_"),
  };
}
