// The provider, as Nuxt Image calls it; tests/nuxt has it in an application.

import assert from "node:assert/strict";
import { test } from "node:test";

import provider from "../nuxt.js";
import { InvalidSpec } from "../resizer.js";

const baseURL = "https://img.example.com";
const address = (modifiers, src = "/people/ann.jpg") => provider().getImage(src, { modifiers, baseURL }).url;

const ASKED = {
  "orig_f-auto": undefined,
  "640x_f-auto": { width: 640, height: undefined, format: undefined, fit: undefined, background: undefined },
  "300x200_fit-cover_f-auto": { width: 300, height: 200 },
  "300x200_fit-contain_f-webp_q-60": { width: 300, height: 200, fit: "contain", format: "webp", quality: "60" },
  "10x10_fit-cover_blur-3_f-auto_q-50": { width: 10, height: 10, quality: 50, blur: 3 },
  "640x_bg-ffffff_f-jpg": { width: 640, format: "jpeg", background: "#fff" },
  "640x_gray_f-auto": { width: 640, spec: "gray" },
};

for (const [spec, modifiers] of Object.entries(ASKED)) {
  test(`${JSON.stringify(modifiers)} is ${spec}`, () => {
    assert.equal(address(modifiers), `${baseURL}/${spec}/people/ann.jpg`);
  });
}

test("without a place addresses begin with a slash", () => {
  assert.equal(provider().getImage("/ann.jpg", { modifiers: { width: 640 } }).url, "/640x_f-auto/ann.jpg");
});

test("an address elsewhere stays as it is", () => {
  assert.equal(address({ width: 640 }, "https://elsewhere.example/dog.jpg?v=2"), "https://elsewhere.example/dog.jpg?v=2");
});

test("what is wrong is an error while the page is written", () => {
  assert.throws(() => address({ width: 640, spec: "blr-2" }), InvalidSpec);
  assert.throws(() => address({ width: 640, rotate: 90 }), /got rotate/);
});
