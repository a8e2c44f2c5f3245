// Define a provider for Nuxt Image. Put these lines into nuxt.config.ts:
//
//   image: {
//     provider: "resizer",
//     providers: { resizer: { provider: "resizer-html/nuxt", options: { baseURL: "https://img.example.com" } } },
//   }

import { componentUrl, isElsewhere } from "./component.js";

const provider = {
  /**
   * Write the address of a picture. Nuxt puts a slash before the original's key. An address elsewhere stays as it is.
   */
  getImage(src, { modifiers: { blur, background, spec, ...asked } = {}, baseURL, presets }) {
    if (isElsewhere(src)) return { url: src };
    const more = [blur && `blur-${blur}`, background && `bg-${background.replace(/^#/, "")}`];
    return { url: componentUrl(src, { ...asked, spec: [spec, ...more].filter(Boolean).join("_") }, { base: baseURL, presets }) };
  },
};

export default () => provider;
