# A job needs a role, and a place for samples, lists and reports.

data "aws_partition" "current" {}

resource "aws_s3_bucket" "reports" {
  bucket        = var.reports_bucket
  force_destroy = true # it holds only lists and reports of jobs that have ended
  tags          = var.tags

  # Another name means another, empty bucket. So the name never changes.
  lifecycle {
    ignore_changes = [bucket]
  }
}

resource "aws_s3_bucket_ownership_controls" "reports" {
  bucket = aws_s3_bucket.reports.bucket

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "reports" {
  bucket = aws_s3_bucket.reports.bucket

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "reports" {
  bucket                  = aws_s3_bucket.reports.bucket
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = true
  restrict_public_buckets = true
}

# S3 keeps a job for 90 days.
resource "aws_s3_bucket_lifecycle_configuration" "reports" {
  bucket = aws_s3_bucket.reports.bucket

  rule {
    id     = "tidy"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }

    expiration {
      days = 90
    }
  }
}

data "aws_iam_policy_document" "assume_job" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["batchoperations.s3.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_iam_role" "job" {
  name                 = "${var.name}-job-${local.region}"
  path                 = var.role.path
  permissions_boundary = var.role.permissions_boundary
  description          = "Reads lists, calls ${local.function_name}, writes reports"
  assume_role_policy   = data.aws_iam_policy_document.assume_job.json
  tags                 = var.tags
}

data "aws_iam_policy_document" "job" {
  statement {
    sid       = "CallFunction"
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_function.this.arn]
  }

  statement {
    sid       = "ReadLists"
    actions   = ["s3:GetObject", "s3:GetObjectVersion"]
    resources = concat(["${aws_s3_bucket.reports.arn}/*"], [for bucket in var.lists : "arn:${data.aws_partition.current.partition}:s3:::${bucket}/*"])
  }

  statement {
    sid       = "WriteReports"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.reports.arn}/reports/*"]
  }

  # For a job over a prefix: S3 lists the objects itself.
  statement {
    sid       = "ListOriginals"
    actions   = ["s3:PutInventoryConfiguration"]
    resources = distinct([for store in var.originals.stores : "arn:${data.aws_partition.current.partition}:s3:::${store.bucket}"])
  }
}

resource "aws_iam_role_policy" "job" {
  name   = "job"
  role   = aws_iam_role.job.name
  policy = data.aws_iam_policy_document.job.json

  lifecycle {
    create_before_destroy = true
  }
}
