import type { Presets } from "./resizer.js";

/** The request of Next.js. */
export interface Asked {
  src: string;
  width: number;
  /** 1 to 100. Ignored if the SPEC has a `q` of its own, or takes none. */
  quality?: number;
}

export interface LoaderOptions {
  /** The URL of the delivery distribution, such as `https://img.example.com`. */
  base?: string;
  /**
   * The options of each SPEC after its width; `f-auto` by default. A value that begins with a preset, a percentage or
   * `orig` serves every width.
   */
  spec?: string;
  presets?: Presets;
}

/**
 * Make the function that Next.js calls for the address of each width. `src` is the key of the original. An address
 * elsewhere and an imported picture stay as they are.
 */
export function loader(options?: LoaderOptions): (asked: Asked) => string;
