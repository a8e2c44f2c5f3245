# Freshness: the way from a change of an original to the function, and the rights of that function.

mock_provider "aws" {
  source = "./tests/mocks"

  override_resource {
    target = aws_sqs_queue.dead
    values = {
      arn = "arn:aws:sqs:eu-central-1:123456789012:img-changes-dead"
      url = "https://sqs.eu-central-1.amazonaws.com/123456789012/img-changes-dead"
    }
  }

  override_resource {
    target = aws_s3_bucket.index
    values = { arn = "arn:aws:s3:::img-index-123456789012-eu-central-1" }
  }
}

variables {
  name                = "img"
  image_uri           = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/img@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  architecture        = "arm64"
  originals           = { setting = "s3://pictures", stores = [{ bucket = "pictures", prefix = "", region = null, kms_key_arn = null, account = null }] }
  notifications       = "theirs"
  derivatives         = { bucket = "img-derivatives", arn = "arn:aws:s3:::img-derivatives" }
  distribution        = { id = "EDELIVERY", arn = "arn:aws:cloudfront::123456789012:distribution/EDELIVERY" }
  generator_timeout_s = 29
  specs               = "listed"
  cdn                 = "paths"
  index_bucket        = "img-index-123456789012-eu-central-1"
  alarms              = { enabled = true, actions = ["arn:aws:sns:eu-central-1:123456789012:ops"] }
  metrics_namespace   = "Resizer/img"
  log_retention_days  = 30
  role                = { path = "/", permissions_boundary = null }
  tracing             = false
  tags                = {}
}

run "the_function_is_the_same_image_with_another_command" {
  module {
    source = "./modules/freshness"
  }

  assert {
    condition     = aws_lambda_function.this.function_name == "img-freshness" && aws_lambda_function.this.image_uri == var.image_uri && aws_lambda_function.this.image_config[0].command == tolist(["freshness.handler"])
    error_message = "One image is built and pushed."
  }

  assert {
    condition     = aws_lambda_function.this.memory_size == 512 && aws_lambda_function.this.timeout == 60 && one(aws_lambda_function.this.architectures) == "arm64"
    error_message = "It waits for S3 most of the time."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.name == "/aws/lambda/img-freshness" && aws_cloudwatch_log_group.this.retention_in_days == 30 && aws_lambda_function.this.logging_config[0].log_group == "/aws/lambda/img-freshness"
    error_message = "Its log is its own and ends."
  }
}

run "the_function_is_told_what_the_handler_reads" {
  module {
    source = "./modules/freshness"
  }

  assert {
    condition = aws_lambda_function.this.environment[0].variables == tomap({
      RESIZER_ORIGINALS         = "s3://pictures"
      RESIZER_DERIVATIVES       = "s3://img-derivatives"
      RESIZER_QUEUE             = "https://sqs.eu-central-1.amazonaws.com/123456789012/img-changes"
      RESIZER_DISTRIBUTION      = "EDELIVERY"
      RESIZER_CDN               = "paths"
      RESIZER_SPECS             = "listed"
      RESIZER_TIMEOUT_S         = "29"
      RESIZER_METRICS_NAMESPACE = "Resizer/img"
    })
    error_message = "Its stores, the queue of the second pass, the distribution, and when nothing old is being made any more."
  }
}

run "its_role_may_do_these_things_and_no_more" {
  module {
    source = "./modules/freshness"
  }

  assert {
    condition = jsonencode({ for statement in data.aws_iam_policy_document.this.statement : statement.sid => [sort(statement.actions), sort(statement.resources)] }) == jsonencode({
      DeleteDerivatives         = [["s3:DeleteObject", "s3:GetObject"], ["arn:aws:s3:::img-derivatives/*"]]
      Invalidate                = [["cloudfront:CreateInvalidation"], ["arn:aws:cloudfront::123456789012:distribution/EDELIVERY"]]
      ListDerivatives           = [["s3:ListBucket"], ["arn:aws:s3:::img-derivatives"]]
      Log                       = [["logs:CreateLogStream", "logs:PutLogEvents"], ["arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/img:*"]]
      LookAtOriginals           = [["s3:GetObject"], ["arn:aws:s3:::pictures/*"]]
      TakeAndSendChanges        = [["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage"], ["arn:aws:sqs:eu-central-1:123456789012:img-changes"]]
      TellMissingFromForbidden0 = [["s3:ListBucket"], ["arn:aws:s3:::pictures"]]
    })
    error_message = "It looks at originals, deletes derivatives, invalidates, and puts no object anywhere."
  }

  assert {
    condition     = one(one(data.aws_iam_policy_document.assume.statement[0].principals).identifiers) == "lambda.amazonaws.com" && aws_iam_role.this.name == "img-freshness-eu-central-1"
    error_message = "A role of its own, which Lambda alone takes."
  }
}

