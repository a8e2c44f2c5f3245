// Resizes every picture of a folder with sharp's defaults: node folder.mjs IN OUT WIDTH
import { readdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";

const [from, to, width] = process.argv.slice(2);
// sharp makes as many pictures at once as the pool of libuv has threads.
await Promise.all(
  readdirSync(from).map((name) =>
    sharp(join(from, name))
      .resize({ width: Number(width), withoutEnlargement: true })
      .jpeg()
      .toFile(join(to, name)),
  ),
);
