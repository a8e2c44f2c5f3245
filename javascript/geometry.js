// The sizes of derivatives, where the size of the original is known: the same as resizer_core/planning/geometry.py, to
// which ../tests/vectors/urls.json and tests/javascript hold it. Sizes are [width, height] in px, upright.

const halfUp = (value) => Math.floor(value + 0.5);
const side = (length) => Math.max(1, halfUp(length));

/** Whether the size of the original is enough to know that of the derivative. */
export function isMeasurable(spec) {
  const { dimensions, options } = spec.resolved ?? spec;
  // Only the pixels say what trim leaves, only the server what is behind a preset.
  return dimensions.preset === undefined && !("trim" in options) && isBuiltin(options);
}

/** Whether every option is built in: nobody knows what a plugin does to the size. */
export function isBuiltin(options) {
  return !Object.keys(options).some((key) => key.includes("."));
}

/** Whether the original is too small for what is asked for. */
export function isLimited(spec, original) {
  return String(Object.values(placed(spec, original))) !== String(Object.values(placed(spec, original, true)));
}

/** The size of the derivative. */
export function sizeOf(spec, original) {
  const [width, height] = placed(spec, original).canvas;
  const [top, right, bottom, left] = (spec.resolved ?? spec).options.pad ?? [0, 0, 0, 0];
  return [width + left + right, height + top + bottom];
}

/** How large the picture becomes before anything is cut off or added, and how large its canvas is. */
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
  // Rounded on its own, a side may be a pixel off the ratio of the other: both are taken as they are.
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

/** The box made smaller, its ratio kept, until the picture fills it. */
function filled(box, shown) {
  const factor = Math.min(1, shown[0] / box[0], shown[1] / box[1]);
  return box.map((length) => side(length * factor));
}

/** The box to cover for a picture that is cropped to a ratio and sized by one number. */
function ratioBox(shown, [across, down], { width, height, percent = 100 }, up) {
  const largest = Math.min(shown[0], (shown[1] * across) / down);
  let asked = (largest * percent) / 100;
  if (width) asked = width;
  else if (height) asked = (height * across) / down;
  const kept = up ? asked : Math.min(asked, largest);
  return [side(kept), side((kept * down) / across)];
}

function cropSize({ box: [left, top, width, height], percent }, original) {
  // Multiplied first: 100 * (201 / 100) is less than 201.
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
