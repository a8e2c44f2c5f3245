# The function, its role, its alarms. A run's name begins with the rules of docs/loop.md that it checks.

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

run "rules_11_and_24_it_is_told_where_redirects_lead_and_which_secret_is_right" {
  module {
    source = "./modules/function"
  }

  assert {
    condition     = aws_lambda_function.this.environment[0].variables["RESIZER_BASE_URL"] == "https://img.example.com"
    error_message = "Location is the base URL and the key, and nothing of the request."
  }

  assert {
    condition     = aws_lambda_function.this.environment[0].variables["RESIZER_ORIGIN_SECRETS"] == jsonencode(["fedcba9876543210fedcba9876543210"])
    error_message = "Without a secret it answers whoever finds the API."
  }
}

run "what_is_not_set_is_left_to_the_function" {
  module {
    source = "./modules/function"
  }

  assert {
    condition = toset(keys(aws_lambda_function.this.environment[0].variables)) == toset([
      "RESIZER_ACCESS", "RESIZER_BASE_URL", "RESIZER_DERIVATIVES", "RESIZER_METRICS_NAMESPACE", "RESIZER_ORIGINALS", "RESIZER_ORIGIN_SECRETS"
    ])
    error_message = "The function has a default for everything else."
  }
}

run "no_plugins_are_none_and_not_all" {
  module {
    source = "./modules/function"
  }

  variables {
    plugins = []
  }

  assert {
    condition     = aws_lambda_function.this.environment[0].variables["RESIZER_PLUGINS"] == "none"
    error_message = "A variable that is empty would take all that are in the image."
  }
}

run "every_setting_arrives_as_the_function_reads_it" {
  module {
    source = "./modules/function"
  }

  variables {
    originals    = { bucket = "pictures", prefix = "site/2026/", region = null, kms_key_arn = null, by_segment = {} }
    access       = "signed"
    plugins      = ["acme.sepia", "ppm"]
    presets      = { thumb = "300x200_fit-cover" }
    signing_keys = ["0123456789abcdef0123456789abcdef"]
    limits       = { input_bytes = 52428800, output_side = 4096, frames = null }
    pictures     = { heic = false, svg = true, format = "webp", quality = { jpg = 80 }, cache_control = "public, max-age=60" }
    fallback     = "site/no picture.png"
  }

  assert {
    condition = alltrue([
      for name, value in {
        RESIZER_ORIGINALS         = "s3://pictures/site/2026"
        RESIZER_DERIVATIVES       = "s3://img-derivatives"
        RESIZER_ACCESS            = "signed"
        RESIZER_PLUGINS           = "acme.sepia,ppm"
        RESIZER_PRESETS           = "{\"thumb\":\"300x200_fit-cover\"}"
        RESIZER_SIGNING_KEYS      = "[\"0123456789abcdef0123456789abcdef\"]"
        RESIZER_HEIC              = "0"
        RESIZER_MAX_INPUT_BYTES   = "52428800"
        RESIZER_MAX_OUTPUT_SIDE   = "4096"
        RESIZER_SVG               = "1"
        RESIZER_FALLBACK          = "site/no picture.png"
        RESIZER_FORMAT            = "webp"
        RESIZER_QUALITY           = "{\"jpg\":80}"
        RESIZER_CACHE_CONTROL     = "public, max-age=60"
        RESIZER_METRICS_NAMESPACE = "Resizer/img"
      } : aws_lambda_function.this.environment[0].variables[name] == value
    ])
    error_message = "Text, JSON or whole numbers without an exponent."
  }

  assert {
    condition     = !contains(keys(aws_lambda_function.this.environment[0].variables), "RESIZER_MAX_FRAMES")
    error_message = "A limit that is null has the function's default."
  }
}

run "settings_over_lambdas_limit_are_refused" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    presets = { for number in range(100) : "preset${number}" => "1000x1000_fit-cover_g-sm_f-webp_q-80" }
  }

  expect_failures = [aws_lambda_function.this]
}

run "rule_18_one_bucket_for_both_is_refused" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    derivatives = { bucket = "pictures", arn = "arn:aws:s3:::pictures" }
  }

  expect_failures = [var.derivatives]
}

run "rules_18_and_23_the_role_may_do_these_things_and_no_more" {
  module {
    source = "./modules/function"
  }

  assert {
    condition = jsonencode({ for statement in data.aws_iam_policy_document.this.statement : statement.sid => [sort(statement.actions), sort(statement.resources)] }) == jsonencode({
      Log                      = [["logs:CreateLogStream", "logs:PutLogEvents"], ["arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/img:*"]]
      ReadAndWriteDerivatives  = [["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::img-derivatives/*"]]
      ReadOriginals            = [["s3:GetObject"], ["arn:aws:s3:::pictures/*"]]
      TellMissingFromForbidden = [["s3:ListBucket"], ["arn:aws:s3:::img-derivatives", "arn:aws:s3:::pictures"]]
    })
    error_message = "Get of originals, Get and Put of derivatives, List of both, its own log group."
  }

  assert {
    condition = alltrue(flatten([
      for statement in data.aws_iam_policy_document.this.statement : [for action in statement.actions : !strcontains(action, "*")]
    ]))
    error_message = "No action with a star."
  }

  assert {
    condition     = one(one(data.aws_iam_policy_document.assume.statement[0].principals).identifiers) == "lambda.amazonaws.com"
    error_message = "Lambda alone takes the role."
  }
}

