# The function's role, its rights to read buckets, and its reserved runs.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name               = "img"
  image_uri          = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/img@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  delivery           = "redirect"
  base_url           = "https://img.example.com"
  originals          = { bucket = "pictures", prefix = "", region = null, kms_key_arn = null, by_segment = {} }
  derivatives        = { bucket = "img-derivatives", arn = "arn:aws:s3:::img-derivatives" }
  origin_secrets     = ["fedcba9876543210fedcba9876543210"]
  access             = "open"
  presets            = {}
  signing_keys       = []
  limits             = { input_bytes = null, output_side = null }
  watermarks         = { keys = {}, bucket = null, region = null }
  pictures           = { heic = true, svg = false, format = null, quality = {}, cache_control = null }
  fallback           = null
  size               = { memory_mb = 1536, timeout_s = 29, architecture = "arm64", reserved_concurrency = 10 }
  alarms             = { enabled = true, actions = [], email = null, error_percent = 5, duration_percent = 80, generations_per_hour = 5000, generations_per_day = 20000 }
  dashboard          = false
  distributions      = { delivery = "EDELIVERY", generator = "EGENERATOR" }
  log_retention_days = 30
  role               = { path = "/", permissions_boundary = null }
  tracing            = false
  tags               = {}
}

run "a_role_is_named_with_its_region" {
  module {
    source = "./modules/function"
  }

  assert {
    condition     = aws_iam_role.this[0].name == "img-function-eu-central-1" && aws_iam_role.this[0].path == "/" && aws_iam_role.this[0].permissions_boundary == null
    error_message = "Roles belong to the account: a stack of the same name in another region has one too."
  }
}

run "the_longest_name_of_a_role_is_within_64_characters" {
  module {
    source = "./modules/function"
  }

  variables {
    name = "a-name-of-24-characters-"
  }

  assert {
    condition     = length(trimsuffix(aws_iam_role.this[0].name, "eu-central-1")) + length("ap-southeast-99") <= 64
    error_message = "IAM takes no longer one, and there are longer names of regions."
  }
}

run "a_path_and_a_boundary_are_those_of_the_role" {
  module {
    source = "./modules/function"
  }

  variables {
    role = { path = "/pictures/", permissions_boundary = "arn:aws:iam::123456789012:policy/boundary" }
  }

  assert {
    condition     = aws_iam_role.this[0].path == "/pictures/" && aws_iam_role.this[0].permissions_boundary == "arn:aws:iam::123456789012:policy/boundary"
    error_message = "As they were given."
  }
}

run "a_role_that_is_given_is_taken_and_none_is_made" {
  module {
    source = "./modules/function"
  }

  variables {
    own_role = { arn = "arn:aws:iam::123456789012:role/pictures" }
  }

  assert {
    condition     = length(aws_iam_role.this) == 0 && length(aws_iam_role_policy.this) == 0
    error_message = "It is not ours to change."
  }

  assert {
    condition     = aws_lambda_function.this.role == "arn:aws:iam::123456789012:role/pictures" && output.role_arn == aws_lambda_function.this.role
    error_message = "The function runs as it."
  }

  assert {
    condition     = output.policies.role == data.aws_iam_policy_document.this.json
    error_message = "What it must allow is told."
  }

  assert {
    condition     = jsondecode(output.policies.buckets["pictures"]).Statement[0].Principal.AWS == ["arn:aws:iam::123456789012:role/pictures"]
    error_message = "Other accounts let in that one."
  }
}

run "a_key_encrypts_the_log" {
  module {
    source = "./modules/function"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/abc"
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.kms_key_id == "arn:aws:kms:eu-central-1:123456789012:key/abc"
    error_message = "As it was given."
  }
}

run "x_ray_is_off_and_its_permissions_are_not_given" {
  module {
    source = "./modules/function"
  }

  assert {
    condition     = aws_lambda_function.this.tracing_config[0].mode == "PassThrough"
    error_message = "Unless it is asked for."
  }

  assert {
    condition     = !contains([for statement in data.aws_iam_policy_document.this.statement : statement.sid], "Trace")
    error_message = "The role may do no more than it needs."
  }
}

