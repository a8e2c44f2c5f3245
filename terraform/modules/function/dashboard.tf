locals {
  counts = ["Generated", "Redirected", "LostRace", "LoopSuspected", "Refused", "SourceMissing", "Failed"]
  phases = ["read_ms", "plan_ms", "render_ms", "store_ms", "total_ms"]

  # CloudFront's metrics are in us-east-1, whatever the region of the stack.
  widgets = [
    {
      title   = "What the function did"
      region  = local.region
      stat    = "Sum"
      metrics = [for name in local.counts : [local.metrics_namespace, name]]
    },
    {
      title   = "How long it took, ms, p90"
      region  = local.region
      stat    = "p90"
      metrics = [for name in local.phases : [local.metrics_namespace, name]]
    },
    {
      title  = "Runs"
      region = local.region
      stat   = "Sum"
      metrics = [for name in ["Invocations", "Errors", "Throttles"] :
        ["AWS/Lambda", name, "FunctionName", aws_lambda_function.this.function_name]
      ]
    },
    {
      title   = "Runs at once"
      region  = local.region
      stat    = "Maximum"
      metrics = [["AWS/Lambda", "ConcurrentExecutions", "FunctionName", aws_lambda_function.this.function_name]]
    },
    {
      title  = "Requests of viewers"
      region = "us-east-1"
      stat   = "Sum"
      metrics = [for part, id in var.distributions :
        ["AWS/CloudFront", "Requests", "DistributionId", id, "Region", "Global", { label = part, region = "us-east-1" }]
      ]
    },
    {
      title  = "Errors of viewers, percent"
      region = "us-east-1"
      stat   = "Average"
      metrics = concat([for part, id in var.distributions : [
        for name in ["4xxErrorRate", "5xxErrorRate"] :
        ["AWS/CloudFront", name, "DistributionId", id, "Region", "Global", { label = "${part} ${name}", region = "us-east-1" }]
      ]]...)
    },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  count = var.dashboard ? 1 : 0

  # Dashboards have no region, like roles.
  dashboard_name = "${var.name}-${local.region}"
  dashboard_body = jsonencode({
    widgets = [for index, widget in local.widgets : {
      type   = "metric"
      x      = index % 2 * 12
      y      = floor(index / 2) * 6
      width  = 12
      height = 6
      properties = {
        title   = widget.title
        region  = widget.region
        stat    = widget.stat
        period  = 300
        view    = "timeSeries"
        metrics = widget.metrics
      }
    }]
  })
}
