locals {
  failover = var.delivery == "failover"

  # The beginnings of a SPEC: a size or a percentage, a height, the original's size, a preset.
  spec_beginnings = concat([for digit in range(1, 10) : tostring(digit)], ["x", "orig", "p-"])
}

# With another name Terraform would empty and delete this bucket, and make another one. So an existing bucket keeps its
# name, even if the default changes or a plan does not know it.
resource "aws_s3_bucket" "this" {
  bucket        = coalesce(var.bucket, var.default_bucket)
  force_destroy = true # every derivative can be made again
  tags          = var.tags

  lifecycle {
    ignore_changes = [bucket]

    postcondition {
      condition     = var.bucket == null ? true : self.bucket == var.bucket
      error_message = "derivatives.bucket must stay ${self.bucket}: a bucket cannot be renamed. To delete it with all that is in it, and to make ${coalesce(var.bucket, "another")}, apply once with -replace= and its address, which `terraform state list` has."
    }
  }
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.bucket

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

# No KMS key: a website's readers are anonymous, and KMS refuses them. In failover the key would need a policy for
# CloudFront.
resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.bucket

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

# A policy with a Referer counts as public. So with redirects both switches for policies are off, for this bucket only.
resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.bucket
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = local.failover
  restrict_public_buckets = local.failover
}

# With redirects everybody who sends the Referer may read. In failover only this distribution may read and list.
# Without the right to list, S3 answers 403 for a missing object, and delivery asks the API only on 404.
data "aws_iam_policy_document" "read" {
  dynamic "statement" {
    for_each = merge(
      { ReadThroughDelivery = { action = "s3:GetObject", resource = "${aws_s3_bucket.this.arn}/*" } },
      local.failover ? { TellMissingFromForbidden = { action = "s3:ListBucket", resource = aws_s3_bucket.this.arn } } : {},
    )

    content {
      sid       = statement.key
      actions   = [statement.value.action]
      resources = [statement.value.resource]

      principals {
        type        = local.failover ? "Service" : "*"
        identifiers = [local.failover ? "cloudfront.amazonaws.com" : "*"]
      }

      condition {
        test     = "StringEquals"
        variable = local.failover ? "aws:SourceArn" : "aws:Referer"
        values   = local.failover ? [var.delivery_arn] : var.referers
      }
    }
  }
}

# The policy comes last. S3 refuses it while the block is on, and notices only after some time that the block is off.
resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.bucket
  policy = data.aws_iam_policy_document.read.json

  depends_on = [
    aws_s3_bucket_public_access_block.this,
    aws_s3_bucket_lifecycle_configuration.this,
    aws_s3_bucket_ownership_controls.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_website_configuration.this,
  ]
}

resource "aws_s3_bucket_website_configuration" "this" {
  count = local.failover ? 0 : 1

  bucket = aws_s3_bucket.this.bucket

  index_document {
    suffix = "no-such-index-document" # no such object exists; with one, S3 would redirect from x to x/
  }

  # A missing key that begins like a SPEC leads to the generator, with the whole key. A 403 never does: it can also mean
  # that an object exists and nobody may read it, and the redirects would never end. The status is 307: CloudFront
  # keeps no 307 without Cache-Control, and browsers keep none.
  dynamic "routing_rule" {
    for_each = local.spec_beginnings

    content {
      condition {
        http_error_code_returned_equals = "404"
        key_prefix_equals               = routing_rule.value
      }

      redirect {
        host_name          = var.generator_host
        http_redirect_code = "307"
        protocol           = "https"
      }
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.bucket

  rule {
    id     = "tidy"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }

    dynamic "expiration" {
      for_each = var.expire_after_days > 0 ? [var.expire_after_days] : []

      content {
        days = expiration.value
      }
    }
  }
}