run "x_ray_is_on_with_its_permissions" {
  module {
    source = "./modules/function"
  }

  variables {
    tracing = true
  }

  assert {
    condition     = aws_lambda_function.this.tracing_config[0].mode == "Active"
    error_message = "Lambda records each run that it samples."
  }

  assert {
    condition = [
      for statement in data.aws_iam_policy_document.this.statement : statement.actions if statement.sid == "Trace"
    ] == [toset(["xray:PutTelemetryRecords", "xray:PutTraceSegments"])]
    error_message = "Nobody else hands the records over."
  }
}

run "below_a_prefix_it_reads_and_lists_and_nowhere_else" {
  module {
    source = "./modules/function"
  }

  variables {
    originals = { bucket = "pictures", prefix = "site/2026/", region = null, kms_key_arn = null, by_segment = {} }
  }

  assert {
    condition = jsonencode([
      for statement in data.aws_iam_policy_document.this.statement : [
        statement.sid, statement.resources, [for condition in statement.condition : [condition.test, condition.variable, condition.values]]
      ] if contains(["ReadOriginals", "TellMissingFromForbidden", "TellMissingFromForbidden0"], statement.sid)
      ]) == jsonencode([
      ["ReadOriginals", ["arn:aws:s3:::pictures/site/2026/*"], []],
      ["TellMissingFromForbidden", ["arn:aws:s3:::img-derivatives"], []],
      ["TellMissingFromForbidden0", ["arn:aws:s3:::pictures"], [["StringLikeIfExists", "s3:prefix", ["site/2026/*"]]]],
    ])
    error_message = "The rest of the bucket is none of its business."
  }

  assert {
    condition = jsondecode(output.policies.buckets["pictures"]).Statement == [
      {
        Sid       = "ReadOriginals"
        Effect    = "Allow"
        Principal = { AWS = ["arn:aws:iam::123456789012:role/img-function"] }
        Action    = "s3:GetObject"
        Resource  = ["arn:aws:s3:::pictures/site/2026/*"]
      },
      {
        Sid       = "TellMissingFromForbidden"
        Effect    = "Allow"
        Principal = { AWS = ["arn:aws:iam::123456789012:role/img-function"] }
        Action    = "s3:ListBucket"
        Resource  = "arn:aws:s3:::pictures"
        Condition = { StringLikeIfExists = { "s3:prefix" = ["site/2026/*"] } }
      },
    ]
    error_message = "What a bucket of another account has to allow."
  }
}

run "a_bucket_without_a_prefix_has_no_condition" {
  module {
    source = "./modules/function"
  }

  assert {
    condition     = [for statement in jsondecode(output.policies.buckets["pictures"]).Statement : keys(statement)] == [for number in range(2) : ["Action", "Effect", "Principal", "Resource", "Sid"]]
    error_message = "All of it may be read."
  }
}

run "originals_may_be_in_another_region" {
  module {
    source = "./modules/function"
  }

  variables {
    originals = { bucket = "pictures", prefix = "site", region = "us-west-2", kms_key_arn = null, by_segment = {} }
  }

  assert {
    condition     = aws_lambda_function.this.environment[0].variables["RESIZER_ORIGINALS"] == "s3://pictures/site?region=us-west-2"
    error_message = "S3 answers 301 to whoever asks another region."
  }
}

