// The vectors that Python runs as well.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { canonical, InvalidKey, InvalidSpec, picture, preload, sign, srcset, url } from "../resizer.js";

const vectors = JSON.parse(readFileSync(new URL("../../tests/vectors/urls.json", import.meta.url), "utf-8"));
const { presets } = vectors;
const KEY = "people/an n.jpg";

/** The options of a row as JavaScript has them. */
function options({ signing_key: signingKey, ...rest }) {
  return { ...rest, presets, ...(signingKey === undefined ? {} : { signingKey }) };
}

for (const [name, row] of Object.entries(vectors.canonical)) {
  test(`canonical: ${name}`, () => {
    assert.equal(canonical(row.input, { presets }), row.canonical);
    assert.equal(canonical(row.canonical, { presets }), row.canonical);
    assert.equal(canonical(row.input), row.canonical); // whoever does not know the presets
  });
}

for (const row of vectors.errors) {
  test(`wrong: ${row.input}`, () => {
    assert.throws(
      () => canonical(row.input, { presets }),
      (error) => error instanceof InvalidSpec && error.start === row.start && error.end === row.end,
    );
  });
}

for (const [name, row] of Object.entries(vectors.paths)) {
  test(`path: ${name}`, () => {
    assert.equal(url(row.spec, row.key, { presets }), row.path);
    assert.equal(url(row.spec, row.key, { base: "https://img.example.com" }), `https://img.example.com${row.path}`);
  });
}

for (const [name, key] of Object.entries(vectors.refused_keys)) {
  test(`key: ${name}`, () => {
    assert.throws(() => url("300x200", key), InvalidKey);
  });
}

for (const [name, key] of Object.entries(vectors.unreachable_keys)) {
  test(`no address: ${name}`, () => {
    const refused = (error) => error instanceof InvalidKey && /expected a key without \?.* v- in the SPEC/.test(error.message);
    assert.throws(() => url("300x200", key), refused);
    assert.throws(() => srcset(key, { widths: [300] }), refused);
    assert.throws(() => picture(key, { widths: [300], alt: "" }), refused);
  });
}

for (const row of vectors.signatures) {
  test(`signature: ${row.signed}`, async () => {
    assert.equal(await sign(row.spec, row.key), row.signed);
    assert.equal(await sign(row.spec, new TextEncoder().encode(row.key), { presets }), row.signed);
    assert.equal(await url(row.spec, "cat.jpg", { signingKey: row.key }), `/${row.signed}/cat.jpg`);
  });
}

for (const [name, row] of Object.entries(vectors.srcset)) {
  test(`srcset: ${name}`, async () => {
    assert.equal(await srcset(KEY, options(row.options)), row.srcset);
  });
}

for (const [name, row] of Object.entries(vectors.picture)) {
  test(`picture: ${name}`, async () => {
    assert.equal(await picture(KEY, options(row.options)), row.picture);
  });
}

for (const [name, row] of Object.entries(vectors.preload)) {
  test(`preload: ${name}`, async () => {
    assert.equal(await preload(KEY, options(row.options)), row.preload);
  });
}

for (const [make, rows] of [
  [srcset, vectors.refused_srcset],
  [picture, vectors.refused_picture],
  [preload, vectors.refused_preload],
]) {
  for (const [name, row] of Object.entries(rows)) {
    test(`no ${make.name}: ${name}`, async () => {
      await assert.rejects(async () => make(KEY, options(row)), Error);
    });
  }
}
