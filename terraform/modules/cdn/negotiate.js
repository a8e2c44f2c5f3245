// CloudFront runs this (JavaScript runtime 2.0) before the cache of delivery. It replaces f-auto by the format that the
// browser takes, so the cache and S3 use that path. It decides as resizer_core/planning/accept.py does, without a call
// of the function. tests/vectors/urls.json checks both. The code uses only ES5.1, and const.
//
// It leaves some SPECs with f-auto for the function: one in another spelling than the canonical one; one with a
// signature, because only the owner of the key can sign the new SPEC; one with ll, which the function refuses; and one
// that is too long. A SPEC without f-auto, its preset included, does not change. So a second run changes nothing.

// Presets that matter here: "auto" if their SPEC has f-auto, "lossless" if it has ll. Terraform fills them in.
const PRESETS = {/* presets */};

// The path: a SPEC in its own alphabet, a slash, the key of the original.
const PATH = /^\/([a-z0-9._-]{1,128})(\/.+)$/;
const PRESET = /^p-([a-z][a-z0-9.]{0,31})$/;
// RFC 9110, 12.4.2: a weight of 0 refuses a type.
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

// Returns the SPEC with a format in the place of f-auto, or null if there is nothing to negotiate.
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
    // The canonical place of a format is right after a preset.
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

// Finds a signature or lossless coding.
function decidesOtherwise(option) {
  return /^(s|signature|ll|lossless)(-|$)/.test(option);
}

// Chooses AVIF if the header names it, else WebP, else JPEG. image/* and */* name neither.
function format(accept) {
  const accepted = mediaTypes(text(accept));
  if (accepted.indexOf("image/avif") >= 0) {
    return "avif";
  }
  return accepted.indexOf("image/webp") >= 0 ? "webp" : "jpg";
}

// Joins a header that comes several times to one list (RFC 9110, 5.3).
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

// Lists the types that the header names and does not refuse.
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
