# Both distributions. A run's name begins with the rules of docs/loop.md that it checks.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name             = "img"
  delivery         = "redirect"
  region           = "eu-central-1"
  derivatives_host = "img-derivatives-123456789012.s3-website.eu-central-1.amazonaws.com"
  api_host         = "abc123.execute-api.eu-central-1.amazonaws.com"
  referer          = "0123456789abcdef0123456789abcdef"
  origin_secret    = "fedcba9876543210fedcba9876543210"
  domain           = null
  price_class      = "PriceClass_100"
  negotiation      = true
  tags             = {}
}

run "rule_3_delivery_keeps_an_answer_as_long_as_it_says_and_one_that_says_nothing_not_at_all" {
  module {
    source = "./modules/cdn"
  }

  assert {
    condition     = aws_cloudfront_cache_policy.delivery.min_ttl == 0 && aws_cloudfront_cache_policy.delivery.default_ttl == 0
    error_message = "S3's redirect has no Cache-Control: above 0 it would be kept, and viewers go round."
  }

  assert {
    condition     = aws_cloudfront_cache_policy.delivery.max_ttl == 31536000
    error_message = "A derivative says a year, and is kept for it."
  }

  assert {
    condition     = aws_cloudfront_distribution.delivery.default_cache_behavior[0].cache_policy_id == aws_cloudfront_cache_policy.delivery.id
    error_message = "Delivery uses this policy."
  }
}

run "rule_3_nothing_but_the_path_is_in_the_key_of_delivery" {
  module {
    source = "./modules/cdn"
  }

  assert {
    condition = alltrue([
      for key in aws_cloudfront_cache_policy.delivery.parameters_in_cache_key_and_forwarded_to_origin :
      key.cookies_config[0].cookie_behavior == "none" && key.headers_config[0].header_behavior == "none" && key.query_strings_config[0].query_string_behavior == "none"
    ])
    error_message = "A query, a header or a cookie in the key would let anybody go round the cache."
  }

  assert {
    condition     = coalesce(aws_cloudfront_distribution.delivery.default_cache_behavior[0].origin_request_policy_id, "none") == "none"
    error_message = "The website sees nothing of the viewer but the path."
  }
}

run "rule_5_the_generator_keeps_nothing_and_forwards_accept_and_the_viewers_address" {
  module {
    source = "./modules/cdn"
  }

  assert {
    condition     = aws_cloudfront_distribution.generator[0].default_cache_behavior[0].cache_policy_id == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    error_message = "A kept redirect of the function would lead to a derivative that may be gone."
  }

  assert {
    condition     = aws_cloudfront_distribution.generator[0].default_cache_behavior[0].origin_request_policy_id == aws_cloudfront_origin_request_policy.generator.id
    error_message = "The generator uses this policy."
  }

  assert {
    condition = (
      aws_cloudfront_origin_request_policy.generator.cookies_config[0].cookie_behavior == "none"
      && aws_cloudfront_origin_request_policy.generator.query_strings_config[0].query_string_behavior == "none"
      && aws_cloudfront_origin_request_policy.generator.headers_config[0].header_behavior == "whitelist"
      && aws_cloudfront_origin_request_policy.generator.headers_config[0].headers[0].items == toset(["Accept", "CloudFront-Viewer-Address"])
    )
    error_message = "With Host, API Gateway answers 403; cookies and queries make no picture another one."
  }
}

run "rules_7_and_24_each_distribution_proves_itself_to_its_origin" {
  module {
    source = "./modules/cdn"
  }

  assert {
    condition     = one(one(aws_cloudfront_distribution.delivery.origin).custom_header) == { name = "Referer", value = "0123456789abcdef0123456789abcdef" }
    error_message = "Without the Referer the website answers 403."
  }

  assert {
    condition     = one(one(aws_cloudfront_distribution.generator[0].origin).custom_header) == { name = "x-resizer-secret", value = "fedcba9876543210fedcba9876543210" }
    error_message = "Without the secret the function answers 403."
  }
}

run "each_distribution_speaks_to_its_origin_as_that_can" {
  module {
    source = "./modules/cdn"
  }

  assert {
    condition     = one(aws_cloudfront_distribution.delivery.origin).domain_name == var.derivatives_host && one(one(aws_cloudfront_distribution.delivery.origin).custom_origin_config).origin_protocol_policy == "http-only"
    error_message = "A website endpoint speaks http alone."
  }

  assert {
    condition     = one(aws_cloudfront_distribution.generator[0].origin).domain_name == var.api_host && one(one(aws_cloudfront_distribution.generator[0].origin).custom_origin_config).origin_protocol_policy == "https-only"
    error_message = "The secret goes to the API encrypted."
  }
}

