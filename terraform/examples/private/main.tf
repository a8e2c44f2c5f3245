# Delivery without redirects and without a public policy. The bucket of derivatives is private, with every block on.
# One distribution asks S3 first, and the function for a picture that is missing there.

provider "aws" {}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

# Only the bucket, as in the minimal example.
resource "aws_s3_bucket" "originals" {
  bucket = "${var.name}-originals-${data.aws_caller_identity.current.account_id}-${data.aws_region.current.name}"
}

module "resizer" {
  source = "../.."

  name      = var.name
  delivery  = "failover"
  originals = { bucket = aws_s3_bucket.originals.bucket }
  image_uri = var.image_uri

  # Everybody may ask for every size. The price: docs/cost.md, "What an attack can cost".
  access = "open"

  alarms = { email = var.alarm_email == "" ? null : var.alarm_email }
}
