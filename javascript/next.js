// Make a loader for the Image component of Next.js. In next.config.js set images.loader to "custom", and
// images.loaderFile to a file with these lines:
//
//   import { loader } from "resizer-html/next";
//   export default loader({ base: "https://img.example.com" });

import { componentUrl, isElsewhere } from "./component.js";

/** The address of a file of the page's own build, also with a basePath or an assetPrefix. */
const IMPORTED = /(?:^|\/)_next\/static\//i;

/**
 * Make the function that Next.js calls for the address of each width. `src` is the key of the original, with or without
 * a slash before it. An address elsewhere and an imported picture stay as they are. The browser chooses the format,
 * unless `spec` says one. A `spec` that begins with a preset, a percentage or `orig` serves every width.
 */
export function loader({ spec = "f-auto", ...site } = {}) {
  return ({ src, width, quality }) =>
    isElsewhere(src) || IMPORTED.test(src) ? src : componentUrl(src, { width, quality, spec, format: "" }, site);
}
