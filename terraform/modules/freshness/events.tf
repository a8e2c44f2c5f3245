# The way from a change of an original to the function: S3 tells EventBridge, and a rule tells the queue. Events may
# come twice or in any order, because the function looks at the store itself.

locals {
  s3 = "arn:${data.aws_partition.current.partition}:s3:::"

  prefixes = { for store in var.originals.stores : store.bucket => store.prefix... }
  keys     = distinct([for store in var.originals.stores : store.kms_key_arn if store.kms_key_arn != null])

  # S3 tells EventBridge in the account and the region of the bucket. From another one a rule there sends the events on.
  elsewhere = distinct([for store in var.originals.stores : store.bucket if store.region != null || store.account != null])
  accounts  = distinct([for store in var.originals.stores : store.account if store.account != null])
  buses = merge(
    { here = "default" },
    { for bus in aws_cloudwatch_event_bus.originals : "elsewhere" => bus.name },
  )

  # The keys that a rule watches, by bucket and of all buckets.
  watched = { for bucket, prefixes in local.prefixes : bucket => merge(
    { bucket = { name = [bucket] } },
    { for found in [distinct(prefixes)] : "object" => { key = [for prefix in found : { prefix = "${prefix}/" }] } if !contains(found, "") },
  ) }
  patterns = { for bucket, detail in merge(local.watched, { "" = try(one(values(local.watched)), { "$or" = values(local.watched) }) }) :
    bucket => jsonencode({ source = ["aws.s3"], "detail-type" = ["Object Created", "Object Deleted"], detail = detail })
  }
}

resource "aws_cloudwatch_event_bus" "originals" {
  count = anytrue([for store in var.originals.stores : store.region != null || store.account != null]) ? 1 : 0

  name        = "${var.name}-originals"
  description = "Changes of originals in other regions and accounts"
  tags        = var.tags
}

data "aws_iam_policy_document" "bus" {
  statement {
    sid       = "SendChangesOfOriginals"
    actions   = ["events:PutEvents"]
    resources = aws_cloudwatch_event_bus.originals[*].arn

    principals {
      type        = "AWS"
      identifiers = local.accounts
    }

    condition {
      test     = "StringEquals"
      variable = "events:source"
      values   = ["aws.s3"]
    }
  }
}

resource "aws_cloudwatch_event_bus_policy" "originals" {
  count = length(local.accounts) > 0 ? 1 : 0

  event_bus_name = aws_cloudwatch_event_bus.originals[0].name
  policy         = data.aws_iam_policy_document.bus.json
}

resource "aws_cloudwatch_event_rule" "changes" {
  for_each = local.buses

  name           = "${var.name}-changes"
  description    = "An original was made, replaced or deleted"
  event_bus_name = each.value
  event_pattern  = local.patterns[""]
  tags           = var.tags

  lifecycle {
    precondition {
      condition     = length(local.patterns[""]) <= 2048
      error_message = "The names and prefixes of all buckets of originals make a pattern of more than the 2048 characters that EventBridge takes: use fewer buckets, or shorter prefixes."
    }
  }
}

resource "aws_cloudwatch_event_target" "changes" {
  for_each = aws_cloudwatch_event_rule.changes

  rule           = each.value.name
  event_bus_name = each.value.event_bus_name
  arn            = aws_sqs_queue.changes.arn

  # Holds events that EventBridge cannot deliver within a day.
  dead_letter_config {
    arn = aws_sqs_queue.dead.arn
  }
}

resource "aws_sqs_queue" "changes" {
  name                       = "${var.name}-changes"
  visibility_timeout_seconds = 6 * local.timeout_s
  sqs_managed_sse_enabled    = true # EventBridge cannot use AWS's own KMS key for queues
  tags                       = var.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "dead" {
  name                      = "${var.name}-changes-dead"
  message_retention_seconds = 14 * 86400
  sqs_managed_sse_enabled   = true
  tags                      = var.tags
}

data "aws_iam_policy_document" "send" {
  for_each = { changes = aws_sqs_queue.changes.arn, dead = aws_sqs_queue.dead.arn }

  statement {
    sid       = "SendChanges"
    actions   = ["sqs:SendMessage"]
    resources = [each.value]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [for rule in aws_cloudwatch_event_rule.changes : rule.arn]
    }
  }
}

resource "aws_sqs_queue_policy" "changes" {
  queue_url = aws_sqs_queue.changes.url
  policy    = data.aws_iam_policy_document.send["changes"].json
}

resource "aws_sqs_queue_policy" "dead" {
  queue_url = aws_sqs_queue.dead.url
  policy    = data.aws_iam_policy_document.send["dead"].json
}

# A bucket has only one such configuration, and this one replaces an existing one. So Terraform makes it only if the
# variable says that the bucket is ours, and if it is in the provider's region.
resource "aws_s3_bucket_notification" "originals" {
  for_each = toset(var.notifications == "ours" ? setsubtract(keys(local.prefixes), local.elsewhere) : [])

  bucket      = each.value
  eventbridge = true
}
