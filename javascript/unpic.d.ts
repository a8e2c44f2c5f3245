import type { Format, Presets } from "./resizer.js";

/** The key of an original or an address, as a text or as a `URL`. */
export type Address = string | { readonly href: string };

/** The request of unpic's components, and more options. */
export interface Operations {
  /** The width of the picture, px. It is rounded. */
  width?: number | string;
  height?: number | string;
  /** How a picture with another ratio is fitted, if both sides are given; `cover` by default. */
  fit?: "inside" | "cover" | "contain" | "fill" | "outside";
  /**
   * `auto` by default (the browser chooses), unless `spec` names a format or begins with a preset. Empty: the
   * original's.
   */
  format?: Format | "auto" | "";
  /** 1 to 100. Ignored if `spec` has a `q`, or takes none. */
  quality?: number | string;
  /** Other options of the SPEC: `g-sm_gray`. With a preset, `orig` or a percentage first, it serves every width. */
  spec?: string;
}

export interface Options {
  /**
   * The URL of the delivery distribution, such as `https://img.example.com`. Without it addresses begin with a slash.
   */
  base?: string;
  presets?: Presets;
}

/**
 * Take an address of a derivative apart: the key of the original, and the operations for `generate`. Return null for
 * every other address, and for one with a signature.
 */
export function extract(src: Address, options?: Options): { src: string; operations: Operations; options: Options } | null;

/** Write the address of a derivative of `src`, the key of an original. An address elsewhere stays as it is. */
export function generate(src: Address, operations: Operations, options?: Options): string;

/** Do the same as `generate`, but `src` may also be the address of a derivative. `operations` then replace its own. */
export function transform(src: Address, operations: Operations, options?: Options): string;
