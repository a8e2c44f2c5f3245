locals {
  # What has no region is there once in an account: two stacks of one name would meet. A name stays as it was made, so
  # that the name of the region changes nothing in a stack of 0.1.
  global_name = "${var.name}-${var.region}"

  # CloudFront's own policy CachingDisabled, which has this id in every account. A data source is not known in a plan
  # behind a depends_on, and the provider then makes null of it. Source: CloudFront's guide, "Use managed cache policies".
  caching_disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"

  # Seconds. What failed by accident is tried again soon; no error becomes a 200.
  error_ttls = { 400 = 10, 403 = 10, 404 = 10, 405 = 10, 414 = 10, 500 = 1, 502 = 1, 503 = 1, 504 = 1 }

  auto_presets = [for name, spec in var.presets : name if can(regex("_(f|format)-auto(_|$)", spec))]

  # Which addresses have Vary, in the order in which CloudFront compares them with what a viewer asks for: those that
  # ask for f-auto, and those of a preset that stands for it, unless a format follows its name. A behaviour costs
  # nothing, where a function on the answers would cost as much again as the one on the requests. A distribution has 75
  # behaviours; beyond that each preset has Vary, which only makes caches keep less.
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

  # The id of a zone that is made in the same apply is not known yet, and so not whether it is null.
  makes_records = var.domain == null ? false : coalesce(var.domain.records, var.domain.zone_id != null)

  # What runs at the edge: negotiate.js, with what it has to know of the presets put in, or the file that was given.
  edge_file = var.edge_function != null ? var.edge_function : var.negotiation ? "${path.module}/negotiate.js" : null
  edge_code = local.edge_file == null ? "" : replace(file(local.edge_file), "{/* presets */}", jsonencode(merge(
    { for name in local.auto_presets : name => "auto" },
    { for name, spec in var.presets : name => "lossless" if can(regex("_(ll|lossless)(_|$)", spec)) },
  )))
}

# What viewers ask: the website of the derivatives.
resource "aws_cloudfront_distribution" "delivery" {
  comment         = "${var.name}: delivery"
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = var.price_class
  aliases         = var.domain == null ? [] : [var.domain.name]
  web_acl_id      = var.firewalls.delivery
  tags            = var.tags

  origin {
    origin_id   = "website"
    domain_name = var.website_host

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "http-only" # a website endpoint speaks nothing else
      origin_ssl_protocols   = ["TLSv1.2"]
    }

    custom_header {
      name  = "Referer"
      value = var.referer
    }
  }

  default_cache_behavior {
    target_origin_id           = "website"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    viewer_protocol_policy     = "https-only" # to redirect, CloudFront would send a 301, which no part may
    compress                   = false        # pictures are
    cache_policy_id            = aws_cloudfront_cache_policy.delivery.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this["fixed"].id

    dynamic "function_association" {
      for_each = aws_cloudfront_function.edge

      content {
        event_type   = "viewer-request"
        function_arn = function_association.value.arn
      }
    }
  }

  # As above, but for the headers.
  dynamic "ordered_cache_behavior" {
    for_each = local.paths

    content {
      path_pattern               = ordered_cache_behavior.value.pattern
      target_origin_id           = "website"
      allowed_methods            = ["GET", "HEAD"]
      cached_methods             = ["GET", "HEAD"]
      viewer_protocol_policy     = "https-only"
      compress                   = false
      cache_policy_id            = aws_cloudfront_cache_policy.delivery.id
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

# Where S3 sends viewers for what is missing: the API.
resource "aws_cloudfront_distribution" "generator" {
  comment         = "${var.name}: generator"
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = var.price_class
  web_acl_id      = var.firewalls.generator
  tags            = var.tags

  origin {
    origin_id   = "api"
    domain_name = var.api_host

    # One attempt is one run. For a custom origin this also says how often CloudFront asks again where no answer came in
    # time, three times by default. Source: CloudFront's API reference, Origin, ConnectionAttempts.
    connection_attempts = 1

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
      origin_read_timeout    = 35 # the API gives up after 30, and its answer has to get here
    }

    custom_header {
      name  = "x-resizer-secret"
      value = var.origin_secret
    }
  }

  default_cache_behavior {
    target_origin_id           = "api"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    viewer_protocol_policy     = "https-only"
    compress                   = false
    cache_policy_id            = local.caching_disabled
    origin_request_policy_id   = aws_cloudfront_origin_request_policy.generator.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this["fixed"].id
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
    cloudfront_default_certificate = true
  }
}

# Its name stays when its code changes: one in use can be updated, not replaced.
resource "aws_cloudfront_function" "edge" {
  for_each = toset(local.edge_file == null ? [] : ["edge"])

  name    = "${local.global_name}-edge"
  comment = "Runs before the cache of ${var.name}: delivery"
  runtime = "cloudfront-js-2.0"
  code    = local.edge_code
  publish = true

  lifecycle {
    ignore_changes = [name]

    precondition {
      condition     = length(local.edge_code) <= 10240
      error_message = "With the names of all presets that have f-auto or ll in it, the function is larger than the 10 KB that CloudFront takes: shorten or drop some, or set negotiation = false."
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