run "a_key_of_originals_may_decrypt_for_s3_alone" {
  module {
    source = "./modules/freshness"
  }

  variables {
    originals = { setting = "s3://pictures/a", stores = [{ bucket = "pictures", prefix = "a", region = null, kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/abc", account = null }] }
  }

  assert {
    condition = jsonencode([
      for statement in data.aws_iam_policy_document.this.statement : [statement.actions, statement.resources, one(statement.condition).values] if statement.sid == "DecryptOriginals"
    ]) == jsonencode([[["kms:Decrypt"], ["arn:aws:kms:eu-central-1:123456789012:key/abc"], ["s3.eu-central-1.amazonaws.com"]]])
    error_message = "Without it S3 may not tell of an original."
  }

  assert {
    condition = [
      for statement in data.aws_iam_policy_document.this.statement : statement.resources if statement.sid == "LookAtOriginals"
    ] == [toset(["arn:aws:s3:::pictures/a/*"])]
    error_message = "Below the prefix alone."
  }
}

run "changes_of_originals_go_to_the_queue" {
  module {
    source = "./modules/freshness"
  }

  assert {
    condition     = keys(aws_cloudwatch_event_rule.changes) == ["here"] && aws_cloudwatch_event_rule.changes["here"].name == "img-changes" && aws_cloudwatch_event_rule.changes["here"].event_bus_name == "default"
    error_message = "S3 tells the bus of the account that is there anyway."
  }

  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.changes["here"].event_pattern) == {
      source      = ["aws.s3"]
      detail-type = ["Object Created", "Object Deleted"]
      detail      = { bucket = { name = ["pictures"] } }
    }
    error_message = "Puts and deletes in this bucket, and in no other: what the function itself deletes is no change of an original."
  }

  assert {
    condition     = aws_cloudwatch_event_target.changes["here"].arn == "arn:aws:sqs:eu-central-1:123456789012:img-changes" && aws_cloudwatch_event_target.changes["here"].dead_letter_config[0].arn == "arn:aws:sqs:eu-central-1:123456789012:img-changes-dead"
    error_message = "What cannot be handed over is laid aside and not lost."
  }
}

run "the_rule_alone_sends_to_the_queues" {
  module {
    source = "./modules/freshness"
  }

  assert {
    condition = alltrue([
      for document in data.aws_iam_policy_document.send : jsonencode([for statement in document.statement : [
        statement.actions, one(statement.principals).identifiers, [for condition in statement.condition : [condition.test, condition.variable, condition.values]]
        ]]) == jsonencode([[
        ["sqs:SendMessage"], ["events.amazonaws.com"], [["ArnEquals", "aws:SourceArn", ["arn:aws:events:eu-central-1:123456789012:rule/img-changes"]]]
      ]])
    ])
    error_message = "EventBridge, for this rule; the function sends by its role."
  }

  assert {
    condition = { for name, document in data.aws_iam_policy_document.send : name => one(document.statement[0].resources) } == {
      changes = "arn:aws:sqs:eu-central-1:123456789012:img-changes", dead = "arn:aws:sqs:eu-central-1:123456789012:img-changes-dead"
    }
    error_message = "Each queue has its own policy."
  }
}

run "a_change_that_fails_comes_again_and_is_then_laid_aside" {
  module {
    source = "./modules/freshness"
  }

  assert {
    condition     = aws_sqs_queue.changes.name == "img-changes" && aws_sqs_queue.changes.visibility_timeout_seconds == 360 && aws_sqs_queue.changes.sqs_managed_sse_enabled
    error_message = "Six times the time-out: a batch may have to wait for a run that is free."
  }

  assert {
    condition = jsondecode(aws_sqs_queue.changes.redrive_policy) == {
      deadLetterTargetArn = "arn:aws:sqs:eu-central-1:123456789012:img-changes-dead", maxReceiveCount = 5
    }
    error_message = "After five times."
  }

  assert {
    condition     = aws_sqs_queue.dead.name == "img-changes-dead" && aws_sqs_queue.dead.message_retention_seconds == 1209600 && aws_sqs_queue.dead.sqs_managed_sse_enabled
    error_message = "For 14 days, the longest that there is."
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.changes.batch_size == 100 && aws_lambda_event_source_mapping.changes.maximum_batching_window_in_seconds == 5
      && aws_lambda_event_source_mapping.changes.scaling_config[0].maximum_concurrency == 2
    )
    error_message = "Many changes in one run, which then invalidates once; at most two runs, which leave the account to viewers."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.changes.function_response_types == toset(["ReportBatchItemFailures"])
    error_message = "One change that fails takes no other with it."
  }
}

