locals {
  failover = var.delivery == "failover"

  # A resource without a region needs a name that is unique in the account, so the region is in the name. An existing
  # resource keeps its name, so stacks of 0.1 do not change.
  global_name = "${var.name}-${var.region}"

  # CloudFront's own policy CachingDisabled has this id in every account. A data source is unknown in a plan behind a
  # depends_on, and the provider turns that into null. Source: CloudFront's guide, "Use managed cache policies".
  caching_disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"

  # Seconds. An error by accident is tried again soon. No error becomes a 200.
  error_ttls = { 400 = 10, 403 = 10, 404 = 10, 405 = 10, 414 = 10, 500 = 1, 502 = 1, 503 = 1, 504 = 1 }

  auto_presets = [for name, spec in var.presets : name if can(regex("_(f|format)-auto(_|$)", spec))]

  # Patterns of paths in the order in which CloudFront compares them. Answers have Vary if the path asks for f-auto, or
  # names a preset with f-auto and no format after it. A behaviour costs nothing. A function on the answers would cost
  # as much as the one on the requests. A distribution has at most 75 behaviours. With too many presets, each preset
  # gets Vary. Caches then keep less, and nothing else changes.
  paths = !var.negotiation ? [] : concat(
    [{ pattern = "/*_f-auto*", policy = "negotiated" }],
    length(local.auto_presets) > 24 ? [{ pattern = "/p-*", policy = "negotiated" }] : flatten([
      for name in local.auto_presets : [
        { pattern = "/p-${name}_f-*", policy = "fixed" },
        { pattern = "/p-${name}_*", policy = "negotiated" },
        { pattern = "/p-${name}/*", policy = "negotiated" },
      ]
    ]),
  )

  # If the same apply makes the zone, the plan does not know its id, nor whether the id is null.
  makes_records = var.domain == null ? false : coalesce(var.domain.records, var.domain.zone_id != null)

  # The code at the edge: negotiate.js with the presets filled in, or the given file.
  edge_file = var.edge_function != null ? var.edge_function : var.negotiation ? "${path.module}/negotiate.js" : null
  edge_given = local.edge_file == null ? "" : replace(file(local.edge_file), "{/* presets */}", jsonencode(merge(
    { for name in local.auto_presets : name => "auto" },
    { for name, spec in var.presets : name => "lossless" if can(regex("_(ll|lossless)(_|$)", spec)) },
  )))

  # In failover this code follows failover.js, which calls it by the name behind().
  edge_behind = local.edge_file == null ? "function handler(event) {\n  return event.request;\n}\n" : local.edge_given
  edge_code = !local.failover ? local.edge_given : join("", [
    file("${path.module}/failover.js"), replace(local.edge_behind, "function handler(", "function behind("),
  ])

  target = local.failover ? "derivatives-or-api" : "website"
}

