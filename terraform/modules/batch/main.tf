# The function that a job of S3 Batch Operations calls for each of its objects. It has the generator's settings and
# rights, and may also delete derivatives. job.tf has what the job itself needs.

locals {
  function_name = "${var.name}-batch"
  region        = split(":", aws_cloudwatch_log_group.this.arn)[3]
  account       = split(":", aws_cloudwatch_log_group.this.arn)[4]
}

resource "aws_lambda_function" "this" {
  function_name = local.function_name
  description   = "Makes, remakes or purges derivatives for jobs of S3 Batch Operations"
  role          = aws_iam_role.function.arn
  tags          = var.tags

  package_type                   = "Image"
  image_uri                      = var.image_uri
  architectures                  = [var.size.architecture]
  memory_size                    = var.size.memory_mb
  timeout                        = var.size.timeout_s
  reserved_concurrent_executions = var.concurrency # a job has no other limit

  image_config {
    command = ["batch.handler"]
  }

  # The secret is for callers by HTTP.
  environment {
    variables = { for name, value in var.environment : name => value if name != "RESIZER_ORIGIN_SECRETS" }
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  # The function needs these from its first call on.
  depends_on = [aws_iam_role_policy.generator, aws_iam_role_policy.function]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "function" {
  # A role has no region. The same stack name may be deployed in another region of the account.
  name                 = "${var.name}-batch-${local.region}"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  description          = "Reads originals, reads, writes and deletes derivatives, logs"
  assume_role_policy   = data.aws_iam_policy_document.assume.json
  tags                 = var.tags
}

data "aws_iam_policy_document" "function" {
  statement {
    sid       = "DeleteDerivatives"
    actions   = ["s3:DeleteObject"]
    resources = ["${var.derivatives_arn}/*"]
  }

  dynamic "statement" {
    for_each = var.index_arn[*]

    content {
      sid       = "ListIndex"
      actions   = ["s3:ListBucket"]
      resources = [statement.value]
    }
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }
}

resource "aws_iam_role_policy" "function" {
  name   = "batch"
  role   = aws_iam_role.function.name
  policy = data.aws_iam_policy_document.function.json

  # Replaced with the role, so a role of another name is complete before the function leaves the old one.
  lifecycle {
    create_before_destroy = true
  }
}

# The generator's rights.
resource "aws_iam_role_policy" "generator" {
  name   = "generator"
  role   = aws_iam_role.function.name
  policy = var.policy

  lifecycle {
    create_before_destroy = true
  }
}

# A job repeats failed tasks and reports the failures. It does not report runs without an answer, so this alarm does.
resource "aws_cloudwatch_metric_alarm" "errors" {
  count = var.alarms.enabled ? 1 : 0

  alarm_name          = "${local.function_name}-errors"
  alarm_description   = "A run ended without an answer: its time-out, its memory, a wrong setting. Its object is tried again."
  alarm_actions       = var.alarms.actions
  ok_actions          = var.alarms.actions
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.this.function_name }
  statistic           = "Sum"
  period              = 300
  threshold           = 0
  treat_missing_data  = "notBreaching"
  tags                = var.tags
}
