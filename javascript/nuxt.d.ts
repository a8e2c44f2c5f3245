import type { Presets } from "./resizer.js";
import type { Operations } from "./unpic.js";

/** The request of `<NuxtImg>` and `<NuxtPicture>`. */
export interface Modifiers extends Operations {
  /** 0.3 to 100 px, for example for a placeholder. */
  blur?: number | string;
  /** The colour behind transparent parts: `rrggbb`, with or without a `#`. */
  background?: string;
}

export interface ProviderOptions {
  /** The URL of the delivery distribution, such as `https://img.example.com`. */
  baseURL?: string;
  presets?: Presets;
  /** The defaults of every component: `{ quality: 60 }`. */
  modifiers?: Modifiers;
}

/** Make the provider for Nuxt Image. `src` is the key of the original. An address elsewhere stays as it is. */
declare const _default: () => { getImage(src: string, options: ProviderOptions): { url: string } };
export default _default;
