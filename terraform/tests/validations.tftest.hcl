# The values that variables refuse. Each run gives one wrong value, and the variable must refuse it.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name      = "img"
  access    = "open"
  originals = { bucket = "pictures" }
  image_uri = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/img@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

run "access_is_one_of_three" {
  command = plan

  variables {
    access = "private"
  }

  expect_failures = [var.access]
}

run "access_by_presets_needs_one" {
  command = plan

  variables {
    access = "presets"
  }

  expect_failures = [var.access]
}

run "access_by_signature_needs_a_key" {
  command = plan

  variables {
    access = "signed"
  }

  expect_failures = [var.access]
}

run "alarms_tell_arns" {
  command = plan

  variables {
    alarms = { actions = ["ops@example.com"] }
  }

  expect_failures = [var.alarms]
}

run "an_error_rate_of_nothing_is_always_on" {
  command = plan

  variables {
    alarms = { error_percent = 0 }
  }

  expect_failures = [var.alarms]
}

run "no_run_is_longer_than_its_time_out" {
  command = plan

  variables {
    alarms = { duration_percent = 120 }
  }

  expect_failures = [var.alarms]
}

run "generations_of_nothing_are_always_on" {
  command = plan

  variables {
    alarms = { generations_per_hour = 0 }
  }

  expect_failures = [var.alarms]
}

run "rule_18_derivatives_are_not_kept_among_originals" {
  command = plan

  variables {
    derivatives = { bucket = "pictures" }
  }

  expect_failures = [var.derivatives]
}

run "derivatives_expire_by_the_day" {
  command = plan

  variables {
    derivatives = { expire_after_days = 1.5 }
  }

  expect_failures = [var.derivatives]
}

run "a_domain_is_a_host" {
  command = plan

  variables {
    domain = { name = "https://img.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/abc" }
  }

  expect_failures = [var.domain]
}

