# The whole loop, and a bucket for the originals. Run `make image`, then `terraform init && terraform apply` here.

provider "aws" {}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

# Only the bucket: S3 makes each new bucket private, encrypted and without ACLs. `terraform destroy` cannot remove the
# originals: S3 refuses to delete a bucket that is not empty.
resource "aws_s3_bucket" "originals" {
  bucket = "${var.name}-originals-${data.aws_caller_identity.current.account_id}-${data.aws_region.current.name}"

  lifecycle {
    ignore_changes = [bucket] # an existing bucket keeps its name, which had no region in 0.1
  }
}

module "resizer" {
  source = "../.."

  name      = var.name
  originals = { bucket = aws_s3_bucket.originals.bucket }
  image_uri = var.image_uri

  # Everybody may ask for every size. An attacker who asks all day costs at most 51.51 USD a day. The pictures stored
  # in that day cost at most 389.56 USD a month until somebody deletes them: docs/cost.md, "What an attack can cost".
  # With "signed", as in the example of that name, or with "presets" nobody can order pictures that you did not plan.
  access = "open"

  alarms = { email = var.alarm_email == "" ? null : var.alarm_email }
}
