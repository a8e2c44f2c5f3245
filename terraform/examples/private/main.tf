# Without redirects, and without a public policy: the bucket of derivatives is private, with every block on, and one
# distribution asks S3 first and the function for what is not there.

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

  # Everybody may ask for every size: docs/cost.md, "What an attack can cost".
  access = "open"

  alarms = { email = var.alarm_email == "" ? null : var.alarm_email }
}