# The delivery distribution, which viewers ask. Its origin is the website of the derivatives. In failover the origin is
# their bucket, and the API for a derivative that is missing.
resource "aws_cloudfront_distribution" "delivery" {
  comment         = "${var.name}: delivery"
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = var.price_class
  aliases         = var.domain == null ? [] : [var.domain.name]
  web_acl_id      = var.firewalls.delivery
  tags            = var.tags

  # Delivery may list the bucket, and / would give the list. The name of a missing object gives none.
  default_root_object = local.failover ? "no-such-root-object" : null

  origin {
    origin_id                = local.failover ? "derivatives" : "website"
    domain_name              = var.derivatives_host
    origin_access_control_id = one(aws_cloudfront_origin_access_control.derivatives[*].id)

    dynamic "custom_origin_config" {
      for_each = local.failover ? [] : ["website"]

      content {
        http_port              = 80
        https_port             = 443
        origin_protocol_policy = "http-only" # a website endpoint speaks only http
        origin_ssl_protocols   = ["TLSv1.2"]
      }
    }

    dynamic "custom_header" {
      for_each = local.failover ? [] : ["Referer"]

      content {
        name  = custom_header.value
        value = var.referer
      }
    }
  }

  # The API. In failover it is an origin of delivery itself.
  dynamic "origin" {
    for_each = local.failover ? ["api"] : []

    content {
      origin_id           = origin.value
      domain_name         = var.api_host
      connection_attempts = 1

      custom_origin_config {
        http_port              = 80
        https_port             = 443
        origin_protocol_policy = "https-only"
        origin_ssl_protocols   = ["TLSv1.2"]
        origin_read_timeout    = 35
      }

      custom_header {
        name  = "x-resizer-secret"
        value = var.origin_secret
      }
    }
  }

  # Only on 404. A 403 means that delivery may not read the bucket. If 403 led to the API too, a broken policy would
  # send every view to the function, and nobody would notice.
  dynamic "origin_group" {
    for_each = local.failover ? [local.target] : []

    content {
      origin_id = origin_group.value

      failover_criteria {
        status_codes = [404]
      }

      member {
        origin_id = "derivatives"
      }

      member {
        origin_id = "api"
      }
    }
  }

  default_cache_behavior {
    target_origin_id           = local.target
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    viewer_protocol_policy     = "https-only" # CloudFront would redirect with 301, which the loop forbids
    compress                   = false        # pictures are compressed
    cache_policy_id            = aws_cloudfront_cache_policy.delivery.id
    origin_request_policy_id   = local.failover ? aws_cloudfront_origin_request_policy.generator.id : null
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this["fixed"].id

    dynamic "function_association" {
      for_each = aws_cloudfront_function.edge

      content {
        event_type   = "viewer-request"
        function_arn = function_association.value.arn
      }
    }
  }

  # The same as the default behaviour, except for the headers.
  dynamic "ordered_cache_behavior" {
    for_each = local.paths

    content {
      path_pattern               = ordered_cache_behavior.value.pattern
      target_origin_id           = local.target
      allowed_methods            = ["GET", "HEAD"]
      cached_methods             = ["GET", "HEAD"]
      viewer_protocol_policy     = "https-only"
      compress                   = false
      cache_policy_id            = aws_cloudfront_cache_policy.delivery.id
      origin_request_policy_id   = local.failover ? aws_cloudfront_origin_request_policy.generator.id : null
      response_headers_policy_id = aws_cloudfront_response_headers_policy.this[ordered_cache_behavior.value.policy].id

      dynamic "function_association" {
        for_each = aws_cloudfront_function.edge

        content {
          event_type   = "viewer-request"
          function_arn = function_association.value.arn
        }
      }
    }
  }

  dynamic "custom_error_response" {
    for_each = local.error_ttls

    content {
      error_code            = custom_error_response.key
      error_caching_min_ttl = custom_error_response.value
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = var.domain == null
    acm_certificate_arn            = var.domain == null ? null : var.domain.certificate_arn
    minimum_protocol_version       = var.domain == null ? null : "TLSv1.2_2021"
    ssl_support_method             = var.domain == null ? null : "sni-only"
  }
}

# The way in which delivery signs. CloudFront refuses to remove it while delivery uses it.
resource "aws_cloudfront_origin_access_control" "derivatives" {
  count = local.failover ? 1 : 0

  name                              = local.global_name
  description                       = "Signs what ${var.name}: delivery asks of the derivatives"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [name]
  }
}

# Its name stays when its code changes. CloudFront updates a function in use, but does not replace it. It is removed
# after delivery no longer uses it.
resource "aws_cloudfront_function" "edge" {
  for_each = toset(local.edge_code == "" ? [] : ["edge"])

  name    = "${local.global_name}-edge"
  comment = "Runs before the cache of ${var.name}: delivery"
  runtime = "cloudfront-js-2.0"
  code    = local.edge_code
  publish = true

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [name]

    precondition {
      condition     = length(local.edge_code) <= 10240
      error_message = "With the names of all presets that have f-auto or ll in it, and in failover with what answers 404, the function is larger than the 10 KB that CloudFront takes: shorten or drop some presets, shorten edge_function, or set negotiation = false."
    }
  }
}

resource "aws_route53_record" "delivery" {
  for_each = toset(local.makes_records ? ["A", "AAAA"] : [])

  zone_id = var.domain.zone_id
  name    = var.domain.name
  type    = each.value

  alias {
    name                   = aws_cloudfront_distribution.delivery.domain_name
    zone_id                = aws_cloudfront_distribution.delivery.hosted_zone_id
    evaluate_target_health = false
  }
}
