locals {
  actions = concat(var.alarms.actions, aws_sns_topic.alarms[*].arn)

  lambda = { namespace = "AWS/Lambda", dimensions = { FunctionName = aws_lambda_function.this.function_name } }
  own    = { namespace = local.metrics_namespace, dimensions = {} }

  # docs/operating.md explains each.
  alarms = {
    loop-suspected = merge(local.own, {
      description = "The function was asked for what has been stored for more than 10 s: delivery does not find what is there."
      metric      = "LoopSuspected"
      statistic   = "Sum"
      period      = 300
      threshold   = 1
    })
    generations = merge(local.own, {
      description = "More derivatives were made within an hour than usual: new pages, or somebody mints sizes."
      metric      = "Generated"
      statistic   = "Sum"
      period      = 3600
      threshold   = var.alarms.generations_per_hour
    })
    generations-of-a-day = merge(local.own, {
      description = "More derivatives were made within a day than usual: somebody mints sizes slowly enough for the hour."
      metric      = "Generated"
      statistic   = "Sum"
      period      = 86400
      threshold   = var.alarms.generations_per_day
    })
    throttles = merge(local.lambda, {
      description = "The reserved concurrency, or the quota of the account, is used up: viewers get an error for what is not stored yet."
      metric      = "Throttles"
      statistic   = "Sum"
      period      = 300
      threshold   = 1
    })
    duration = merge(local.lambda, {
      description = "A run took nearly as long as it may: slow originals, or a slow store."
      metric      = "Duration"
      statistic   = "Maximum"
      period      = 300
      threshold   = var.size.timeout_s * 1000 * var.alarms.duration_percent / 100
    })
  }
}

resource "aws_sns_topic" "alarms" {
  count = var.alarms.enabled && var.alarms.email != null ? 1 : 0

  name = "${var.name}-alarms"
  tags = var.tags
}

# SNS sends a mail with a link first. It sends alarms only after somebody has followed that link.
resource "aws_sns_topic_subscription" "email" {
  count = length(aws_sns_topic.alarms)

  topic_arn = aws_sns_topic.alarms[0].arn
  protocol  = "email"
  endpoint  = var.alarms.email
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = var.alarms.enabled ? local.alarms : {}

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  alarm_actions       = local.actions
  ok_actions          = local.actions
  comparison_operator = "GreaterThanOrEqualToThreshold"
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

# Both kinds of failure: Lambda counts runs without an answer, and the function counts answers of 5xx.
resource "aws_cloudwatch_metric_alarm" "error_rate" {
  count = var.alarms.enabled ? 1 : 0

  alarm_name          = "${var.name}-error-rate"
  alarm_description   = "Of the runs within five minutes too many failed: a store, the memory, a bug."
  alarm_actions       = local.actions
  ok_actions          = local.actions
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 1
  threshold           = var.alarms.error_percent
  treat_missing_data  = "notBreaching"
  tags                = var.tags

  metric_query {
    id          = "rate"
    label       = "Failed runs, percent"
    expression  = "100 * (errors + FILL(failed, 0)) / invocations"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = {
      errors      = merge(local.lambda, { metric = "Errors" })
      invocations = merge(local.lambda, { metric = "Invocations" })
      failed      = merge(local.own, { metric = "Failed" })
    }

    content {
      id = metric_query.key

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.metric
        dimensions  = metric_query.value.dimensions
        stat        = "Sum"
        period      = 300
      }
    }
  }
}
