# S3's redirect has no Cache-Control, so the default TTL of 0 applies and CloudFront does not keep it. Derivatives have
# their own Cache-Control. Only the path is in the cache key.
resource "aws_cloudfront_cache_policy" "delivery" {
  name        = "${local.global_name}-delivery"
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

  lifecycle {
    ignore_changes = [name]
  }
}

# Host is left out: API Gateway finds its API by its own Host. The viewer's address is for the function's log. The
# function may trust it only beside the generator's secret: a caller who goes round CloudFront can write any address.
resource "aws_cloudfront_origin_request_policy" "generator" {
  name    = "${local.global_name}-generator"
  comment = "Accept, from which the function chooses a format, the viewer's address, and nothing else of the viewer"

  cookies_config {
    cookie_behavior = "none"
  }

  headers_config {
    header_behavior = "whitelist"

    headers {
      items = ["Accept", "CloudFront-Viewer-Address"]
    }
  }

  query_strings_config {
    query_string_behavior = "none"
  }

  lifecycle {
    ignore_changes = [name]
  }
}

# The headers of both distributions. A redirect leads a viewer across two hosts, and then the browser sends the origin
# null. The second policy adds that the browser's Accept decides. For its own negotiation the function says so itself.
resource "aws_cloudfront_response_headers_policy" "this" {
  for_each = toset(var.negotiation ? ["fixed", "negotiated"] : ["fixed"])

  name    = each.key == "fixed" ? local.global_name : "${local.global_name}-${each.key}"
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

    # The distributions speak only https, so a browser that was here once need not try http again.
    strict_transport_security {
      access_control_max_age_sec = 31536000
      override                   = true
    }
  }

  custom_headers_config {
    # Without this header a page with Cross-Origin-Embedder-Policy shows no picture.
    items {
      header   = "Cross-Origin-Resource-Policy"
      value    = "cross-origin"
      override = true
    }

    # Without this header a script cannot see when a picture came, and the page's Largest Contentful Paint is wrong.
    items {
      header   = "Timing-Allow-Origin"
      value    = "*"
      override = true
    }

    # One address has several pictures. Caches behind CloudFront have to know that.
    dynamic "items" {
      for_each = each.key == "negotiated" ? ["Accept"] : []

      content {
        header   = "Vary"
        value    = items.value
        override = true
      }
    }
  }

  lifecycle {
    ignore_changes = [name]
  }
}

moved {
  from = aws_cloudfront_response_headers_policy.this
  to   = aws_cloudfront_response_headers_policy.this["fixed"]
}
