# Backfill: the function that jobs of S3 Batch Operations call, and the job's role and bucket.

mock_provider "aws" {
  source = "./tests/mocks"

  override_resource {
    target = aws_s3_bucket.reports
    values = { arn = "arn:aws:s3:::img-reports" }
  }
}

variables {
  name               = "img"
  image_uri          = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/img@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  concurrency        = 5
  size               = { memory_mb = 1536, timeout_s = 29, architecture = "arm64" }
  environment        = { RESIZER_ORIGINALS = "s3://pictures", RESIZER_ORIGIN_SECRETS = "[\"fedcba9876543210fedcba9876543210\"]" }
  policy             = "{\"Version\": \"2012-10-17\", \"Statement\": []}"
  originals          = { urls = { "" = "s3://pictures" }, stores = [{ bucket = "pictures" }] }
  derivatives_arn    = "arn:aws:s3:::img-derivatives"
  lists              = []
  reports_bucket     = "img-reports"
  alarms             = { enabled = true, actions = ["arn:aws:sns:eu-central-1:123456789012:ops"] }
  log_retention_days = 30
  role               = { path = "/", permissions_boundary = null }
  tracing            = false
  tags               = {}
}

run "jobs_have_a_function_with_runs_of_their_own" {
  module {
    source = "./modules/batch"
  }

  assert {
    condition = (
      aws_lambda_function.this.function_name == "img-batch" && aws_lambda_function.this.image_config[0].command == tolist(["batch.handler"])
      && aws_lambda_function.this.reserved_concurrent_executions == 5
    )
    error_message = "The reservation is the only limit of how fast a job is."
  }

  assert {
    condition     = nonsensitive(aws_lambda_function.this.environment[0].variables) == tomap({ RESIZER_ORIGINALS = "s3://pictures" })
    error_message = "The settings of the generator but for the secret, which nobody sends it."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.errors[0].threshold == 0 && one(aws_cloudwatch_metric_alarm.errors[0].alarm_actions) == "arn:aws:sns:eu-central-1:123456789012:ops"
    error_message = "What the report of a job does not say."
  }
}

run "its_role_deletes_derivatives_besides" {
  module {
    source = "./modules/batch"
  }

  variables {
    index_arn = "arn:aws:s3:::img-index"
  }

  assert {
    condition = jsonencode({ for statement in data.aws_iam_policy_document.function.statement : statement.sid => [sort(statement.actions), sort(statement.resources)] }) == jsonencode({
      DeleteDerivatives = [["s3:DeleteObject"], ["arn:aws:s3:::img-derivatives/*"]]
      ListIndex         = [["s3:ListBucket"], ["arn:aws:s3:::img-index"]]
      Log               = [["logs:CreateLogStream", "logs:PutLogEvents"], ["arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/img:*"]]
    })
    error_message = "Beside what the generator may do."
  }

  assert {
    condition     = aws_iam_role_policy.generator.policy == var.policy && aws_iam_role.function.name == "img-batch-eu-central-1"
    error_message = "A role of its own with the generator's rights."
  }
}

run "a_job_of_this_account_calls_the_function_and_writes_reports" {
  module {
    source = "./modules/batch"
  }

  variables {
    lists = ["lists-of-the-site"]
  }

  assert {
    condition = (
      one(one(data.aws_iam_policy_document.assume_job.statement[0].principals).identifiers) == "batchoperations.s3.amazonaws.com"
      && one(one(data.aws_iam_policy_document.assume_job.statement[0].condition).values) == "123456789012"
    )
    error_message = "Jobs of other accounts do not get the role."
  }

  assert {
    condition = jsonencode({ for statement in data.aws_iam_policy_document.job.statement : statement.sid => [sort(statement.actions), sort(statement.resources)] }) == jsonencode({
      CallFunction  = [["lambda:InvokeFunction"], ["arn:aws:lambda:eu-central-1:123456789012:function:img"]]
      ListOriginals = [["s3:PutInventoryConfiguration"], ["arn:aws:s3:::pictures"]]
      ReadLists     = [["s3:GetObject", "s3:GetObjectVersion"], ["arn:aws:s3:::img-reports/*", "arn:aws:s3:::lists-of-the-site/*"]]
      WriteReports  = [["s3:PutObject"], ["arn:aws:s3:::img-reports/reports/*"]]
    })
    error_message = "It reads lists, calls one function, and writes reports."
  }
}

run "what_make_backfill_has_to_know" {
  module {
    source = "./modules/batch"
  }

  assert {
    condition     = keys(output.job) == ["architecture", "function_arn", "memory_mb", "originals", "region", "reports", "role_arn"] && output.job.reports == "s3://img-reports"
    error_message = "No more and no less: it refuses another shape."
  }
}

run "alarms_of_batch_can_be_left_out" {
  module {
    source = "./modules/batch"
  }

  variables {
    alarms = { enabled = false, actions = [] }
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.errors) == 0
    error_message = "As those of the function."
  }
}