run "a_slow_original_is_waited_for_once" {
  module {
    source = "./modules/cdn"
  }

  assert {
    condition     = one(aws_cloudfront_distribution.generator[0].origin).connection_attempts == 1
    error_message = "By default CloudFront asks three times, and three runs make one picture."
  }

  assert {
    condition     = one(one(aws_cloudfront_distribution.generator[0].origin).custom_origin_config).origin_read_timeout == 35
    error_message = "The API answers after 30 s at the latest, and its answer has to be heard."
  }
}

run "rule_2_no_distribution_redirects" {
  module {
    source = "./modules/cdn"
  }

  assert {
    condition = alltrue([
      for part in [aws_cloudfront_distribution.delivery, aws_cloudfront_distribution.generator[0]] : part.default_cache_behavior[0].viewer_protocol_policy == "https-only"
    ])
    error_message = "redirect-to-https is a 301, which no part of the loop may emit."
  }
}

run "rule_16_get_and_head_alone" {
  module {
    source = "./modules/cdn"
  }

  assert {
    condition = alltrue([
      for part in [aws_cloudfront_distribution.delivery, aws_cloudfront_distribution.generator[0]] :
      part.default_cache_behavior[0].allowed_methods == toset(["GET", "HEAD"]) && part.default_cache_behavior[0].cached_methods == toset(["GET", "HEAD"])
    ])
    error_message = "Nothing else is answered."
  }
}

run "rule_17_errors_are_kept_for_seconds_and_none_becomes_a_picture" {
  module {
    source = "./modules/cdn"
  }

  assert {
    condition = alltrue([
      for part in [aws_cloudfront_distribution.delivery, aws_cloudfront_distribution.generator[0]] :
      jsonencode({ for error in part.custom_error_response : error.error_code => error.error_caching_min_ttl })
      == jsonencode({ 400 = 10, 403 = 10, 404 = 10, 405 = 10, 414 = 10, 500 = 1, 502 = 1, 503 = 1, 504 = 1 })
    ])
    error_message = "A 4xx is kept 10 s, a 5xx 1 s: what failed by accident is tried again soon."
  }

  assert {
    condition = alltrue(flatten([
      for part in [aws_cloudfront_distribution.delivery, aws_cloudfront_distribution.generator[0]] : [
        for error in part.custom_error_response : coalesce(error.response_code, 0) == 0 && coalesce(error.response_page_path, "none") == "none"
      ]
    ]))
    error_message = "An error that is mapped to 200 would be kept and shown as a picture."
  }
}

run "rule_22_both_add_nosniff_a_sandbox_and_what_pages_of_other_sites_need" {
  module {
    source = "./modules/cdn"
  }

  assert {
    condition = alltrue([
      for part in [aws_cloudfront_distribution.delivery, aws_cloudfront_distribution.generator[0]] : part.default_cache_behavior[0].response_headers_policy_id == aws_cloudfront_response_headers_policy.this["fixed"].id
    ])
    error_message = "On every hop: after crossing hosts a browser sends the origin null."
  }

  assert {
    condition = alltrue([
      for policy in aws_cloudfront_response_headers_policy.this : one(policy.cors_config[0].access_control_allow_origins[0].items) == "*"
    ])
    error_message = "Pictures are for every page."
  }

  assert {
    condition = alltrue([
      for policy in aws_cloudfront_response_headers_policy.this : policy.security_headers_config[0].content_type_options[0].override
    ])
    error_message = "nosniff."
  }

  assert {
    condition = alltrue([
      for policy in aws_cloudfront_response_headers_policy.this : endswith(policy.security_headers_config[0].content_security_policy[0].content_security_policy, "sandbox")
    ])
    error_message = "A picture that is opened by itself runs nothing."
  }

  assert {
    condition = jsonencode({
      for key, policy in aws_cloudfront_response_headers_policy.this : key => { for added in policy.custom_headers_config[0].items : added.header => added.value if added.override }
      }) == jsonencode({
      fixed      = { "Cross-Origin-Resource-Policy" = "cross-origin", "Timing-Allow-Origin" = "*" }
      negotiated = { "Cross-Origin-Resource-Policy" = "cross-origin", "Timing-Allow-Origin" = "*", Vary = "Accept" }
    })
    error_message = "A page with Cross-Origin-Embedder-Policy shows no picture without the first, and measures none without the second; Vary is for what was negotiated."
  }
}

