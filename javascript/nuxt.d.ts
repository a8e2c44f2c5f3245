import type { Presets } from "./resizer.js";
import type { Operations } from "./unpic.js";

/** What `<NuxtImg>` and `<NuxtPicture>` ask for. */
export interface Modifiers extends Operations {
  /** 0.3 to 100 px, as of a placeholder. */
  blur?: number | string;
  /** What is behind a picture that lets something through: `rrggbb`, with or without a `#`. */
  background?: string;
}

export interface ProviderOptions {
  /** Where delivery is, such as `https://img.example.com`. */
  baseURL?: string;
  presets?: Presets;
  /** What holds where a component says nothing else: `{ quality: 60 }`. */
  modifiers?: Modifiers;
}

/** The provider, as Nuxt Image asks for it. `src` is the key of the original; an address elsewhere stays as it is. */
declare const _default: () => { getImage(src: string, options: ProviderOptions): { url: string } };
export default _default;
