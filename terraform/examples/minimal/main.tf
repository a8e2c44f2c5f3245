# The whole loop, and a bucket for the originals: `make image`, then here `terraform init && terraform apply`.

provider "aws" {}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

# Only the bucket: S3 makes new ones private, encrypted and without ACLs by itself, and so `terraform destroy`, which
# S3 refuses for a bucket that is not empty, takes nothing away from the originals.
resource "aws_s3_bucket" "originals" {
  bucket = "${var.name}-originals-${data.aws_caller_identity.current.account_id}-${data.aws_region.current.name}"

  lifecycle {
    ignore_changes = [bucket] # one that is there keeps its name, which had no region before
  }
}

module "resizer" {
  source = "../.."

  name      = var.name
  originals = { bucket = aws_s3_bucket.originals.bucket }
  image_uri = var.image_uri

  # Everybody may ask for every size. Somebody who does all day costs at worst 51.51 USD a day, and what a day stores
  # at worst costs 389.56 USD a month until it is deleted: docs/cost.md, "What an attack can cost". With "signed", as in
  # the example of that name, or with "presets" there is no more to make than what you foresaw.
  access = "open"

  alarms = { email = var.alarm_email == "" ? null : var.alarm_email }
}
