// A loader for the Image component of Next.js: next.config.js has images.loader "custom" and images.loaderFile, and
// that file is
//
//   import { loader } from "resizer-html/next";
//   export default loader({ base: "https://img.example.com" });

import { url } from "./resizer.js";

/**
 * The function that Next.js asks for the address of each width. `src` is the key of the original, with or without a slash
 * before it. The browser gets what it takes, unless `spec` says another format.
 */
export function loader({ base, spec = "f-auto", presets } = {}) {
  return ({ src, width, quality }) => {
    const asked = [`${width}x`, spec, ...(quality ? [`q-${quality}`] : [])].filter(Boolean).join("_");
    return url(asked, src.replace(/^\//, ""), { base, presets });
  };
}
