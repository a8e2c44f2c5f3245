// With delivery = "failover" this runs in CloudFront (JavaScript runtime 2.0) before what else runs at the edge: what
// begins with no SPEC is answered here, and asks neither S3 nor the function. With redirects S3's routing rules do that.
// Of the language nothing is used that ES5.1 has not, but const.
//
// behind() is put in when this is deployed: handler() of negotiate.js, or of the function that was given, or one that
// changes nothing. So handler() is the only name here, and no other one can meet theirs.

function handler(event) {
  // The beginnings of a SPEC, as the routing rules of modules/derivatives have them.
  if (/^\/([1-9x]|orig|p-)/.test(event.request.uri)) {
    return behind(event);
  }
  // Kept as long as the function's 404, and with the headers of the distribution: whether CloudFront adds those to an
  // answer that is made here, none of its documents says.
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