run "a_certificate_is_of_us_east_1" {
  command = plan

  variables {
    domain = { name = "img.example.com", certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/abc" }
  }

  expect_failures = [var.domain]
}

run "records_want_a_zone" {
  command = plan

  variables {
    domain = { name = "img.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/abc", records = true }
  }

  expect_failures = [var.domain]
}

run "a_firewall_is_of_us_east_1" {
  command = plan

  variables {
    firewalls = { generator = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/img/abc" }
  }

  expect_failures = [var.firewalls]
}

run "memory_is_what_lambda_has" {
  command = plan

  variables {
    function = { memory_mb = 128 }
  }

  expect_failures = [var.function]
}

run "the_function_answers_before_the_api_gives_up" {
  command = plan

  variables {
    function = { timeout_s = 60 }
  }

  expect_failures = [var.function]
}

run "an_architecture_is_lambdas_word" {
  command = plan

  variables {
    function = { architecture = "amd64" }
  }

  expect_failures = [var.function]
}

run "rule_25_a_concurrency_of_nothing_lets_nothing_run" {
  command = plan

  variables {
    function = { reserved_concurrency = 0 }
  }

  expect_failures = [var.function]
}

run "rule_26_an_image_is_named_by_its_digest" {
  command = plan

  variables {
    image_uri = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/img:latest"
  }

  expect_failures = [var.image_uri]
}

run "a_limit_is_a_whole_number_above_nothing" {
  command = plan

  variables {
    limits = { frames = 0 }
  }

  expect_failures = [var.limits]
}

run "a_log_ends" {
  command = plan

  variables {
    log_retention_days = 0
  }

  expect_failures = [var.log_retention_days]
}

run "a_name_fits_into_that_of_a_bucket" {
  command = plan

  variables {
    name = "Img_Test"
  }

  expect_failures = [var.name]
}

run "a_name_is_not_too_long_for_that_of_a_bucket" {
  command = plan

  variables {
    name = "a-name-that-is-far-too-long"
  }

  expect_failures = [var.name]
}

run "originals_are_a_bucket_and_no_url" {
  command = plan

  variables {
    originals = { bucket = "s3://pictures" }
  }

  expect_failures = [var.originals]
}

run "a_prefix_begins_with_no_slash" {
  command = plan

  variables {
    originals = { bucket = "pictures", prefix = "/site" }
  }

  expect_failures = [var.originals]
}

run "a_format_is_one_that_is_written" {
  command = plan

  variables {
    pictures = { format = "heic" }
  }

  expect_failures = [var.pictures]
}

run "a_quality_is_of_a_format_that_has_one" {
  command = plan

  variables {
    pictures = { quality = { png = 80 } }
  }

  expect_failures = [var.pictures]
}

run "a_quality_is_within_100" {
  command = plan

  variables {
    pictures = { quality = { jpg = 101 } }
  }

  expect_failures = [var.pictures]
}

run "a_plugin_has_a_name_for_a_url" {
  command = plan

  variables {
    plugins = ["acme.sepia", "Acme-2"]
  }

  expect_failures = [var.plugins]
}

run "a_preset_has_a_name_for_a_url" {
  command = plan

  variables {
    presets = { "My Thumb" = "300x200" }
  }

  expect_failures = [var.presets]
}

run "a_preset_is_a_spec" {
  command = plan

  variables {
    presets = { thumb = "300x200/cat.jpg" }
  }

  expect_failures = [var.presets]
}

run "a_price_class_is_cloudfronts" {
  command = plan

  variables {
    price_class = "PriceClass_50"
  }

  expect_failures = [var.price_class]
}

run "rule_7_two_generations_at_most" {
  command = plan

  variables {
    secret_generations = [1, 2, 3]
  }

  expect_failures = [var.secret_generations]
}

run "rule_7_two_different_generations" {
  command = plan

  variables {
    secret_generations = [1, 1]
  }

  expect_failures = [var.secret_generations]
}

run "signed_may_have_its_keys_in_an_object" {
  command = plan

  variables {
    access         = "signed"
    secrets_object = { bucket = "private", keys = ["secrets-1.json"] }
  }

  assert {
    condition     = length(var.signing_keys) == 0
    error_message = "No key is in the configuration."
  }
}

run "keys_are_said_in_one_place" {
  command = plan

  variables {
    signing_keys   = ["0123456789abcdef0123456789abcdef"]
    secrets_object = { bucket = "private", keys = ["secrets-1.json"] }
  }

  expect_failures = [var.secrets_object]
}

run "an_object_of_secrets_has_one_or_two_names" {
  command = plan

  variables {
    secrets_object = { bucket = "private", keys = ["1.json", "2.json", "3.json"] }
  }

  expect_failures = [var.secrets_object]
}

run "an_object_of_secrets_is_one_object" {
  command = plan

  variables {
    secrets_object = { bucket = "private", keys = ["secrets/*"] }
  }

  expect_failures = [var.secrets_object]
}

run "secrets_are_not_among_the_pictures" {
  command = plan

  variables {
    secrets_object = { bucket = var.originals.bucket, keys = ["secrets-1.json"] }
  }

  expect_failures = [var.secrets_object]
}

run "a_signing_key_is_long" {
  command = plan

  variables {
    signing_keys = ["0123456789"]
  }

  expect_failures = [var.signing_keys]
}

run "rule_25_a_throttle_of_zero_refuses_every_call" {
  command = plan

  variables {
    throttle = { rate = 0 }
  }

  expect_failures = [var.throttle]
}

run "rule_25_a_burst_of_zero_refuses_every_call" {
  command = plan

  variables {
    throttle = { burst = 0 }
  }

  expect_failures = [var.throttle]
}

run "a_watermark_has_a_name_for_a_url" {
  command = plan

  variables {
    watermarks = { keys = { "My-Logo" = "logo.png" } }
  }

  expect_failures = [var.watermarks]
}

run "a_watermark_is_one_file" {
  command = plan

  variables {
    watermarks = { keys = { logo = "marks/*" } }
  }

  expect_failures = [var.watermarks]
}

run "a_bucket_of_watermarks_has_some" {
  command = plan

  variables {
    watermarks = { bucket = "brand" }
  }

  expect_failures = [var.watermarks]
}

run "a_fallback_is_a_key_in_its_bucket" {
  command = plan

  variables {
    fallback = "/site/missing.png"
  }

  expect_failures = [var.fallback]
}

run "a_fallback_has_no_segments_that_lead_elsewhere" {
  command = plan

  variables {
    fallback = "site/../missing.png"
  }

  expect_failures = [var.fallback]
}

run "a_fallback_has_no_backslash" {
  command = plan

  variables {
    fallback = "site\\missing.png"
  }

  expect_failures = [var.fallback]
}

run "a_fallback_has_no_space_at_its_end" {
  command = plan

  variables {
    fallback = "site/missing.png "
  }

  expect_failures = [var.fallback]
}

run "without_a_repository_an_image_is_given" {
  command = plan

  variables {
    registry  = false
    image_uri = null
  }

  expect_failures = [var.registry]
}

run "alarms_write_to_an_address" {
  command = plan

  variables {
    alarms = { email = "ops" }
  }

  expect_failures = [var.alarms]
}

run "generations_of_nothing_in_a_day_are_always_on" {
  command = plan

  variables {
    alarms = { generations_per_day = 0 }
  }

  expect_failures = [var.alarms]
}

run "rule_18_derivatives_are_not_kept_among_the_originals_of_a_segment" {
  command = plan

  variables {
    originals   = { by_segment = { shop = { bucket = "wares" } } }
    derivatives = { bucket = "wares" }
  }

  expect_failures = [var.derivatives]
}

run "a_key_for_logs_is_no_alias" {
  command = plan

  variables {
    encryption = { logs = "arn:aws:kms:eu-central-1:123456789012:alias/logs" }
  }

  expect_failures = [var.encryption]
}

run "originals_are_in_one_bucket_or_in_several" {
  command = plan

  variables {
    originals = { bucket = "pictures", by_segment = { shop = { bucket = "wares" } } }
  }

  expect_failures = [var.originals]
}

run "originals_are_somewhere" {
  command = plan

  variables {
    originals = {}
  }

  expect_failures = [var.originals]
}

run "a_prefix_beside_segments_belongs_to_none" {
  command = plan

  variables {
    originals = { prefix = "site", by_segment = { shop = { bucket = "wares" } } }
  }

  expect_failures = [var.originals]
}

run "a_segment_has_no_slash" {
  command = plan

  variables {
    originals = { by_segment = { "shop/" = { bucket = "wares" } } }
  }

  expect_failures = [var.originals]
}

run "a_segment_has_a_bucket_and_no_url" {
  command = plan

  variables {
    originals = { by_segment = { shop = { bucket = "s3://wares" } } }
  }

  expect_failures = [var.originals]
}

run "a_prefix_is_no_pattern" {
  command = plan

  variables {
    originals = { bucket = "pictures", prefix = "site*" }
  }

  expect_failures = [var.originals]
}

run "a_region_is_one" {
  command = plan

  variables {
    originals = { bucket = "pictures", region = "Frankfurt" }
  }

  expect_failures = [var.originals]
}

run "a_key_of_originals_is_no_alias" {
  command = plan

  variables {
    originals = { bucket = "pictures", kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:alias/pictures" }
  }

  expect_failures = [var.originals]
}

run "a_role_is_an_arn" {
  command = plan

  variables {
    own_role = { arn = "pictures" }
  }

  expect_failures = [var.own_role]
}

run "a_role_of_yours_has_a_path_of_its_own" {
  command = plan

  variables {
    own_role = { arn = "arn:aws:iam::123456789012:role/pictures" }
    role     = { path = "/pictures/" }
  }

  expect_failures = [var.own_role]
}

run "a_path_is_between_slashes" {
  command = plan

  variables {
    role = { path = "pictures" }
  }

  expect_failures = [var.role]
}

run "a_boundary_is_a_policy" {
  command = plan

  variables {
    role = { permissions_boundary = "arn:aws:iam::123456789012:role/pictures" }
  }

  expect_failures = [var.role]
}

run "a_region_of_watermarks_has_a_bucket" {
  command = plan

  variables {
    watermarks = { keys = { logo = "logo.png" }, region = "us-west-2" }
  }

  expect_failures = [var.watermarks]
}
