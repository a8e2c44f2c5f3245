// A loader for the Image component of Next.js: next.config.js has images.loader "custom" and images.loaderFile, and
// that file is
//
//   import { loader } from "resizer-html/next";
//   export default loader({ base: "https://img.example.com" });

import { componentUrl, isElsewhere } from "./component.js";

/** A file of the page's own build, also behind a basePath or an assetPrefix. */
const IMPORTED = /(?:^|\/)_next\/static\//i;

/**
 * The function that Next.js asks for the address of each width. `src` is the key of the original, with or without a slash
 * before it; an address elsewhere and a picture that was imported stay as they are. The browser gets what it takes, unless
 * `spec` says another format. A `spec` that begins with a preset, a percentage or `orig` stands for every width.
 */
export function loader({ spec = "f-auto", ...site } = {}) {
  return ({ src, width, quality }) =>
    isElsewhere(src) || IMPORTED.test(src) ? src : componentUrl(src, { width, quality, spec, format: "" }, site);
}