run "an_object_of_secrets_is_read_and_the_one_before_may_be" {
  module {
    source = "./modules/function"
  }

  variables {
    access         = "signed"
    secrets_object = { bucket = "private", keys = ["resizer/secrets-2.json", "resizer/secrets-1.json"] }
  }

  assert {
    condition     = aws_lambda_function.this.environment[0].variables["RESIZER_SECRETS"] == "s3://private/resizer/secrets-2.json"
    error_message = "Another name starts new processes, which read the new object."
  }

  assert {
    condition = [
      for statement in data.aws_iam_policy_document.this.statement : [statement.actions, statement.resources] if statement.sid == "ReadSecrets"
    ] == [[toset(["s3:GetObject"]), toset(["arn:aws:s3:::private/resizer/secrets-2.json", "arn:aws:s3:::private/resizer/secrets-1.json"])]]
    error_message = "These objects, and nothing else of their bucket."
  }
}

run "an_index_is_written_and_not_read" {
  module {
    source = "./modules/function"
  }

  variables {
    index = { bucket = "img-index", arn = "arn:aws:s3:::img-index" }
  }

  assert {
    condition     = aws_lambda_function.this.environment[0].variables["RESIZER_INDEX"] == "s3://img-index"
    error_message = "The function notes each derivative there."
  }

  assert {
    condition = [
      for statement in data.aws_iam_policy_document.this.statement : [statement.actions, statement.resources] if statement.sid == "WriteIndex"
    ] == [[toset(["s3:PutObject"]), toset(["arn:aws:s3:::img-index/*"])]]
    error_message = "Who deletes derivatives reads it; this one does not."
  }
}

run "watermarks_in_a_bucket_of_their_own_may_be_read_and_nothing_else_of_it" {
  module {
    source = "./modules/function"
  }

  variables {
    watermarks = { keys = { logo = "marks/logo.png" }, bucket = "brand", region = "us-west-2" }
  }

  assert {
    condition = (
      aws_lambda_function.this.environment[0].variables["RESIZER_WATERMARKS"] == "{\"logo\":\"marks/logo.png\"}"
      && aws_lambda_function.this.environment[0].variables["RESIZER_WATERMARKS_STORE"] == "s3://brand?region=us-west-2"
    )
    error_message = "The function is told their keys and their store."
  }

  assert {
    condition = [
      for statement in data.aws_iam_policy_document.this.statement : statement.resources if statement.sid == "ReadWatermarks"
    ] == [toset(["arn:aws:s3:::brand/marks/logo.png"])]
    error_message = "Each by its key."
  }
}

run "a_key_that_encrypts_originals_may_decrypt_and_nothing_else" {
  module {
    source = "./modules/function"
  }

  variables {
    originals = { bucket = "pictures", prefix = "", region = null, kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/abc", by_segment = {} }
  }

  assert {
    condition = [
      for statement in data.aws_iam_policy_document.this.statement : statement.actions if statement.sid == "DecryptOriginals"
    ] == [toset(["kms:Decrypt"])]
    error_message = "Without it an original cannot be read."
  }

  assert {
    condition = jsonencode([
      for statement in data.aws_iam_policy_document.this.statement : [
        for condition in statement.condition : [condition.test, condition.variable, condition.values]
      ] if statement.sid == "DecryptOriginals"
    ]) == jsonencode([[["StringEquals", "kms:ViaService", ["s3.eu-west-1.amazonaws.com"]]]])
    error_message = "For S3 alone, in the region of the key."
  }

  assert {
    condition = jsondecode(output.policies.keys["arn:aws:kms:eu-west-1:123456789012:key/abc"]).Statement == [{
      Sid       = "DecryptOriginals"
      Effect    = "Allow"
      Principal = { AWS = ["arn:aws:iam::123456789012:role/img-function"] }
      Action    = "kms:Decrypt"
      Resource  = "*"
      Condition = { StringEquals = { "kms:ViaService" = "s3.eu-west-1.amazonaws.com" } }
    }]
    error_message = "What a key of another account has to allow."
  }
}

run "rules_25_and_26_concurrency_is_reserved_and_the_image_is_one_digest" {
  module {
    source = "./modules/function"
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == 10
    error_message = "The only hard limit of what a day can cost."
  }

  assert {
    condition     = aws_lambda_function.this.package_type == "Image" && aws_lambda_function.this.image_uri == var.image_uri
    error_message = "By its digest."
  }

  assert {
    condition     = aws_lambda_function.this.memory_size == 1536 && aws_lambda_function.this.timeout == 29 && one(aws_lambda_function.this.architectures) == "arm64"
    error_message = "As docs/operating.md measured."
  }
}

run "rule_26_a_tag_is_refused" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    image_uri = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/img:latest"
  }

  expect_failures = [var.image_uri]
}

