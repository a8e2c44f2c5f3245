# The loop for pages that sign their addresses: nobody else can order a picture. Terraform makes the key.

provider "aws" {}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

# Only the bucket, as in the minimal example.
resource "aws_s3_bucket" "originals" {
  bucket = "${var.name}-originals-${data.aws_caller_identity.current.account_id}-${data.aws_region.current.name}"

  lifecycle {
    ignore_changes = [bucket] # an existing bucket keeps its name, which had no region in 0.1
  }
}

# To rotate, set [2, 1]: this accepts both keys and signs with 2. Set [2] when no page has a signature by key 1.
module "signing_key" {
  source = "../../modules/secret"

  generations = [1]
}

module "resizer" {
  source = "../.."

  name      = var.name
  originals = { bucket = aws_s3_bucket.originals.bucket }
  image_uri = var.image_uri

  access       = "signed"
  signing_keys = module.signing_key.values

  alarms = { email = var.alarm_email == "" ? null : var.alarm_email }
}
