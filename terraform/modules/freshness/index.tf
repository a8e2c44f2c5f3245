# The index names the SPECs of each key, for sites whose list of all SPECs is too long. Before the function stores a
# derivative, it puts an empty object KEY/SPEC here.

resource "aws_s3_bucket" "index" {
  count = var.specs == "index" ? 1 : 0

  bucket        = var.index_bucket
  force_destroy = true # a list of the derivatives restores it
  tags          = var.tags

  # Another name means another, empty bucket. So the name never changes.
  lifecycle {
    ignore_changes = [bucket]
  }
}

resource "aws_s3_bucket_ownership_controls" "index" {
  count = length(aws_s3_bucket.index)

  bucket = aws_s3_bucket.index[0].bucket

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "index" {
  count = length(aws_s3_bucket.index)

  bucket = aws_s3_bucket.index[0].bucket

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "index" {
  count = length(aws_s3_bucket.index)

  bucket                  = aws_s3_bucket.index[0].bucket
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = true
  restrict_public_buckets = true
}
