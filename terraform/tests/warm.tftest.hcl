# Eager: the function that makes derivatives of new originals before anybody asks, and its queue.

mock_provider "aws" {
  source = "./tests/mocks"

  override_resource {
    target = aws_sqs_queue.dead
    values = { arn = "arn:aws:sqs:eu-central-1:123456789012:img-warm-dead" }
  }
}

variables {
  name               = "img"
  image_uri          = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/img@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  specs              = ["p-thumb", "720x_f-avif"]
  concurrency        = 4
  size               = { memory_mb = 1536, timeout_s = 29, architecture = "arm64" }
  environment        = { RESIZER_ORIGINALS = "s3://pictures", RESIZER_ORIGIN_SECRETS = "[\"fedcba9876543210fedcba9876543210\"]" }
  policy             = "{\"Version\": \"2012-10-17\", \"Statement\": []}"
  alarms             = { enabled = true, actions = ["arn:aws:sns:eu-central-1:123456789012:ops"] }
  log_retention_days = 30
  role               = { path = "/", permissions_boundary = null }
  tracing            = false
  tags               = {}
}

run "it_is_the_generator_with_another_command" {
  module {
    source = "./modules/warm"
  }

  assert {
    condition = (
      aws_lambda_function.this.function_name == "img-warm" && aws_lambda_function.this.image_config[0].command == tolist(["warm.handler"])
      && aws_lambda_function.this.memory_size == 1536 && aws_lambda_function.this.timeout == 29
    )
    error_message = "The same image, as large."
  }

  assert {
    condition     = nonsensitive(aws_lambda_function.this.environment[0].variables) == tomap({ RESIZER_ORIGINALS = "s3://pictures", RESIZER_EAGER = "[\"p-thumb\",\"720x_f-avif\"]" })
    error_message = "The same settings but for the secret, which nobody sends it, and what it makes."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.name == "/aws/lambda/img-warm" && aws_cloudwatch_log_group.this.retention_in_days == 30
    error_message = "Its log is its own and ends."
  }
}

run "its_role_is_that_of_the_generator_and_takes_from_its_queue" {
  module {
    source = "./modules/warm"
  }

  assert {
    condition = jsonencode({ for statement in data.aws_iam_policy_document.this.statement : statement.sid => [sort(statement.actions), sort(statement.resources)] }) == jsonencode({
      Log           = [["logs:CreateLogStream", "logs:PutLogEvents"], ["arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/img:*"]]
      TakeOriginals = [["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], ["arn:aws:sqs:eu-central-1:123456789012:img-changes"]]
    })
    error_message = "It sends nothing, and so nothing goes round."
  }

  assert {
    condition     = aws_iam_role_policy.generator.policy == var.policy && aws_iam_role.this.name == "img-warm-eu-central-1"
    error_message = "A role of its own with the generator's rights."
  }
}

run "one_original_a_run_and_viewers_keep_theirs" {
  module {
    source = "./modules/warm"
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.this.batch_size == 1 && aws_lambda_event_source_mapping.this.scaling_config[0].maximum_concurrency == 4
      && aws_lambda_event_source_mapping.this.function_response_types == toset(["ReportBatchItemFailures"])
    )
    error_message = "As many runs at once as were said."
  }

  assert {
    condition = (
      aws_sqs_queue.this.name == "img-warm" && aws_sqs_queue.this.visibility_timeout_seconds == 174 && aws_sqs_queue.this.sqs_managed_sse_enabled
      && jsondecode(aws_sqs_queue.this.redrive_policy) == { deadLetterTargetArn = "arn:aws:sqs:eu-central-1:123456789012:img-warm-dead", maxReceiveCount = 5 }
      && aws_sqs_queue.dead.name == "img-warm-dead" && aws_sqs_queue.dead.message_retention_seconds == 1209600
    )
    error_message = "What fails comes again, and is laid aside after five times."
  }
}

run "alarms_watch_what_could_not_be_made" {
  module {
    source = "./modules/warm"
  }

  assert {
    condition = jsonencode({ for name, alarm in aws_cloudwatch_metric_alarm.this : name => [alarm.namespace, alarm.metric_name, alarm.threshold] }) == jsonencode({
      errors = ["AWS/Lambda", "Errors", 0]
      lost   = ["AWS/SQS", "ApproximateNumberOfMessagesVisible", 0]
    })
    error_message = "What was laid aside, and runs without an answer."
  }
}

run "alarms_of_warm_can_be_left_out" {
  module {
    source = "./modules/warm"
  }

  variables {
    alarms = { enabled = false, actions = [] }
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 0
    error_message = "As those of the function."
  }
}
