# The function that deletes the derivatives of a replaced or deleted original. events.tf has what calls it.

locals {
  function_name = "${var.name}-freshness"
  region        = split(":", aws_cloudwatch_log_group.this.arn)[3]
  timeout_s     = 60

  # Only values that are set. For all others the function has its own default.
  environment = { for name, value in {
    RESIZER_ORIGINALS         = var.originals.setting
    RESIZER_DERIVATIVES       = "s3://${var.derivatives.bucket}"
    RESIZER_QUEUE             = aws_sqs_queue.changes.url
    RESIZER_CDN               = var.cdn
    RESIZER_DISTRIBUTION      = var.cdn == "ttl" ? null : var.distribution.id
    RESIZER_SPECS             = var.specs
    RESIZER_INDEX             = one([for bucket in aws_s3_bucket.index : "s3://${bucket.bucket}"])
    RESIZER_WARM_QUEUE        = one(var.warm_queue[*].url)
    RESIZER_TIMEOUT_S         = tostring(var.generator_timeout_s)
    RESIZER_METRICS_NAMESPACE = var.metrics_namespace
  } : name => value if value != null }
}

resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_115: the mapping below bounds how many runs there are at once
  function_name = local.function_name
  description   = "Deletes derivatives whose original was replaced or deleted, and invalidates them"
  role          = aws_iam_role.this.arn
  tags          = var.tags

  package_type  = "Image"
  image_uri     = var.image_uri
  architectures = [var.architecture]
  memory_size   = 512
  timeout       = local.timeout_s

  image_config {
    command = ["freshness.handler"]
  }

  environment {
    variables = local.environment
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  # The function needs these from its first call on.
  depends_on = [aws_iam_role_policy.this]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

# A failed message is visible again when no run can hold it: after six times the time-out, as Lambda's guide asks. The
# other messages of its batch do not come again.
resource "aws_lambda_event_source_mapping" "changes" {
  event_source_arn                   = aws_sqs_queue.changes.arn
  function_name                      = aws_lambda_function.this.arn
  batch_size                         = 100
  maximum_batching_window_in_seconds = 5
  function_response_types            = ["ReportBatchItemFailures"]
  tags                               = var.tags

  scaling_config {
    maximum_concurrency = 2
  }
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
  name                 = "${var.name}-freshness-${local.region}"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  description          = "Looks at originals, deletes derivatives, invalidates them, logs"
  assume_role_policy   = data.aws_iam_policy_document.assume.json
  tags                 = var.tags
}

data "aws_partition" "current" {}

# The function writes no object.
data "aws_iam_policy_document" "this" {
  statement {
    sid       = "LookAtOriginals"
    actions   = ["s3:GetObject"]
    resources = distinct([for store in var.originals.stores : "${local.s3}${join("/", compact([store.bucket, store.prefix, "*"]))}"])
  }

  # Without the right to list, S3 answers 403 for a missing object. A deleted original would look like a forbidden one.
  # The condition says IfExists because a HEAD names no prefix.
  dynamic "statement" {
    for_each = keys(local.prefixes)

    content {
      sid       = "TellMissingFromForbidden${statement.key}"
      actions   = ["s3:ListBucket"]
      resources = ["${local.s3}${statement.value}"]

      condition {
        test     = "StringLikeIfExists"
        variable = "s3:prefix"
        values   = [for prefix in local.prefixes[statement.value] : join("/", compact([prefix, "*"]))]
      }
    }
  }

  statement {
    sid       = "ListDerivatives"
    actions   = ["s3:ListBucket"]
    resources = concat([var.derivatives.arn], aws_s3_bucket.index[*].arn)
  }

  # A delete with the condition of an ETag needs the right to read too.
  statement {
    sid       = "DeleteDerivatives"
    actions   = ["s3:DeleteObject", "s3:GetObject"]
    resources = [for arn in concat([var.derivatives.arn], aws_s3_bucket.index[*].arn) : "${arn}/*"]
  }

  dynamic "statement" {
    for_each = var.cdn == "ttl" ? [] : [var.distribution.arn]

    content {
      sid       = "Invalidate"
      actions   = ["cloudfront:CreateInvalidation"]
      resources = [statement.value]
    }
  }

  statement {
    sid       = "TakeAndSendChanges"
    actions   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage"]
    resources = [aws_sqs_queue.changes.arn]
  }

  dynamic "statement" {
    for_each = var.warm_queue[*].arn

    content {
      sid       = "SendToWarm"
      actions   = ["sqs:SendMessage"]
      resources = [statement.value]
    }
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }

  dynamic "statement" {
    for_each = length(local.keys) > 0 ? [local.keys] : []

    content {
      sid       = "DecryptOriginals"
      actions   = ["kms:Decrypt"]
      resources = statement.value

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = distinct([for key in statement.value : "s3.${split(":", key)[3]}.amazonaws.com"])
      }
    }
  }

  dynamic "statement" {
    for_each = var.tracing ? [true] : []

    content {
      sid       = "Trace"
      actions   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
      resources = ["*"] # X-Ray allows nothing narrower
    }
  }
}

resource "aws_iam_role_policy" "this" {
  name   = "freshness"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.this.json

  # Replaced with the role, so a role of another name is complete before the function leaves the old one.
  lifecycle {
    create_before_destroy = true
  }
}
