// With delivery = "failover" CloudFront runs this (JavaScript runtime 2.0) before other code at the edge. It answers a
// path that begins with no SPEC, and asks neither S3 nor the function. With redirects S3's routing rules do that.
// The code uses only ES5.1, and const.
//
// Terraform adds behind(): it is handler() of negotiate.js or of the given function, or it changes nothing. This file
// has no other name than handler(), so no name clashes with theirs.

function handler(event) {
  // The beginnings of a SPEC, as in the routing rules of modules/derivatives.
  if (/^\/([1-9x]|orig|p-)/.test(event.request.uri)) {
    return behind(event);
  }
  // Kept as long as the function's 404. The headers are those of the distribution: CloudFront's documents do not say
  // whether it adds them to an answer from here.
  return {
    statusCode: 404,
    statusDescription: "Not Found",
    headers: {
      "access-control-allow-origin": { value: "*" },
      "cache-control": { value: "public, max-age=10" },
      "content-security-policy": { value: "default-src 'none'; style-src 'unsafe-inline'; sandbox" },
      "content-type": { value: "application/json" },
      "cross-origin-resource-policy": { value: "cross-origin" },
      "strict-transport-security": { value: "max-age=31536000" },
      "timing-allow-origin": { value: "*" },
      "x-content-type-options": { value: "nosniff" },
    },
    body: { encoding: "text", data: '{"error": "InvalidSpec", "message": "expected /SPEC/KEY"}' },
  };
}

