// Define a provider for unpic. Its components take `transform` as their `transformer`:
//
//   import { Image } from "@unpic/react/base";
//   import { transform } from "resizer-html/unpic";
//   <Image src="people/ann.jpg" transformer={transform} options={{ base: "https://img.example.com" }} ... />

import { componentUrl, isElsewhere } from "./component.js";
import { InvalidSpec, read, written } from "./grammar.js";

/**
 * Take an address of a derivative apart: the key of the original, and the operations for generate(). Return null for
 * every other address. Return null for one with a signature too, because the signature fits no other SPEC.
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

/** Write the address of a derivative of `src`, the key of an original. An address elsewhere stays as it is. */
export function generate(src, operations, options) {
  return isElsewhere(String(src)) ? String(src) : componentUrl(String(src), operations, options);
}

/** Do the same as generate(), but `src` may also be the address of a derivative. `operations` then replace its own. */
export function transform(src, operations, options) {
  const given = extract(src, options);
  if (given === null) return generate(src, operations, options);
  const { width, height, ...others } = given.operations;
  const size = operations.width || operations.height ? {} : { width, height };
  const said = Object.entries(operations).filter(([, value]) => value !== undefined);
  return generate(given.src, { ...others, ...size, ...Object.fromEntries(said) }, options);
}

/** Turn options into operations. An empty format keeps that of the original. */
function operationsOf({ dimensions, options: { f: format = "", fit = "inside", q, ...others } }) {
  const { width, height, preset } = dimensions;
  // The site chooses the quality of a preset, and no component does.
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
