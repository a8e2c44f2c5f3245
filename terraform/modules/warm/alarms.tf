locals {
  # docs/operating.md explains each. An alarm is on above its threshold. A long queue is no fault.
  alarms = {
    lost = {
      namespace   = "AWS/SQS"
      dimensions  = { QueueName = aws_sqs_queue.dead.name }
      description = "Of an original nothing could be made for five times: a store, the memory, a bug. It is made when it is asked for."
      metric      = "ApproximateNumberOfMessagesVisible"
      statistic   = "Maximum"
    }
    errors = {
      namespace   = "AWS/Lambda"
      dimensions  = { FunctionName = aws_lambda_function.this.function_name }
      description = "A run ended without an answer: its time-out, its memory, a wrong setting. Its original comes again."
      metric      = "Errors"
      statistic   = "Sum"
    }
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
  period              = 300
  threshold           = 0
  treat_missing_data  = "notBreaching"
  tags                = var.tags
}
