// Runs in CloudFront (JavaScript runtime 2.0) before the cache of delivery: what is asked for with f-auto is looked for,
// and stored, under the format that the browser takes. The answer is that of resizer_core/planning/accept.py, without a call of
// the function; tests/vectors/urls.json holds both to it. Of the language nothing is used that ES5.1 has not, but const.
//
// Left as it is, for the function to answer: whatever is in another spelling than the canonical one of f-auto; a SPEC
// with a signature, which holds for the SPEC as it stands and can be made anew only by whoever has the key; one with
// ll, which goes with no f-auto and is refused; one that is too long for a SPEC. What has no f-auto, itself or in what
// its preset stands for, is not touched; so a second run changes nothing.

// Presets that mean more here than their name says: "auto" when their SPEC has f-auto, "lossless" when it has ll. Put in
// when this is deployed.
const PRESETS = {/* presets */};

// The path: a SPEC in its own alphabet, a slash, the key of the original.
const PATH = /^\/([a-z0-9._-]{1,128})(\/.+)$/;
const PRESET = /^p-([a-z][a-z0-9.]{0,31})$/;
// RFC 9110, 12.4.2: a weight that refuses.
const ZERO = /^0(\.0{0,3})?$/;

function handler(event) {
  const request = event.request;
  const path = PATH.exec(request.uri);
  const spec = path && negotiated(path[1], request.headers.accept);
  if (spec) {
    request.uri = "/" + spec + path[2];
  }
  return request;
}

// The SPEC with a format in the place of "what the browser takes"; null where there is nothing to negotiate.
function negotiated(spec, accept) {
  const parts = spec.split("_");
  const preset = PRESET.exec(parts[0]);
  const meaning = preset && PRESETS.hasOwnProperty(preset[1]) ? PRESETS[preset[1]] : "";
  const options = parts.slice(1);
  if (meaning === "lossless" || options.some(decidesOtherwise)) {
    return null;
  }
  const asked = options.filter(isFormat);
  if (asked.length === 0 && meaning === "auto") {
    // The canonical place of a format: right after a preset.
    return [parts[0], "f-" + format(accept)].concat(options).join("_");
  }
  if (asked.length !== 1 || asked[0] !== "f-auto") {
    return null;
  }
  return parts
    .map(function (part) {
      return part === "f-auto" ? "f-" + format(accept) : part;
    })
    .join("_");
}

function isFormat(option) {
  return /^(f|format)(-|$)/.test(option);
}

// A signature, or coding without loss.
function decidesOtherwise(option) {
  return /^(s|signature|ll|lossless)(-|$)/.test(option);
}

// AVIF if the header names it, else WebP, else JPEG; image/* and */* name neither.
function format(accept) {
  const accepted = mediaTypes(text(accept));
  if (accepted.indexOf("image/avif") >= 0) {
    return "avif";
  }
  return accepted.indexOf("image/webp") >= 0 ? "webp" : "jpg";
}

// A header that comes several times is one list (RFC 9110, 5.3).
function text(header) {
  if (!header) {
    return "";
  }
  const values = header.multiValue || [header];
  return values
    .map(function (one) {
      return one.value;
    })
    .join(",");
}

// What the header names and does not refuse.
function mediaTypes(accept) {
  return accept
    .toLowerCase()
    .split(",")
    .map(function (entry) {
      return entry.split(";").map(trimmed);
    })
    .filter(function (parts) {
      return !parts.slice(1).some(refuses);
    })
    .map(function (parts) {
      return parts[0];
    });
}

function refuses(parameter) {
  const at = parameter.indexOf("=");
  return at >= 0 && trimmed(parameter.slice(0, at)) === "q" && ZERO.test(trimmed(parameter.slice(at + 1)));
}

function trimmed(part) {
  return part.replace(/^[ \t]+|[ \t]+$/g, "");
}