run "a_prefix_is_a_part_of_the_rule" {
  module {
    source = "./modules/freshness"
  }

  variables {
    originals = { setting = "s3://pictures/site", stores = [{ bucket = "pictures", prefix = "site", region = null, kms_key_arn = null, account = null }] }
  }

  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.changes["here"].event_pattern).detail == {
      bucket = { name = ["pictures"] }, object = { key = [{ prefix = "site/" }] }
    }
    error_message = "What else is in the bucket wakes nobody."
  }
}

run "one_rule_watches_several_buckets" {
  module {
    source = "./modules/freshness"
  }

  variables {
    originals = {
      setting = "{}"
      stores = [
        { bucket = "media", prefix = "blog", region = null, kms_key_arn = null, account = null },
        { bucket = "media", prefix = "shop", region = null, kms_key_arn = null, account = null },
        { bucket = "wares", prefix = "", region = null, kms_key_arn = null, account = null },
      ]
    }
  }

  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.changes["here"].event_pattern).detail == { "$or" = [
      { bucket = { name = ["media"] }, object = { key = [{ prefix = "blog/" }, { prefix = "shop/" }] } },
      { bucket = { name = ["wares"] } },
    ] }
    error_message = "Each with its own prefixes."
  }
}

run "buckets_elsewhere_send_to_a_bus" {
  module {
    source = "./modules/freshness"
  }

  variables {
    notifications = "ours"
    originals = {
      setting = "{}"
      stores = [
        { bucket = "far", prefix = "a", region = "us-west-2", kms_key_arn = null, account = null },
        { bucket = "foreign", prefix = "", region = null, kms_key_arn = null, account = "210987654321" },
        { bucket = "near", prefix = "", region = null, kms_key_arn = null, account = null },
      ]
    }
  }

  assert {
    condition     = { for where, rule in aws_cloudwatch_event_rule.changes : where => rule.event_bus_name } == { here = "default", elsewhere = "img-originals" }
    error_message = "S3 tells EventBridge where the bucket is; a rule there sends it on."
  }

  assert {
    condition = jsonencode([for statement in data.aws_iam_policy_document.bus.statement : [
      statement.actions, one(statement.principals).identifiers, one(statement.condition).values
    ]]) == jsonencode([[["events:PutEvents"], ["210987654321"], ["aws.s3"]]])
    error_message = "That account alone, and S3's events alone. Another region of the own account needs no policy."
  }

  assert {
    condition     = keys(output.elsewhere) == ["far", "foreign"] && output.elsewhere["foreign"].target == "arn:aws:events:eu-central-1:123456789012:event-bus/img-originals"
    error_message = "Who owns them is told what to make there."
  }

  assert {
    condition     = jsondecode(output.elsewhere["far"].event_pattern).detail == { bucket = { name = ["far"] }, object = { key = [{ prefix = "a/" }] } }
    error_message = "A rule for this bucket."
  }

  assert {
    condition     = keys(aws_s3_bucket_notification.originals) == ["near"] && keys(output.notifications) == ["far", "foreign"]
    error_message = "What is elsewhere cannot be written from here."
  }
}

run "notifications_of_others_are_not_written" {
  module {
    source = "./modules/freshness"
  }

  assert {
    condition     = length(aws_s3_bucket_notification.originals) == 0 && strcontains(output.notifications["pictures"], "put-bucket-notification-configuration --bucket pictures")
    error_message = "A write would take away what the owner has there."
  }
}

run "notifications_of_ours_are_written" {
  module {
    source = "./modules/freshness"
  }

  variables {
    notifications = "ours"
  }

  assert {
    condition     = aws_s3_bucket_notification.originals["pictures"].eventbridge && output.notifications == {}
    error_message = "Nobody has to do anything by hand."
  }
}

run "a_pattern_that_eventbridge_does_not_take_is_refused" {
  command = plan

  module {
    source = "./modules/freshness"
  }

  variables {
    originals = { setting = "{}", stores = [for number in range(60) : { bucket = "a-bucket-with-a-long-name-${number}", prefix = "", region = null, kms_key_arn = null, account = null }] }
  }

  expect_failures = [aws_cloudwatch_event_rule.changes]
}

run "without_invalidations_there_is_no_right_to_make_any" {
  module {
    source = "./modules/freshness"
  }

  variables {
    cdn = "ttl"
  }

  assert {
    condition     = !contains(keys(aws_lambda_function.this.environment[0].variables), "RESIZER_DISTRIBUTION") && length([for statement in data.aws_iam_policy_document.this.statement : statement if statement.sid == "Invalidate"]) == 0
    error_message = "CloudFront lets go by itself."
  }
}