run "rule_24_no_secret_at_all_is_refused" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    origin_secrets = []
  }

  expect_failures = [var.origin_secrets]
}

run "rule_11_a_base_url_with_a_path_is_refused" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    base_url = "https://img.example.com/pictures"
  }

  expect_failures = [var.base_url]
}

run "its_log_is_its_own_and_ends" {
  module {
    source = "./modules/function"
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.name == "/aws/lambda/img" && aws_cloudwatch_log_group.this.retention_in_days == 30
    error_message = "One that Lambda makes itself is kept for ever."
  }

  assert {
    condition     = aws_lambda_function.this.logging_config[0].log_group == "/aws/lambda/img"
    error_message = "The function writes there."
  }
}

run "rule_9_alarms_watch_what_docs_operating_names" {
  module {
    source = "./modules/function"
  }

  variables {
    alarms = { enabled = true, actions = ["arn:aws:sns:eu-central-1:123456789012:ops"], email = null, error_percent = 5, duration_percent = 80, generations_per_hour = 5000, generations_per_day = 20000 }
  }

  assert {
    condition = jsonencode({ for name, alarm in aws_cloudwatch_metric_alarm.this : name => [alarm.namespace, alarm.metric_name, alarm.statistic, alarm.period, alarm.threshold] }) == jsonencode({
      duration             = ["AWS/Lambda", "Duration", "Maximum", 300, 23200]
      generations          = ["Resizer/img", "Generated", "Sum", 3600, 5000]
      generations-of-a-day = ["Resizer/img", "Generated", "Sum", 86400, 20000]
      loop-suspected       = ["Resizer/img", "LoopSuspected", "Sum", 300, 1]
      throttles            = ["AWS/Lambda", "Throttles", "Sum", 300, 1]
    })
    error_message = "Suspected loops, derivatives in an hour and in a day, throttles, runs near the time-out."
  }

  assert {
    condition     = { for query in aws_cloudwatch_metric_alarm.error_rate[0].metric_query : query.id => query.return_data if query.id == "rate" }["rate"]
    error_message = "The rate is what is compared, not its parts."
  }

  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.this), aws_cloudwatch_metric_alarm.error_rate) : one(alarm.alarm_actions) == "arn:aws:sns:eu-central-1:123456789012:ops" && alarm.treat_missing_data == "notBreaching"])
    error_message = "Each tells whoever is named, and a quiet night is no alarm."
  }
}

run "alarms_can_be_left_out_and_so_is_the_dashboard" {
  module {
    source = "./modules/function"
  }

  variables {
    alarms = { enabled = false, actions = [], email = "ops@example.com", error_percent = 5, duration_percent = 80, generations_per_hour = 5000, generations_per_day = 20000 }
  }

  assert {
    condition     = length(aws_sns_topic.alarms) == 0 && length(aws_cloudwatch_metric_alarm.this) == 0 && length(aws_cloudwatch_metric_alarm.error_rate) == 0 && length(aws_cloudwatch_dashboard.this) == 0
    error_message = "Nothing that costs is made unless it is asked for."
  }
}

run "the_dashboard_shows_the_function_and_both_distributions" {
  module {
    source = "./modules/function"
  }

  variables {
    dashboard = true
  }

  assert {
    condition = alltrue([
      for name in ["LoopSuspected", "Generated", "Failed", "render_ms", "Throttles", "EDELIVERY", "EGENERATOR"] : strcontains(aws_cloudwatch_dashboard.this[0].dashboard_body, name)
    ])
    error_message = "All that is counted."
  }

  assert {
    condition     = aws_cloudwatch_dashboard.this[0].dashboard_name == "img-eu-central-1"
    error_message = "Dashboards belong to the account: a stack of the same name in another region has one too."
  }

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets) == 6
    error_message = "Six graphs."
  }
}

run "an_address_is_told_by_a_topic_of_its_own" {
  module {
    source = "./modules/function"
  }

  variables {
    alarms = { enabled = true, actions = ["arn:aws:sns:eu-central-1:123456789012:ops"], email = "ops@example.com", error_percent = 5, duration_percent = 80, generations_per_hour = 5000, generations_per_day = 20000 }
  }

  assert {
    condition = (
      aws_sns_topic_subscription.email[0].protocol == "email" && aws_sns_topic_subscription.email[0].endpoint == "ops@example.com"
      && aws_sns_topic_subscription.email[0].topic_arn == aws_sns_topic.alarms[0].arn
    )
    error_message = "SNS writes to the address."
  }

  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.this), aws_cloudwatch_metric_alarm.error_rate) :
      alarm.alarm_actions == toset(["arn:aws:sns:eu-central-1:123456789012:ops", "arn:aws:sns:eu-central-1:123456789012:img-alarms"])
    ])
    error_message = "Each alarm tells it, besides those that are named."
  }
}
