locals {
  failover = var.delivery == "failover"

  # How a SPEC may begin: a size or a percentage, a height, the original's size, a preset.
  spec_beginnings = concat([for digit in range(1, 10) : tostring(digit)], ["x", "orig", "p-"])
}

# A bucket of another name is another bucket: this one would be emptied and deleted. So the name stays as it was made,
# whatever the default has become or while a plan does not know it.
resource "aws_s3_bucket" "this" {
  bucket        = coalesce(var.bucket, var.default_bucket)
  force_destroy = true # it holds nothing that cannot be made again
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

# KMS keys cannot serve a website: its readers are anonymous. In failover they would have to let CloudFront in as well.
resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.bucket

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

# A policy with a Referer counts as public, so both switches for policies are off with redirects, here and nowhere else.
resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.bucket
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = local.failover
  restrict_public_buckets = local.failover
}

# With redirects whoever sends the Referer reads; in failover this one distribution, which lists as well: who may not
# list is told 403 of what is missing, and delivery asks the API on 404 alone.
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

# Last of all: S3 refuses it while the block is on, and sees some time after the call that the block is off.
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
    suffix = "no-such-index-document" # nobody uploads one; a real one would redirect from x to x/
  }

  # What is missing and begins like a SPEC goes to the generator, with its key whole. Never on 403, which also means
  # that an object exists and may not be read: that redirect would never end. 307, because CloudFront does not keep one
  # without Cache-Control, and browsers keep none.
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
