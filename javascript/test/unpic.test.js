// The provider for unpic by itself; tests/javascript has it beside the real one.

import assert from "node:assert/strict";
import { test } from "node:test";

import { extract, generate, transform } from "../unpic.js";
import { InvalidKey, InvalidSpec } from "../resizer.js";

const base = "https://img.example.com";

const ASKED = {
  "640x_f-auto": { width: 640 },
  "x200_f-auto": { height: 200 },
  "orig_f-auto": {},
  "300x200_fit-cover_f-auto": { width: 300, height: 200 },
  "300x200_f-auto": { width: 300, height: 200, fit: "inside" },
  "300x201_fit-contain_f-auto": { width: "300", height: 200.5, fit: "contain" },
  "640x_f-jpg_q-60": { width: 640, format: "jpeg", quality: 60 },
  "640x_f-png": { width: 640, format: "png", quality: 60 },
  "640x": { width: 640, format: "" },
  "640x_gray_f-auto_v-2": { width: 640, spec: "v-2_grayscale" },
  "640x_f-webp_ll": { width: 640, quality: 60, spec: "ll_f-webp" },
  "p-thumb": { width: 640, height: 480, quality: 60, spec: "p-thumb" },
  "p-thumb_f-webp": { width: 640, format: "webp", spec: "p-thumb" },
  "50p_f-auto": { width: 640, spec: "50p" },
};

for (const [spec, operations] of Object.entries(ASKED)) {
  test(`${JSON.stringify(operations)} is ${spec}`, () => {
    assert.equal(generate("/people/ann.jpg", operations, { base }), `${base}/${spec}/people/ann.jpg`);
  });
}

const ADDRESSES = [
  "640x/ann.jpg",
  "x200_sharp/a%20b.jpg",
  "300x200/a.jpg",
  "300x200_fit-cover_g-sm_blur-2_f-webp_q-60/a.jpg",
  "orig_gray_f-auto/a.jpg",
  "50p/a.jpg",
  "p-thumb_f-webp_q-60_dpr-2/a.jpg",
  "640x_pad-10_bg-ffffff_f-jpg/un%20caf%C3%A9.jpg",
];

for (const path of ADDRESSES) {
  test(`what is taken out of ${path} makes it again`, () => {
    const { src, operations, options } = extract(`${base}/${path}`, { base: `${base}/` });
    assert.equal(generate(src, operations, options), `${base}/${path}`);
  });
}

test("what an address is made of", () => {
  assert.deepEqual(extract(new URL(`${base}/300x200_fit-cover_g-sm_f-webp_q-60/un%20caf%C3%A9.jpg`), { base }), {
    src: "un café.jpg",
    operations: { width: 300, height: 200, fit: "cover", format: "webp", quality: 60, spec: "g-sm" },
    options: { base },
  });
});

const NOT_OURS = [
  "people/ann.jpg",
  "/people/ann.jpg",
  "300x/ann.jpg",
  "/300x",
  "https://img.example.com/300x/ann.jpg",
  "/300x_blr-2/ann.jpg",
  "/300x/%ff.jpg",
  `/300x_s-${"a".repeat(16)}/ann.jpg`,
];

for (const src of NOT_OURS) {
  test(`no address of ours: ${src}`, () => {
    assert.equal(extract(src), null);
  });
}

test("an address of ours gets another size, and keeps the rest", () => {
  const src = `${base}/300x200_fit-cover_gray_f-webp/ann.jpg`;
  assert.equal(transform(src, { width: 640, height: undefined }, { base }), `${base}/640x_gray_f-webp/ann.jpg`);
  assert.equal(transform(src, { format: "avif" }, { base }), `${base}/300x200_fit-cover_gray_f-avif/ann.jpg`);
  assert.equal(transform("/300x200/ann.jpg", { width: 60, height: 40 }), "/60x40/ann.jpg");
});

test("the key of an original is the key", () => {
  assert.equal(transform("ann.jpg", { width: 640 }), "/640x_f-auto/ann.jpg");
});

for (const src of ["https://elsewhere.example/dog.jpg?v=2", "//elsewhere.example/dog.jpg", "data:image/gif;base64,R0lGODlh"]) {
  test(`an address elsewhere stays as it is: ${src}`, () => {
    assert.equal(transform(src, { width: 640 }, { base }), src);
  });
}

test("what is wrong is an error while the page is written", () => {
  assert.throws(() => generate("ann.jpg", { width: 640, spec: "blr-2" }), InvalidSpec);
  assert.throws(() => generate("ann.jpg", { width: 640, format: "webp", spec: "f-jpg" }), InvalidSpec);
  assert.throws(() => generate("ann.jpg", { width: "wide" }), InvalidSpec);
  assert.throws(() => generate("ann.jpg?v=2", { width: 640 }), InvalidKey);
  assert.throws(() => generate("ann.jpg", { width: 640, blur: 2 }), /expected width, .* got blur/);
});

test("presets are looked up where they are known", () => {
  const presets = { thumb: "300x200" };
  assert.throws(() => generate("ann.jpg", { spec: "p-large" }, { presets }), InvalidSpec);
  assert.equal(extract("/p-large/ann.jpg", { presets }), null);
});
