# S3's redirect says nothing of how long it may be kept, so it is kept for the default: not at all. Derivatives say
# themselves how long. Nothing but the path tells two requests apart.
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

# Not Host, by which API Gateway would not know its API. The address is for the function's log. The function may believe
# it only where the generator's secret stands beside it: whoever calls the API past the generator writes any.
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

# On both: the way of a viewer crosses two hosts, after which a browser sends the origin null. A second one says that the
# browser's Accept has decided; what the function negotiates it says of itself.
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

    # One address has several pictures: caches behind CloudFront have to know.
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
