# The bucket of derivatives. A run's name begins with the rules of docs/loop.md that it checks.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  delivery       = "redirect"
  default_bucket = "img-derived-123456789012-eu-central-1"
  generator_host = "dgen.cloudfront.net"
  referers       = ["0123456789abcdef0123456789abcdef"]
}

run "rule_1_one_rule_for_each_beginning_of_a_spec_with_both_conditions" {
  module {
    source = "./modules/derivatives"
  }

  assert {
    condition = [
      for rule in aws_s3_bucket_website_configuration.this[0].routing_rule : one(rule.condition).key_prefix_equals
    ] == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "x", "orig", "p-"]
    error_message = "A SPEC begins with 1 to 9, x, orig or p-, and nothing else may reach the function."
  }

  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_website_configuration.this[0].routing_rule : one(rule.condition).http_error_code_returned_equals == "404"
    ])
    error_message = "Only what is missing is redirected: 403 also means an object that exists, and its redirect would never end."
  }
}

run "rule_1_the_key_is_kept_whole" {
  module {
    source = "./modules/derivatives"
  }

  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_website_configuration.this[0].routing_rule :
      coalesce(one(rule.redirect).replace_key_prefix_with, "none") == "none" && coalesce(one(rule.redirect).replace_key_with, "none") == "none"
    ])
    error_message = "The path at the generator is the key that delivery asks for."
  }
}

run "rule_2_by_307_to_the_generator_over_https" {
  module {
    source = "./modules/derivatives"
  }

  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_website_configuration.this[0].routing_rule :
      one(rule.redirect).http_redirect_code == "307" && one(rule.redirect).protocol == "https" && one(rule.redirect).host_name == "dgen.cloudfront.net"
    ])
    error_message = "CloudFront and browsers keep 301; a 307 without Cache-Control is kept by neither."
  }
}

run "rule_6_nothing_but_errors_is_redirected_and_all_else_is_a_404" {
  module {
    source = "./modules/derivatives"
  }

  assert {
    condition     = length(aws_s3_bucket_website_configuration.this[0].redirect_all_requests_to) == 0 && length(aws_s3_bucket_website_configuration.this[0].error_document) == 0
    error_message = "What is no SPEC ends as S3's own 404."
  }
}

run "rules_7_and_23_reading_takes_the_referer_and_allows_nothing_else" {
  module {
    source = "./modules/derivatives"
  }

  assert {
    condition     = length(data.aws_iam_policy_document.read.statement) == 1
    error_message = "One statement: whoever has the secret Referer may read."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.read.statement[0].actions) == "s3:GetObject"
    error_message = "Not Put, as in the tutorial of 2016, and not List."
  }

  assert {
    condition = (
      one(data.aws_iam_policy_document.read.statement[0].condition).test == "StringEquals"
      && one(data.aws_iam_policy_document.read.statement[0].condition).variable == "aws:Referer"
      && tolist(one(data.aws_iam_policy_document.read.statement[0].condition).values) == tolist(["0123456789abcdef0123456789abcdef"])
    )
    error_message = "Without the condition everybody reads the bucket past the distribution."
  }
}

run "rule_7_two_referers_while_a_rotation_is_on_its_way" {
  module {
    source = "./modules/derivatives"
  }

  variables {
    referers = ["0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"]
  }

  assert {
    condition     = length(one(data.aws_iam_policy_document.read.statement[0].condition).values) == 2
    error_message = "Both secrets read until the distribution sends the new one everywhere."
  }
}

run "rule_7_no_referer_at_all_is_refused" {
  command = plan

  module {
    source = "./modules/derivatives"
  }

  variables {
    referers = []
  }

  expect_failures = [var.referers]
}

run "rule_16_the_index_document_is_one_that_nobody_uploads" {
  module {
    source = "./modules/derivatives"
  }

  assert {
    condition     = one(aws_s3_bucket_website_configuration.this[0].index_document).suffix == "no-such-index-document"
    error_message = "With a usual name, S3 would redirect x to x/ as soon as somebody stores x/index.html."
  }
}

run "rule_23_acls_are_blocked_and_policies_are_not" {
  module {
    source = "./modules/derivatives"
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.this.block_public_acls && aws_s3_bucket_public_access_block.this.ignore_public_acls
    error_message = "No ACL may open the bucket."
  }

  assert {
    condition     = !aws_s3_bucket_public_access_block.this.block_public_policy && !aws_s3_bucket_public_access_block.this.restrict_public_buckets
    error_message = "A policy with a Referer counts as public; with either switch on, delivery would get 403 for everything."
  }
}

run "rule_23_the_owner_owns_and_aes256_encrypts" {
  module {
    source = "./modules/derivatives"
  }

  assert {
    condition     = one(aws_s3_bucket_ownership_controls.this.rule).object_ownership == "BucketOwnerEnforced"
    error_message = "An object of another owner could not be read."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "What KMS encrypts cannot be read anonymously, and a website's readers are."
  }
}

run "a_bucket_keeps_its_name_whatever_the_default_has_become" {
  command = plan

  module {
    source = "./modules/derivatives"
  }

  variables {
    default_bucket = "img-derivatives-123456789012"
  }

  assert {
    condition     = aws_s3_bucket.this.bucket == "img-derived-123456789012-eu-central-1"
    error_message = "Another name is another bucket: this one would be emptied and deleted."
  }
}

run "a_bucket_that_is_there_is_not_renamed" {
  command = plan

  module {
    source = "./modules/derivatives"
  }

  variables {
    bucket = "made"
  }

  expect_failures = [aws_s3_bucket.this]
}

run "derivatives_are_kept_unless_days_are_given" {
  module {
    source = "./modules/derivatives"
  }

  assert {
    condition     = length(one(aws_s3_bucket_lifecycle_configuration.this.rule).expiration) == 0
    error_message = "Keeping is cheaper than making again."
  }
}

run "derivatives_expire_after_the_days_that_are_given" {
  module {
    source = "./modules/derivatives"
  }

  variables {
    expire_after_days = 90
  }

  assert {
    condition     = one(one(aws_s3_bucket_lifecycle_configuration.this.rule).expiration).days == 90
    error_message = "The rule expires after expire_after_days."
  }
}

run "half_a_day_of_expiry_is_refused" {
  command = plan

  module {
    source = "./modules/derivatives"
  }

  variables {
    expire_after_days = 0.5
  }

  expect_failures = [var.expire_after_days]
}

run "a_host_with_a_scheme_is_refused" {
  command = plan

  module {
    source = "./modules/derivatives"
  }

  variables {
    generator_host = "https://dgen.cloudfront.net"
  }

  expect_failures = [var.generator_host]
}

run "a_bucket_with_a_dot_is_refused" {
  command = plan

  module {
    source = "./modules/derivatives"
  }

  variables {
    bucket = "img.example.com"
  }

  expect_failures = [var.bucket]
}
