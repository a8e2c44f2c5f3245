# Varnish before `resizer serve`, in the place of nginx. What the server says counts: Cache-Control and Vary.
vcl 4.1;

backend resizer {
    .host = "resizer";
    .port = "8080";
    .first_byte_timeout = 60s;  # longer than the server's own time-out
}

acl own { "127.0.0.1"; "::1"; }

sub vcl_recv {
    # BAN /photos/cat.jpg forgets all that was made of this original.
    if (req.method == "BAN") {
        if (client.ip !~ own) {
            return (synth(403));
        }
        ban("req.url ~ ^/[^/]+" + regsuball(req.url, "([].+*?(){}|^$[])", "\\\1") + "$");
        return (synth(200, "forgotten"));
    }
    if (req.url == "/metrics") {
        return (synth(404));
    }
    set req.url = regsub(req.url, "\?.*", "");
    # What f-auto looks at: the rest of Accept is spelled in many ways.
    set req.http.Accept = regsub(req.http.Accept, "^.*image/avif.*$", "image/avif,image/webp");
    if (req.http.Accept !~ "avif") {
        set req.http.Accept = regsub(req.http.Accept, "^.*image/webp.*$", "image/webp");
        if (req.http.Accept != "image/webp") {
            set req.http.Accept = "*/*";
        }
    }
}
