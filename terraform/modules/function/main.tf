locals {
  # Only what is set: the function has a default of its own for everything else.
  environment = { for name, value in merge(
    {
      RESIZER_ORIGINALS         = join("/", compact(["s3://${var.originals.bucket}", trim(var.originals.prefix, "/")]))
      RESIZER_DERIVATIVES       = "s3://${var.derivatives.bucket}"
      RESIZER_BASE_URL          = var.base_url
      RESIZER_ORIGIN_SECRETS    = jsonencode(var.origin_secrets)
      RESIZER_ACCESS            = var.access
      RESIZER_PLUGINS           = var.plugins == null ? null : length(var.plugins) > 0 ? join(",", var.plugins) : "none"
      RESIZER_PRESETS           = length(var.presets) > 0 ? jsonencode(var.presets) : null
      RESIZER_WATERMARKS        = length(var.watermarks.keys) > 0 ? jsonencode(var.watermarks.keys) : null
      RESIZER_WATERMARKS_STORE  = var.watermarks.bucket == null ? null : "s3://${var.watermarks.bucket}"
      RESIZER_FALLBACK          = var.fallback
      RESIZER_SIGNING_KEYS      = length(var.signing_keys) > 0 ? jsonencode(var.signing_keys) : null
      RESIZER_SECRETS           = var.secrets_object == null ? null : "s3://${var.secrets_object.bucket}/${var.secrets_object.keys[0]}"
      RESIZER_HEIC              = var.pictures.heic ? null : "0"
      RESIZER_SVG               = var.pictures.svg ? "1" : null
      RESIZER_FORMAT            = var.pictures.format
      RESIZER_QUALITY           = length(var.pictures.quality) > 0 ? jsonencode(var.pictures.quality) : null
      RESIZER_CACHE_CONTROL     = var.pictures.cache_control
      RESIZER_METRICS_NAMESPACE = local.metrics_namespace
    },
    { for name, limit in var.limits : "RESIZER_MAX_${upper(name)}" => limit == null ? null : format("%d", limit) },
  ) : name => value if value != null }

  # The metrics have no dimensions: without the name two deployments in one region would count together.
  metrics_namespace = "Resizer/${var.name}"

  region = split(":", aws_cloudwatch_log_group.this.arn)[3]
}

resource "aws_lambda_function" "this" {
  function_name = var.name
  description   = "Makes the derivative that a path asks for, stores it and redirects to it"
  role          = aws_iam_role.this.arn
  tags          = var.tags

  package_type                   = "Image"
  image_uri                      = var.image_uri
  architectures                  = [var.size.architecture]
  memory_size                    = var.size.memory_mb
  timeout                        = var.size.timeout_s
  reserved_concurrent_executions = var.size.reserved_concurrency

  environment {
    variables = local.environment
  }

  # The function writes JSON, with its metrics in it, by itself.
  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  # What it needs from its first call on.
  depends_on = [aws_iam_role_policy.this]

  lifecycle {
    precondition {
      condition     = sum([for name, value in local.environment : length("${name}${value}")]) <= 4096
      error_message = "The settings are over 4096 characters, Lambda's limit for the environment: use fewer or shorter presets, or fewer keys."
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
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

resource "aws_iam_role" "this" {
  name               = "${var.name}-function"
  description        = "Reads originals, reads and writes derivatives, logs"
  assume_role_policy = data.aws_iam_policy_document.assume.json
  tags               = var.tags
}

data "aws_partition" "current" {}

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "ReadOriginals"
    actions   = ["s3:GetObject"]
    resources = ["${local.originals_arn}/*"]
  }

  # Put needs no more to be conditional. Nothing may be deleted.
  statement {
    sid       = "ReadAndWriteDerivatives"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${var.derivatives.arn}/*"]
  }

  # Who may not list is told 403 of what is missing, and the function could not say 404.
  statement {
    sid       = "TellMissingFromForbidden"
    actions   = ["s3:ListBucket"]
    resources = concat([local.originals_arn, var.derivatives.arn], local.watermarks_arn[*])
  }

  dynamic "statement" {
    for_each = local.watermarks_arn[*]

    content {
      sid       = "ReadWatermarks"
      actions   = ["s3:GetObject"]
      resources = [for key in values(var.watermarks.keys) : "${statement.value}/${key}"]
    }
  }

  # Both while they are changed: processes with either name may start then.
  dynamic "statement" {
    for_each = var.secrets_object[*]

    content {
      sid       = "ReadSecrets"
      actions   = ["s3:GetObject"]
      resources = [for key in statement.value.keys : "arn:${data.aws_partition.current.partition}:s3:::${statement.value.bucket}/${key}"]
    }
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }

  dynamic "statement" {
    for_each = var.originals.kms_key_arn == null ? [] : [var.originals.kms_key_arn]

    content {
      sid       = "DecryptOriginals"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }
}

locals {
  originals_arn  = "arn:${data.aws_partition.current.partition}:s3:::${var.originals.bucket}"
  watermarks_arn = var.watermarks.bucket == null ? null : "arn:${data.aws_partition.current.partition}:s3:::${var.watermarks.bucket}"
}

resource "aws_iam_role_policy" "this" {
  name   = "function"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.this.json
}
