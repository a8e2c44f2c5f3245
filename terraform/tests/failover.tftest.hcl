# The second way of delivery: one distribution, and a bucket that only this distribution reads.

mock_provider "aws" {
  source = "./tests/mocks"

  override_resource {
    target = module.cdn.aws_cloudfront_distribution.delivery
    values = { domain_name = "ddel.cloudfront.net", id = "EDELIVERY" }
  }
}

variables {
  name      = "img"
  delivery  = "failover"
  access    = "open"
  originals = { bucket = "pictures" }
  image_uri = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/img@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

run "the_outputs_name_one_distribution" {
  variables {
    derivatives = { bucket = "made" }
  }

  assert {
    condition = jsonencode(output.stack) == jsonencode({
      api_id                    = "abc123"
      backfill                  = "off"
      base_url                  = "https://ddel.cloudfront.net"
      delivery                  = "failover"
      delivery_distribution_id  = "EDELIVERY"
      derivatives_bucket        = "made"
      eager                     = "off"
      freshness                 = "off"
      function_name             = "img"
      generator_distribution_id = null
      name                      = "img"
      originals_bucket          = "pictures"
      region                    = "eu-central-1"
    })
    error_message = "What `make doctor` asks for."
  }

  assert {
    condition     = output.img_src == "https://ddel.cloudfront.net" && keys(output.distribution_arns) == ["delivery"]
    error_message = "No view goes over another host."
  }

  assert {
    condition     = output.cache_tags
    error_message = "A bucket sends the tags of a derivative."
  }

  assert {
    condition     = length(module.referer) == 0
    error_message = "There is no secret between delivery and the bucket: delivery signs."
  }
}

run "the_settings_of_the_function_say_the_way" {
  module {
    source = "./modules/function"
  }

  variables {
    derivatives        = { bucket = "made", arn = "arn:aws:s3:::made" }
    base_url           = null
    originals          = { bucket = "pictures", prefix = "", region = null, kms_key_arn = null, by_segment = {} }
    origin_secrets     = ["0123456789abcdef0123456789abcdef"]
    presets            = {}
    signing_keys       = []
    limits             = {}
    pictures           = { heic = true, svg = false, format = null, quality = {}, cache_control = null }
    watermarks         = { keys = {}, bucket = null, region = null }
    fallback           = null
    size               = { memory_mb = 1536, timeout_s = 29, architecture = "arm64", reserved_concurrency = 10 }
    alarms             = { enabled = true, actions = [], email = null, error_percent = 5, duration_percent = 80, generations_per_hour = 5000, generations_per_day = 20000 }
    dashboard          = true
    distributions      = { delivery = "EDELIVERY" }
    log_retention_days = 30
    role               = { path = "/", permissions_boundary = null }
    tracing            = false
    tags               = {}
  }

  assert {
    condition = (
      aws_lambda_function.this.environment[0].variables["RESIZER_DELIVERY"] == "failover"
      && !contains(keys(aws_lambda_function.this.environment[0].variables), "RESIZER_BASE_URL")
    )
    error_message = "Without a domain the function redirects on the host that was asked."
  }

  assert {
    condition = [
      for metric in jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets[4].properties.metrics : metric[3]
    ] == ["EDELIVERY"]
    error_message = "The dashboard shows the one distribution."
  }
}

run "rules_7_and_23_the_bucket_lets_in_this_distribution_alone_and_blocks_all_that_is_public" {
  module {
    source = "./modules/derivatives"
  }

  variables {
    default_bucket = "img-derived-123456789012-eu-central-1"
    delivery_arn   = "arn:aws:cloudfront::123456789012:distribution/EDELIVERY"
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls, aws_s3_bucket_public_access_block.this.ignore_public_acls,
      aws_s3_bucket_public_access_block.this.block_public_policy, aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "All four, which a policy for one distribution passes."
  }

  assert {
    condition = jsonencode({
      for statement in data.aws_iam_policy_document.read.statement : one(statement.actions) => one(statement.resources)
      }) == jsonencode({
      "s3:GetObject"  = "arn:aws:s3:::img-derivatives-123456789012/*"
      "s3:ListBucket" = "arn:aws:s3:::img-derivatives-123456789012"
    })
    error_message = "Without ListBucket what is missing would be 403, and nothing would ever be made."
  }

  assert {
    condition = alltrue([
      for statement in data.aws_iam_policy_document.read.statement : (
        one(statement.principals).type == "Service" && one(one(statement.principals).identifiers) == "cloudfront.amazonaws.com"
        && one(statement.condition).test == "StringEquals" && one(statement.condition).variable == "aws:SourceArn"
        && tolist(one(statement.condition).values) == tolist([var.delivery_arn])
      )
    ])
    error_message = "Without the condition every distribution of every account could read."
  }

  assert {
    condition     = length(aws_s3_bucket_website_configuration.this) == 0
    error_message = "Nobody redirects."
  }

  assert {
    condition     = output.host == "img-derivatives-123456789012.s3.eu-central-1.amazonaws.com"
    error_message = "The bucket itself, in its region: another host of S3 would answer with a redirect."
  }
}

run "a_private_bucket_without_a_reader_is_refused" {
  command = plan

  module {
    source = "./modules/derivatives"
  }

  variables {
    default_bucket = "img-derived-123456789012-eu-central-1"
  }

  expect_failures = [var.delivery_arn]
}

run "rules_1_and_24_delivery_asks_the_bucket_and_on_404_alone_the_api" {
  module {
    source = "./modules/cdn"
  }

  variables {
    region           = "eu-central-1"
    derivatives_host = "made.s3.eu-central-1.amazonaws.com"
    api_host         = "abc123.execute-api.eu-central-1.amazonaws.com"
    origin_secret    = "fedcba9876543210fedcba9876543210"
    domain           = null
    price_class      = "PriceClass_100"
    negotiation      = true
    presets          = { any = "300x200_f-auto" }
    tags             = {}
  }

  assert {
    condition = (
      [for member in one(aws_cloudfront_distribution.delivery.origin_group).member : member.origin_id] == ["derivatives", "api"]
      && one(one(aws_cloudfront_distribution.delivery.origin_group).failover_criteria).status_codes == toset([404])
    )
    error_message = "A 403 that led to the function would hide a broken policy, and every view would be a run."
  }

  assert {
    condition = jsonencode({
      for origin in aws_cloudfront_distribution.delivery.origin : origin.origin_id => {
        host    = origin.domain_name
        signs   = coalesce(origin.origin_access_control_id, "no")
        headers = { for header in origin.custom_header : header.name => header.value }
        policy  = [for custom in origin.custom_origin_config : custom.origin_protocol_policy]
      }
      }) == jsonencode({
      api         = { headers = { "x-resizer-secret" = var.origin_secret }, host = var.api_host, policy = ["https-only"], signs = "no" }
      derivatives = { headers = {}, host = var.derivatives_host, policy = [], signs = aws_cloudfront_origin_access_control.derivatives[0].id }
    })
    error_message = "Delivery signs for the bucket, and proves itself to the API by the secret."
  }

  assert {
    condition = alltrue([
      for origin in aws_cloudfront_distribution.delivery.origin :
      origin.connection_attempts == 1 && one(origin.custom_origin_config).origin_read_timeout == 35 if origin.origin_id == "api"
    ])
    error_message = "One attempt is one run, and a slow original is waited for."
  }

  assert {
    condition = (
      aws_cloudfront_origin_access_control.derivatives[0].origin_access_control_origin_type == "s3"
      && aws_cloudfront_origin_access_control.derivatives[0].signing_behavior == "always"
      && aws_cloudfront_origin_access_control.derivatives[0].signing_protocol == "sigv4"
    )
    error_message = "The bucket takes nothing that is not signed."
  }

  assert {
    condition = alltrue([
      for behavior in concat(aws_cloudfront_distribution.delivery.default_cache_behavior, aws_cloudfront_distribution.delivery.ordered_cache_behavior) : (
        behavior.target_origin_id == one(aws_cloudfront_distribution.delivery.origin_group).origin_id
        && behavior.cache_policy_id == aws_cloudfront_cache_policy.delivery.id
        && behavior.origin_request_policy_id == aws_cloudfront_origin_request_policy.generator.id
        && behavior.allowed_methods == toset(["GET", "HEAD"])
        && one(behavior.function_association).event_type == "viewer-request"
      )
    ])
    error_message = "Each behaviour asks both, keeps by the path alone, and forwards Accept and the address; not Host, which is signed."
  }

  assert {
    condition     = length(aws_cloudfront_distribution.generator) == 0 && output.generator_host == null && keys(output.distribution_ids) == ["delivery"]
    error_message = "There is no second distribution."
  }

  assert {
    condition = aws_cloudfront_function.edge["edge"].code == join("", [
      file("./modules/cdn/failover.js"),
      replace(replace(file("./modules/cdn/negotiate.js"), "{/* presets */}", "{\"any\":\"auto\"}"), "function handler(", "function behind("),
    ])
    error_message = "What begins with no SPEC is answered before anything is negotiated."
  }
}

run "rule_6_without_negotiation_too_the_edge_answers_what_begins_with_no_spec" {
  command = plan

  module {
    source = "./modules/cdn"
  }

  variables {
    region           = "eu-central-1"
    derivatives_host = "made.s3.eu-central-1.amazonaws.com"
    api_host         = "abc123.execute-api.eu-central-1.amazonaws.com"
    origin_secret    = "fedcba9876543210fedcba9876543210"
    domain           = null
    price_class      = "PriceClass_100"
    negotiation      = false
    tags             = {}
  }

  assert {
    condition     = aws_cloudfront_function.edge["edge"].code == "${file("./modules/cdn/failover.js")}function behind(event) {\n  return event.request;\n}\n"
    error_message = "And nothing else."
  }

  assert {
    condition     = aws_cloudfront_distribution.delivery.default_root_object == "no-such-root-object"
    error_message = "Delivery may list the bucket: nobody may see the list at /."
  }
}

run "rule_6_before_a_function_of_ones_own_too" {
  command = plan

  module {
    source = "./modules/cdn"
  }

  variables {
    region           = "eu-central-1"
    derivatives_host = "made.s3.eu-central-1.amazonaws.com"
    api_host         = "abc123.execute-api.eu-central-1.amazonaws.com"
    origin_secret    = "fedcba9876543210fedcba9876543210"
    domain           = null
    price_class      = "PriceClass_100"
    negotiation      = false
    edge_function    = "./tests/edge.js"
    tags             = {}
  }

  assert {
    condition     = endswith(aws_cloudfront_function.edge["edge"].code, replace(file("./tests/edge.js"), "function handler(", "function behind("))
    error_message = "It sees what begins like a SPEC."
  }
}

run "a_function_of_ones_own_that_cannot_be_called_is_refused" {
  command = plan

  module {
    source = "./modules/cdn"
  }

  variables {
    region           = "eu-central-1"
    derivatives_host = "made.s3.eu-central-1.amazonaws.com"
    api_host         = "abc123.execute-api.eu-central-1.amazonaws.com"
    origin_secret    = "fedcba9876543210fedcba9876543210"
    domain           = null
    price_class      = "PriceClass_100"
    negotiation      = false
    edge_function    = "./tests/record.json"
    tags             = {}
  }

  expect_failures = [var.edge_function]
}

run "a_domain_is_where_the_function_redirects_to" {
  variables {
    domain = { name = "img.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/abc", zone_id = "Z123" }
  }

  assert {
    condition     = output.base_url == "https://img.example.com" && output.img_src == "https://img.example.com"
    error_message = "One host for everything."
  }
}

run "a_firewall_of_the_generator_has_nowhere_to_stand" {
  command = plan

  variables {
    firewalls = { generator = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/img/abc" }
  }

  expect_failures = [var.firewalls]
}

run "a_referer_is_sent_to_nobody" {
  command = plan

  variables {
    secrets = { referer = ["0123456789abcdef0123456789abcdef"] }
  }

  expect_failures = [var.secrets]
}

run "there_are_two_ways_of_delivery" {
  command = plan

  variables {
    delivery = "proxy"
  }

  expect_failures = [var.delivery]
}