run "each_first_segment_may_have_a_bucket" {
  module {
    source = "./modules/function"
  }

  variables {
    originals = {
      bucket = null, prefix = "", region = null, kms_key_arn = null
      by_segment = {
        shop = { bucket = "wares", prefix = "", region = null, kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/abc" }
        blog = { bucket = "media", prefix = "blog/", region = "us-west-2", kms_key_arn = "arn:aws:kms:us-west-2:210987654321:key/def" }
        news = { bucket = "media", prefix = "news", region = "us-west-2", kms_key_arn = "arn:aws:kms:us-west-2:210987654321:key/def" }
      }
    }
  }

  assert {
    condition = jsondecode(aws_lambda_function.this.environment[0].variables["RESIZER_ORIGINALS"]) == {
      "shop/" = "s3://wares"
      "blog/" = "s3://media/blog?region=us-west-2"
      "news/" = "s3://media/news?region=us-west-2"
    }
    error_message = "The store of each segment, in JSON."
  }

  assert {
    condition = jsonencode([
      for statement in data.aws_iam_policy_document.this.statement : [
        statement.sid, sort(statement.resources), [for condition in statement.condition : sort(condition.values)]
      ] if !contains(["Log", "ReadAndWriteDerivatives"], statement.sid)
      ]) == jsonencode([
      ["ReadOriginals", ["arn:aws:s3:::media/blog/*", "arn:aws:s3:::media/news/*", "arn:aws:s3:::wares/*"], []],
      ["TellMissingFromForbidden", ["arn:aws:s3:::img-derivatives", "arn:aws:s3:::wares"], []],
      ["TellMissingFromForbidden0", ["arn:aws:s3:::media"], [["blog/*", "news/*"]]],
      [
        "DecryptOriginals", ["arn:aws:kms:eu-central-1:123456789012:key/abc", "arn:aws:kms:us-west-2:210987654321:key/def"],
        [["s3.eu-central-1.amazonaws.com", "s3.us-west-2.amazonaws.com"]]
      ],
    ])
    error_message = "Exactly these buckets, prefixes and keys."
  }

  assert {
    condition     = toset(keys(output.policies.buckets)) == toset(["media", "wares"]) && length(output.policies.keys) == 2
    error_message = "A policy for each bucket and key."
  }
}

run "rule_18_derivatives_in_the_bucket_of_a_segment_are_refused" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    originals = {
      bucket     = null, prefix = "", region = null, kms_key_arn = null
      by_segment = { shop = { bucket = "img-derivatives", prefix = "", region = null, kms_key_arn = null } }
    }
  }

  expect_failures = [var.derivatives]
}

run "rule_25_what_is_said_is_reserved_and_the_quota_is_not_read" {
  module {
    source = "./modules/function"
  }

  variables {
    size = { memory_mb = 1536, timeout_s = 29, architecture = "arm64", reserved_concurrency = 20 }
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == 20 && length(data.aws_servicequotas_service_quota.runs) == 0
    error_message = "Whoever applies may not be allowed to read quotas."
  }
}

run "rule_25_of_a_usual_quota_ten_are_reserved" {
  module {
    source = "./modules/function"
  }

  variables {
    size = { memory_mb = 1536, timeout_s = 29, architecture = "arm64", reserved_concurrency = null }
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == 10
    error_message = "The quota is 1000."
  }

  assert {
    condition     = data.aws_servicequotas_service_quota.runs[0].service_code == "lambda" && data.aws_servicequotas_service_quota.runs[0].quota_code == "L-B99A9384"
    error_message = "Lambda's concurrent executions."
  }
}

run "rule_25_of_a_small_quota_what_is_over_a_hundred_is_reserved" {
  module {
    source = "./modules/function"
  }

  variables {
    size = { memory_mb = 1536, timeout_s = 29, architecture = "arm64", reserved_concurrency = null }
  }

  override_data {
    target = data.aws_servicequotas_service_quota.runs[0]
    values = { value = 104 }
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == 4
    error_message = "A hundred have to stay unreserved."
  }
}

run "of_the_quota_of_a_new_account_none_is_reserved" {
  module {
    source = "./modules/function"
  }

  variables {
    size = { memory_mb = 1536, timeout_s = 29, architecture = "arm64", reserved_concurrency = null }
  }

  override_data {
    target = data.aws_servicequotas_service_quota.runs[0]
    values = { value = 10 }
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == -1
    error_message = "Lambda refuses a reservation, and the quota itself is the limit."
  }
}