run "without_a_domain_delivery_has_cloudfronts_name_and_certificate" {
  module {
    source = "./modules/cdn"
  }

  assert {
    condition     = output.base_url == "https://d111111abcdef8.cloudfront.net" && aws_cloudfront_distribution.delivery.viewer_certificate[0].cloudfront_default_certificate
    error_message = "CloudFront gives a name and a certificate for it."
  }

  assert {
    condition     = length(aws_route53_record.delivery) == 0
    error_message = "No records without a zone."
  }
}

run "a_domain_brings_its_certificate_and_its_records" {
  module {
    source = "./modules/cdn"
  }

  variables {
    domain = { name = "img.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/abc", zone_id = "Z123" }
  }

  assert {
    condition     = output.base_url == "https://img.example.com" && aws_cloudfront_distribution.delivery.aliases == toset(["img.example.com"])
    error_message = "Redirects lead to the host of the site."
  }

  assert {
    condition     = aws_cloudfront_distribution.delivery.viewer_certificate[0].acm_certificate_arn == var.domain.certificate_arn && aws_cloudfront_distribution.delivery.viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021"
    error_message = "With the certificate that was given, and no old TLS."
  }

  assert {
    condition     = toset(keys(aws_route53_record.delivery)) == toset(["A", "AAAA"])
    error_message = "For both versions of IP."
  }

  assert {
    condition     = length(coalesce(aws_cloudfront_distribution.generator[0].aliases, [])) == 0
    error_message = "The generator keeps CloudFront's name: viewers only pass through it."
  }
}

run "a_domain_whose_zone_is_elsewhere_gets_no_records" {
  module {
    source = "./modules/cdn"
  }

  variables {
    domain = { name = "img.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/abc", zone_id = null }
  }

  assert {
    condition     = length(aws_route53_record.delivery) == 0
    error_message = "There is no zone to make them in."
  }
}

run "a_zone_without_records_is_left_as_it_is" {
  module {
    source = "./modules/cdn"
  }

  variables {
    domain = { name = "img.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/abc", zone_id = "Z123", records = false }
  }

  assert {
    condition     = length(aws_route53_record.delivery) == 0
    error_message = "Somebody else makes them."
  }
}

run "rule_15_f_auto_is_answered_at_the_edge_with_what_the_presets_mean" {
  module {
    source = "./modules/cdn"
  }

  variables {
    presets = {
      any      = "300x200_fit-cover_f-auto"
      other    = "300x_format-auto"
      exact    = "x200_ll_f-webp"
      thumb    = "300x200_f-webp"
      versions = "300x_v-auto"
    }
  }

  assert {
    condition     = strcontains(aws_cloudfront_function.edge["edge"].code, "const PRESETS = {\"any\":\"auto\",\"exact\":\"lossless\",\"other\":\"auto\"};")
    error_message = "A preset that stands for f-auto is looked for under a format as well; one with ll is no f-auto."
  }

  assert {
    condition     = replace(aws_cloudfront_function.edge["edge"].code, "/const PRESETS = .*;/", "const PRESETS = {/* presets */};") == file("./modules/cdn/negotiate.js")
    error_message = "Apart from that it is the file that the local loop runs."
  }

  assert {
    condition = [for behavior in aws_cloudfront_distribution.delivery.ordered_cache_behavior : behavior.path_pattern] == [
      "/*_f-auto*", "/p-any_f-*", "/p-any_*", "/p-any/*", "/p-other_f-*", "/p-other_*", "/p-other/*",
    ]
    error_message = "In this order: the first that fits an address is the one that counts."
  }

  assert {
    condition = alltrue([
      for behavior in aws_cloudfront_distribution.delivery.ordered_cache_behavior :
      behavior.response_headers_policy_id == aws_cloudfront_response_headers_policy.this[endswith(behavior.path_pattern, "_f-*") ? "fixed" : "negotiated"].id
    ])
    error_message = "One address has several pictures, and caches behind CloudFront have to know; where a format is asked for it has one."
  }

  assert {
    condition = alltrue([
      for behavior in aws_cloudfront_distribution.delivery.ordered_cache_behavior : alltrue([
        for name in ["target_origin_id", "allowed_methods", "cached_methods", "viewer_protocol_policy", "compress", "cache_policy_id", "origin_request_policy_id", "function_association"] :
        jsonencode(behavior[name]) == jsonencode(aws_cloudfront_distribution.delivery.default_cache_behavior[0][name])
      ])
    ])
    error_message = "Apart from the headers they are the default behaviour."
  }
}