run "what_is_made_beforehand_has_a_queue_that_it_may_send_to" {
  module {
    source = "./modules/freshness"
  }

  variables {
    warm_queue = { url = "https://sqs.eu-central-1.amazonaws.com/123456789012/img-warm", arn = "arn:aws:sqs:eu-central-1:123456789012:img-warm" }
  }

  assert {
    condition     = aws_lambda_function.this.environment[0].variables["RESIZER_WARM_QUEUE"] == "https://sqs.eu-central-1.amazonaws.com/123456789012/img-warm"
    error_message = "After a purge the key goes on."
  }

  assert {
    condition = [
      for statement in data.aws_iam_policy_document.this.statement : [statement.actions, statement.resources] if statement.sid == "SendToWarm"
    ] == [[toset(["sqs:SendMessage"]), toset(["arn:aws:sqs:eu-central-1:123456789012:img-warm"])]]
    error_message = "It sends, and takes nothing from there."
  }
}

run "an_index_is_a_private_bucket_that_the_function_lists_and_tidies" {
  module {
    source = "./modules/freshness"
  }

  variables {
    specs = "index"
  }

  assert {
    condition = (
      aws_s3_bucket_public_access_block.index[0].block_public_acls && aws_s3_bucket_public_access_block.index[0].ignore_public_acls
      && aws_s3_bucket_public_access_block.index[0].block_public_policy && aws_s3_bucket_public_access_block.index[0].restrict_public_buckets
    )
    error_message = "Nobody reads it but the function."
  }

  assert {
    condition = jsonencode({ for statement in data.aws_iam_policy_document.this.statement : statement.sid => sort(statement.resources) if contains(["DeleteDerivatives", "ListDerivatives"], statement.sid) }) == jsonencode({
      DeleteDerivatives = ["arn:aws:s3:::img-derivatives/*", "arn:aws:s3:::img-index-123456789012-eu-central-1/*"]
      ListDerivatives   = ["arn:aws:s3:::img-derivatives", "arn:aws:s3:::img-index-123456789012-eu-central-1"]
    })
    error_message = "It reads the entries of a key, and deletes those of an original that is gone."
  }

  assert {
    condition     = aws_lambda_function.this.environment[0].variables["RESIZER_INDEX"] == "s3://img-index-123456789012-eu-central-1" && output.index.bucket == "img-index-123456789012-eu-central-1"
    error_message = "Both functions are told its name."
  }
}

run "alarms_watch_what_would_leave_derivatives_stale" {
  module {
    source = "./modules/freshness"
  }

  assert {
    condition = jsonencode({ for name, alarm in aws_cloudwatch_metric_alarm.this : name => [alarm.namespace, alarm.metric_name, alarm.statistic, alarm.period, alarm.threshold] }) == jsonencode({
      errors             = ["AWS/Lambda", "Errors", "Sum", 300, 0]
      invalidation-paths = ["Resizer/img", "InvalidationPaths", "Sum", 86400, 30]
      late               = ["AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", 300, 900]
      lost               = ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 300, 0]
      specs-in-use       = ["Resizer/img", "SpecsInUse", "Maximum", 3600, 2000]
    })
    error_message = "What was laid aside, what waits, what fails, and what becomes dear."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.comparison_operator == "GreaterThanThreshold" && one(alarm.alarm_actions) == "arn:aws:sns:eu-central-1:123456789012:ops" && alarm.treat_missing_data == "notBreaching"])
    error_message = "Each tells whoever is named, and a quiet night is no alarm."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["lost"].dimensions == tomap({ QueueName = "img-changes-dead" }) && aws_cloudwatch_metric_alarm.this["late"].dimensions == tomap({ QueueName = "img-changes" })
    error_message = "Each of its own queue."
  }
}

run "alarms_of_freshness_can_be_left_out" {
  module {
    source = "./modules/freshness"
  }

  variables {
    alarms = { enabled = false, actions = [] }
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 0
    error_message = "As those of the function."
  }
}

run "x_ray_of_freshness_comes_with_its_permissions" {
  module {
    source = "./modules/freshness"
  }

  variables {
    tracing = true
  }

  assert {
    condition     = aws_lambda_function.this.tracing_config[0].mode == "Active" && length([for statement in data.aws_iam_policy_document.this.statement : statement if statement.sid == "Trace"]) == 1
    error_message = "As for the function that makes derivatives."
  }
}

run "the_module_knows_two_ways_to_find_specs" {
  command = plan

  module {
    source = "./modules/freshness"
  }

  variables {
    specs = "guessed"
  }

  expect_failures = [var.specs]
}

run "the_module_knows_two_ways_of_cloudfront" {
  command = plan

  module {
    source = "./modules/freshness"
  }

  variables {
    cdn = "tags"
  }

  expect_failures = [var.cdn]
}
