// A loader for the Image component of Next.js: next.config.js has images.loader "custom" and images.loaderFile, and
// that file is
//
//   import { loader } from "resizer-html/next";
//   export default loader({ base: "https://img.example.com" });

import { read, takesQuality, written } from "./grammar.js";
import { url } from "./resizer.js";

/** An address elsewhere, and a file of the page's own build, also behind a basePath or an assetPrefix. */
const NO_ORIGINAL = /^(?:https?:|data:|blob:|\/\/)|(?:^|\/)_next\/static\//i;

/**
 * The function that Next.js asks for the address of each width. `src` is the key of the original, with or without a slash
 * before it; an address elsewhere and a picture that was imported stay as they are. The browser gets what it takes, unless
 * `spec` says another format. A `spec` that begins with a preset stands for every width.
 */
export function loader({ base, spec = "f-auto", presets } = {}) {
  return ({ src, width, quality }) => {
    if (NO_ORIGINAL.test(src)) return src;
    const asked = read(/^p-/.test(spec) ? spec : [`${width}x`, spec].filter(Boolean).join("_"), presets);
    const added = quality && takesQuality(asked) ? `_q-${quality}` : "";
    return url(written(asked) + added, src.replace(/^\//, ""), { base, presets });
  };
}
