# The function that makes derivatives of new originals before anybody asks. It has the generator's settings and rights,
# a queue, and its own concurrency.

locals {
  function_name = "${var.name}-warm"
  region        = split(":", aws_cloudwatch_log_group.this.arn)[3]
}

resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_115: the mapping below bounds how many runs there are at once
  function_name = local.function_name
  description   = "Makes derivatives of new originals, and stores them"
  role          = aws_iam_role.this.arn
  tags          = var.tags

  package_type  = "Image"
  image_uri     = var.image_uri
  architectures = [var.size.architecture]
  memory_size   = var.size.memory_mb
  timeout       = var.size.timeout_s

  image_config {
    command = ["warm.handler"]
  }

  # The secret is for callers by HTTP.
  environment {
    variables = merge(
      { for name, value in var.environment : name => value if name != "RESIZER_ORIGIN_SECRETS" },
      { RESIZER_EAGER = jsonencode(var.specs) },
    )
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  # The function needs these from its first call on.
  depends_on = [aws_iam_role_policy.generator, aws_iam_role_policy.this]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

# One original for each run: a slow or failing one does not affect others.
resource "aws_lambda_event_source_mapping" "this" {
  event_source_arn        = aws_sqs_queue.this.arn
  function_name           = aws_lambda_function.this.arn
  batch_size              = 1
  function_response_types = ["ReportBatchItemFailures"]
  tags                    = var.tags

  scaling_config {
    maximum_concurrency = var.concurrency
  }
}

resource "aws_sqs_queue" "this" {
  name                       = local.function_name
  visibility_timeout_seconds = 6 * var.size.timeout_s
  message_retention_seconds  = 14 * 86400 # a large upload may take days
  sqs_managed_sse_enabled    = true
  tags                       = var.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "dead" {
  name                      = "${local.function_name}-dead"
  message_retention_seconds = 14 * 86400
  sqs_managed_sse_enabled   = true
  tags                      = var.tags
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

resource "aws_iam_role" "this" {
  # A role has no region. The same stack name may be deployed in another region of the account.
  name                 = "${var.name}-warm-${local.region}"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  description          = "Reads originals, reads and writes derivatives, takes from its queue, logs"
  assume_role_policy   = data.aws_iam_policy_document.assume.json
  tags                 = var.tags
}

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "TakeOriginals"
    actions   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    resources = [aws_sqs_queue.this.arn]
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }
}

resource "aws_iam_role_policy" "this" {
  name   = "warm"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.this.json

  # Replaced with the role, so a role of another name is complete before the function leaves the old one.
  lifecycle {
    create_before_destroy = true
  }
}

# The generator's rights.
resource "aws_iam_role_policy" "generator" {
  name   = "generator"
  role   = aws_iam_role.this.name
  policy = var.policy

  lifecycle {
    create_before_destroy = true
  }
}
