locals {
  # Seconds. What failed by accident is tried again soon; no error becomes a 200.
  error_ttls = { 400 = 10, 403 = 10, 404 = 10, 405 = 10, 414 = 10, 500 = 1, 502 = 1, 503 = 1, 504 = 1 }

  # What runs at the edge: negotiate.js, with what it has to know of the presets put in, or the file that was given.
  edge_file = var.edge_function != null ? var.edge_function : var.negotiation ? "${path.module}/negotiate.js" : null
  edge_code = local.edge_file == null ? "" : replace(file(local.edge_file), "{/* presets */}", jsonencode(merge(
    { for name, spec in var.presets : name => "auto" if can(regex("_(f|format)-auto(_|$)", spec)) },
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
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id

    dynamic "function_association" {
      for_each = aws_cloudfront_function.edge

      content {
        event_type   = "viewer-request"
        function_arn = function_association.value.arn
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

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
      origin_read_timeout    = 30 # as long as the API waits for the function
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
    cache_policy_id            = data.aws_cloudfront_cache_policy.disabled.id
    origin_request_policy_id   = aws_cloudfront_origin_request_policy.generator.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id
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

# S3's redirect says nothing of how long it may be kept, so it is kept for the default: not at all. Derivatives say
# themselves how long. Nothing but the path tells two requests apart.
resource "aws_cloudfront_cache_policy" "delivery" {
  name        = "${var.name}-delivery"
  comment     = "As long as the origin says, and not at all where it says nothing"
  min_ttl     = 0
  default_ttl = 0
  max_ttl     = 31536000

  parameters_in_cache_key_and_forwarded_to_origin {
    cookies_config {
      cookie_behavior = "none"
    }

    headers_config {
      header_behavior = "none"
    }

    query_strings_config {
      query_string_behavior = "none"
    }
  }
}

data "aws_cloudfront_cache_policy" "disabled" {
  name = "Managed-CachingDisabled"
}

# Not Host, by which API Gateway would not know its API.
resource "aws_cloudfront_origin_request_policy" "generator" {
  name    = "${var.name}-generator"
  comment = "Accept, from which the function chooses a format, and nothing else of the viewer"

  cookies_config {
    cookie_behavior = "none"
  }

  headers_config {
    header_behavior = "whitelist"

    headers {
      items = ["Accept"]
    }
  }

  query_strings_config {
    query_string_behavior = "none"
  }
}

# On both: the way of a viewer crosses two hosts, after which a browser sends the origin null.
resource "aws_cloudfront_response_headers_policy" "this" {
  name    = var.name
  comment = "Pictures for every page, and nothing that a browser would run"

  cors_config {
    access_control_allow_credentials = false
    origin_override                  = false # the function says the same

    access_control_allow_headers {
      items = ["*"]
    }

    access_control_allow_methods {
      items = ["GET", "HEAD"]
    }

    access_control_allow_origins {
      items = ["*"]
    }
  }

  security_headers_config {
    content_security_policy {
      content_security_policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
      override                = true
    }

    content_type_options {
      override = true
    }

    # They answer nothing else, so a browser that was here once need not try http again.
    strict_transport_security {
      access_control_max_age_sec = 31536000
      override                   = true
    }
  }

  custom_headers_config {
    # A page with Cross-Origin-Embedder-Policy shows no picture without it.
    items {
      header   = "Cross-Origin-Resource-Policy"
      value    = "cross-origin"
      override = true
    }

    # Without it a script cannot see when a picture came, and the largest of a page is measured wrongly.
    items {
      header   = "Timing-Allow-Origin"
      value    = "*"
      override = true
    }

    # Where f-auto is answered at the edge, one address has several pictures: caches behind CloudFront have to know.
    dynamic "items" {
      for_each = var.negotiation ? ["Accept"] : []

      content {
        header   = "Vary"
        value    = items.value
        override = true
      }
    }
  }
}

# Its name stays when its code changes: one in use can be updated, not replaced.
resource "aws_cloudfront_function" "edge" {
  for_each = toset(local.edge_file == null ? [] : ["edge"])

  name    = "${var.name}-edge"
  comment = "Runs before the cache of ${var.name}: delivery"
  runtime = "cloudfront-js-2.0"
  code    = local.edge_code
  publish = true

  lifecycle {
    precondition {
      condition     = length(local.edge_code) <= 10240
      error_message = "With the names of all presets that have f-auto or ll in it, the function is larger than the 10 KB that CloudFront takes: shorten or drop some, or set negotiation = false."
    }
  }
}

resource "aws_route53_record" "delivery" {
  for_each = toset(var.domain == null ? [] : var.domain.zone_id == null ? [] : ["A", "AAAA"])

  zone_id = var.domain.zone_id
  name    = var.domain.name
  type    = each.value

  alias {
    name                   = aws_cloudfront_distribution.delivery.domain_name
    zone_id                = aws_cloudfront_distribution.delivery.hosted_zone_id
    evaluate_target_health = false
  }
}
