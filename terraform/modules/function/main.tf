locals {
  failover = var.delivery == "failover"

  # Only values that are set. For all others the function has its own default.
  environment = { for name, value in merge(
    {
      RESIZER_ORIGINALS         = local.originals_setting
      RESIZER_DERIVATIVES       = "s3://${var.derivatives.bucket}"
      RESIZER_BASE_URL          = var.base_url
      RESIZER_DELIVERY          = local.failover ? var.delivery : null
      RESIZER_ORIGIN_SECRETS    = jsonencode(var.origin_secrets)
      RESIZER_ACCESS            = var.access
      RESIZER_PLUGINS           = var.plugins == null ? null : length(var.plugins) > 0 ? join(",", var.plugins) : "none"
      RESIZER_PRESETS           = length(var.presets) > 0 ? jsonencode(var.presets) : null
      RESIZER_WATERMARKS        = length(var.watermarks.keys) > 0 ? jsonencode(var.watermarks.keys) : null
      RESIZER_WATERMARKS_STORE  = var.watermarks.bucket == null ? null : "s3://${var.watermarks.bucket}${local.watermarks_query}"
      RESIZER_FALLBACK          = var.fallback
      RESIZER_SIGNING_KEYS      = length(var.signing_keys) > 0 ? jsonencode(var.signing_keys) : null
      RESIZER_SECRETS           = var.secrets_object == null ? null : "s3://${var.secrets_object.bucket}/${var.secrets_object.keys[0]}"
      RESIZER_HEIC              = var.pictures.heic ? null : "0"
      RESIZER_SVG               = var.pictures.svg ? "1" : null
      RESIZER_FORMAT            = var.pictures.format
      RESIZER_QUALITY           = length(var.pictures.quality) > 0 ? jsonencode(var.pictures.quality) : null
      RESIZER_CACHE_CONTROL     = var.pictures.cache_control
      RESIZER_INDEX             = one([for index in var.index[*] : "s3://${index.bucket}"])
      RESIZER_METRICS_NAMESPACE = local.metrics_namespace
    },
    { for name, limit in var.limits : "RESIZER_MAX_${upper(name)}" => limit == null ? null : format("%d", limit) },
  ) : name => value if value != null }

  # The metrics have no dimensions. So the name keeps two deployments in one region apart.
  metrics_namespace = "Resizer/${var.name}"

  region = split(":", aws_cloudwatch_log_group.this.arn)[3]

  # An account must leave 100 runs unreserved. With a smaller quota it can reserve none.
  unreserved_floor = 100
  reservable       = try(data.aws_servicequotas_service_quota.runs[0].value, 0) - local.unreserved_floor
  reserved = (
    var.size.reserved_concurrency != null ? var.size.reserved_concurrency :
    local.reservable >= 1 ? min(10, local.reservable) : -1
  )
}

# The number of runs that the account may have at once in this region.
data "aws_servicequotas_service_quota" "runs" {
  count = var.size.reserved_concurrency == null ? 1 : 0

  service_code = "lambda"
  quota_code   = "L-B99A9384"
}

resource "aws_lambda_function" "this" {
  function_name = var.name
  description   = "Makes the derivative that a path asks for, stores it and ${local.failover ? "sends it" : "redirects to it"}"
  role          = local.role_arn
  tags          = var.tags

  package_type                   = "Image"
  image_uri                      = var.image_uri
  architectures                  = [var.size.architecture]
  memory_size                    = var.size.memory_mb
  timeout                        = var.size.timeout_s
  reserved_concurrent_executions = local.reserved

  environment {
    variables = local.environment
  }

  # The function itself writes JSON, with its metrics in it.
  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  # The function needs these from its first call on.
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
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

locals {
  # The same plan may make a given role. Its ARN is unknown then, but the plan knows that there is one.
  role_arn = var.own_role == null ? one(aws_iam_role.this[*].arn) : var.own_role.arn
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
  count = var.own_role == null ? 1 : 0

  # A role has no region. The same stack name may be deployed in another region of the account.
  name                 = "${var.name}-function-${local.region}"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  description          = "Reads originals, reads and writes derivatives, logs"
  assume_role_policy   = data.aws_iam_policy_document.assume.json
  tags                 = var.tags
}

data "aws_partition" "current" {}

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "ReadOriginals"
    actions   = ["s3:GetObject"]
    resources = distinct([for store in values(local.originals) : "${local.s3}${join("/", compact([store.bucket, store.prefix, "*"]))}"])
  }

  # A conditional put needs no other right. The function may delete nothing.
  statement {
    sid       = "ReadAndWriteDerivatives"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${var.derivatives.arn}/*"]
  }

  dynamic "statement" {
    for_each = var.index[*].arn

    content {
      sid       = "WriteIndex"
      actions   = ["s3:PutObject"]
      resources = ["${statement.value}/*"]
    }
  }

  # Without the right to list, S3 answers 403 for a missing object, and the function could not answer 404.
  statement {
    sid       = "TellMissingFromForbidden"
    actions   = ["s3:ListBucket"]
    resources = concat([for bucket in local.whole_buckets : "${local.s3}${bucket}"], [var.derivatives.arn], local.watermarks_arn[*])
  }

  # The condition says IfExists because a GET names no prefix.
  dynamic "statement" {
    for_each = keys(local.parts_of_buckets)

    content {
      sid       = "TellMissingFromForbidden${statement.key}"
      actions   = ["s3:ListBucket"]
      resources = ["${local.s3}${statement.value}"]

      condition {
        test     = "StringLikeIfExists"
        variable = "s3:prefix"
        values   = local.parts_of_buckets[statement.value]
      }
    }
  }

  dynamic "statement" {
    for_each = local.watermarks_arn[*]

    content {
      sid       = "ReadWatermarks"
      actions   = ["s3:GetObject"]
      resources = [for key in values(var.watermarks.keys) : "${statement.value}/${key}"]
    }
  }

  # Both objects during a change: processes with either name may start then.
  dynamic "statement" {
    for_each = var.secrets_object[*]

    content {
      sid       = "ReadSecrets"
      actions   = ["s3:GetObject"]
      resources = [for key in statement.value.keys : "${local.s3}${statement.value.bucket}/${key}"]
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
        values   = distinct([for key in statement.value : local.via_s3[key]])
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
  count = var.own_role == null ? 1 : 0

  name   = "function"
  role   = aws_iam_role.this[0].name
  policy = data.aws_iam_policy_document.this.json

  # Replaced with the role, so a role of another name is complete before the function leaves the old one.
  lifecycle {
    create_before_destroy = true
  }
}