run "with_more_presets_than_behaviours_each_preset_has_vary" {
  command = plan

  module {
    source = "./modules/cdn"
  }

  variables {
    presets = { for number in range(25) : "a${number}" => "300x_f-auto" }
  }

  assert {
    condition     = [for behavior in aws_cloudfront_distribution.delivery.ordered_cache_behavior : behavior.path_pattern] == ["/*_f-auto*", "/p-*"]
    error_message = "CloudFront has 75 behaviours for a distribution."
  }
}

run "without_presets_of_f_auto_one_pattern_is_enough" {
  command = plan

  module {
    source = "./modules/cdn"
  }

  variables {
    presets = { thumb = "300x200_f-webp" }
  }

  assert {
    condition     = [for behavior in aws_cloudfront_distribution.delivery.ordered_cache_behavior : behavior.path_pattern] == ["/*_f-auto*"]
    error_message = "What has one format has no Vary."
  }
}

run "without_negotiation_nothing_runs_at_the_edge" {
  module {
    source = "./modules/cdn"
  }

  variables {
    negotiation = false
  }

  assert {
    condition     = length(aws_cloudfront_function.edge) == 0 && length(aws_cloudfront_distribution.delivery.default_cache_behavior[0].function_association) == 0
    error_message = "The function answers f-auto itself."
  }

  assert {
    condition     = keys(aws_cloudfront_response_headers_policy.this) == ["fixed"] && length(aws_cloudfront_distribution.delivery.ordered_cache_behavior) == 0
    error_message = "The function says Vary itself, where it is so."
  }
}

run "more_presets_than_the_function_can_hold_are_refused" {
  command = plan

  module {
    source = "./modules/cdn"
  }

  variables {
    presets = { for number in range(400) : "a.preset.with.a.name.${number}" => "300x_f-auto" }
  }

  expect_failures = [aws_cloudfront_function.edge]
}

run "an_edge_function_sees_the_requests_of_viewers_to_delivery" {
  module {
    source = "./modules/cdn"
  }

  variables {
    negotiation   = false
    edge_function = "./tests/edge.js"
  }

  assert {
    condition     = one(aws_cloudfront_distribution.delivery.default_cache_behavior[0].function_association).event_type == "viewer-request"
    error_message = "Before the cache, so that what it writes into the path is in the key."
  }

  assert {
    condition     = length(aws_cloudfront_distribution.generator[0].default_cache_behavior[0].function_association) == 0
    error_message = "Delivery alone."
  }

  assert {
    condition     = aws_cloudfront_function.edge["edge"].runtime == "cloudfront-js-2.0" && aws_cloudfront_function.edge["edge"].publish
    error_message = "One that is not published runs nowhere."
  }
}

run "an_edge_function_that_is_no_file_is_refused" {
  command = plan

  module {
    source = "./modules/cdn"
  }

  variables {
    edge_function = "./tests/missing.js"
  }

  expect_failures = [var.edge_function]
}

run "firewalls_stand_where_they_are_asked_for" {
  module {
    source = "./modules/cdn"
  }

  variables {
    firewalls = { generator = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/img/abc" }
  }

  assert {
    condition     = aws_cloudfront_distribution.generator[0].web_acl_id == var.firewalls.generator && aws_cloudfront_distribution.delivery.web_acl_id == null
    error_message = "On the generator alone."
  }
}

run "what_has_no_region_has_it_in_its_name" {
  module {
    source = "./modules/cdn"
  }

  assert {
    condition = [
      aws_cloudfront_cache_policy.delivery.name, aws_cloudfront_origin_request_policy.generator.name,
      aws_cloudfront_response_headers_policy.this["fixed"].name, aws_cloudfront_response_headers_policy.this["negotiated"].name,
      aws_cloudfront_function.edge["edge"].name,
      ] == [
      "img-eu-central-1-delivery", "img-eu-central-1-generator", "img-eu-central-1", "img-eu-central-1-negotiated",
      "img-eu-central-1-edge",
    ]
    error_message = "Two stacks of one name in two regions would meet."
  }
}

run "a_name_stays_as_it_was_made" {
  command = plan

  module {
    source = "./modules/cdn"
  }

  variables {
    region = "us-east-1"
  }

  assert {
    condition = [
      aws_cloudfront_cache_policy.delivery.name, aws_cloudfront_origin_request_policy.generator.name,
      aws_cloudfront_response_headers_policy.this["fixed"].name, aws_cloudfront_response_headers_policy.this["negotiated"].name,
      aws_cloudfront_function.edge["edge"].name,
      ] == [
      "img-eu-central-1-delivery", "img-eu-central-1-generator", "img-eu-central-1", "img-eu-central-1-negotiated",
      "img-eu-central-1-edge",
    ]
    error_message = "A function that is in use cannot be replaced, so no name may change in a stack that is there."
  }
}
