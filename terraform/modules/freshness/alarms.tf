locals {
  lambda = { namespace = "AWS/Lambda", dimensions = { FunctionName = aws_lambda_function.this.function_name } }
  queue  = { namespace = "AWS/SQS", dimensions = { QueueName = aws_sqs_queue.changes.name } }
  own    = { namespace = var.metrics_namespace, dimensions = {} }

  # docs/operating.md explains each. An alarm is on above its threshold.
  alarms = {
    lost = {
      namespace   = "AWS/SQS"
      dimensions  = { QueueName = aws_sqs_queue.dead.name }
      description = "A change of an original failed five times and was laid aside: its derivatives may be stale."
      metric      = "ApproximateNumberOfMessagesVisible"
      statistic   = "Maximum"
      period      = 300
      threshold   = 0
    }
    late = merge(local.queue, {
      description = "A change of an original has waited for over 15 minutes."
      metric      = "ApproximateAgeOfOldestMessage"
      statistic   = "Maximum"
      period      = 300
      threshold   = 900
    })
    errors = merge(local.lambda, {
      description = "A run ended without an answer: its time-out, its memory, a wrong setting. Its changes come again."
      metric      = "Errors"
      statistic   = "Sum"
      period      = 300
      threshold   = 0
    })
    specs-in-use = merge(local.own, {
      description = "So many SPECs are in use that each change looks at over 2,000 derivatives: freshness.specs = \"index\" looks at those that are there."
      metric      = "SpecsInUse"
      statistic   = "Maximum"
      period      = 3600
      threshold   = 2000
    })
    # 900 a month are 30 a day. CloudWatch looks back a week at most.
    invalidation-paths = merge(local.own, {
      description = "As many paths were invalidated within a day as come to over 900 a month: the first 1,000 cost nothing."
      metric      = "InvalidationPaths"
      statistic   = "Sum"
      period      = 86400
      threshold   = 30
    })
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = var.alarms.enabled ? local.alarms : {}

  alarm_name          = "${local.function_name}-${each.key}"
  alarm_description   = each.value.description
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = each.value.period
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  tags                = var.tags
}
