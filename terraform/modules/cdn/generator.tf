# The generator distribution: S3 redirects viewers here if a derivative is missing, and it asks the API.
resource "aws_cloudfront_distribution" "generator" {
  count = local.failover ? 0 : 1

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

    # Each attempt is one run of the function. For a custom origin this is also the number of attempts if no answer
    # comes in time, 3 by default. Source: CloudFront's API reference, Origin, ConnectionAttempts.
    connection_attempts = 1

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
      origin_read_timeout    = 35 # the API gives up after 30 s, and its answer takes time
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
