// Work out the sizes of derivatives from the size of the original, as resizer_core/planning/geometry.py does. The tests
// with ../tests/vectors/urls.json and in tests/javascript compare the two. Sizes are [width, height] in px, upright.

const halfUp = (value) => Math.floor(value + 0.5);
const side = (length) => Math.max(1, halfUp(length));

/** Say whether the size of the original is enough to work out that of the derivative. */
export function isMeasurable(spec) {
  const { dimensions, options } = spec.resolved ?? spec;
  // The result of trim depends on the pixels. Only the server knows the SPEC of a preset.
  return dimensions.preset === undefined && !("trim" in options) && isBuiltin(options);
}

/** Say whether every option is built in. A plugin may change the size in an unknown way. */
export function isBuiltin(options) {
  return !Object.keys(options).some((key) => key.includes("."));
}

/** Say whether the original is too small for this SPEC. */
export function isLimited(spec, original) {
  return String(Object.values(placed(spec, original))) !== String(Object.values(placed(spec, original, true)));
}

/** Work out the size of the derivative. */
export function sizeOf(spec, original) {
  const [width, height] = placed(spec, original).canvas;
  const [top, right, bottom, left] = (spec.resolved ?? spec).options.pad ?? [0, 0, 0, 0];
  return [width + left + right, height + top + bottom];
}

/** Work out the size of the picture before anything is cut off or added, and the size of its canvas. */
function placed(spec, original, enlarge = false) {
  const { dimensions, options } = spec.resolved ?? spec;
  const cropped = options.crop ? cropSize(options.crop, original) : original;
  const turns = (options.rot ?? 0) + (options.flip?.[0] ?? 0);
  const shown = turns % 2 ? [...cropped].reverse() : cropped;
  const up = enlarge || Boolean(options.up);
  if (options.ar) return place(shown, ratioBox(shown, options.ar, dimensions, up), "cover", up);
  const { width, height } = dimensions;
  if (width && height) return place(shown, [width, height], options.fit ?? "inside", up);
  if (width || height) return uncropped(scaled(shown, width ? width / shown[0] : height / shown[1], up));
  // Each side is rounded by itself, so a side may be a pixel off the ratio. Take both sides as they are.
  const percent = dimensions.percent ?? 100;
  return place(shown, shown.map((length) => side((length * percent) / 100)), "fill", up);
}

function place(shown, box, fit, up) {
  const factors = [box[0] / shown[0], box[1] / shown[1]];
  const inside = () => scaled(shown, Math.min(...factors), up).map((length, axis) => Math.min(length, box[axis]));
  switch (fit) {
    case "inside":
      return uncropped(inside());
    case "outside":
      return uncropped(scaled(shown, Math.max(...factors), up));
    case "fill":
      return uncropped(up ? box : filled(box, shown));
    case "contain":
      return { scaled: inside(), canvas: box };
    default: {
      const kept = up ? box : filled(box, shown);
      const whole = scaled(shown, Math.max(kept[0] / shown[0], kept[1] / shown[1]), up);
      return { scaled: whole, canvas: kept.map((length, axis) => Math.min(length, whole[axis])) };
    }
  }
}

const uncropped = (size) => ({ scaled: size, canvas: size });

function scaled(shown, factor, up) {
  const kept = up ? factor : Math.min(factor, 1);
  return shown.map((length) => side(length * kept));
}

/** Make the box smaller until the picture fills it. Keep the ratio of the box. */
function filled(box, shown) {
  const factor = Math.min(1, shown[0] / box[0], shown[1] / box[1]);
  return box.map((length) => side(length * factor));
}

/** Work out the box to cover, for a picture that is cropped to a ratio and sized by one number. */
function ratioBox(shown, [across, down], { width, height, percent = 100 }, up) {
  const largest = Math.min(shown[0], (shown[1] * across) / down);
  let asked = (largest * percent) / 100;
  if (width) asked = width;
  else if (height) asked = (height * across) / down;
  const kept = up ? asked : Math.min(asked, largest);
  return [side(kept), side((kept * down) / across)];
}

function cropSize({ box: [left, top, width, height], percent }, original) {
  // Multiply before dividing: 100 * (201 / 100) is less than 201.
  const px = (length, whole) => (percent ? (length * whole) / 100 : length);
  if (px(left, original[0]) >= original[0] || px(top, original[1]) >= original[1]) {
    throw new Error(`the crop begins outside the original, which is ${original.join("x")} px`);
  }
  const kept = (start, length, whole) => {
    const first = Math.min(halfUp(px(start, whole)), whole - 1);
    return Math.min(whole, Math.max(first + 1, halfUp(px(start + length, whole)))) - first;
  };
  return [kept(left, width, original[0]), kept(top, height, original[1])];
}
