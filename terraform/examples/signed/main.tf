# The loop for pages that sign what they ask for: nobody else can have a picture made. The key makes itself.

provider "aws" {}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

# Only the bucket, as in the minimal example.
resource "aws_s3_bucket" "originals" {
  bucket = "${var.name}-originals-${data.aws_caller_identity.current.account_id}-${data.aws_region.current.name}"

  lifecycle {
    ignore_changes = [bucket] # one that is there keeps its name, which had no region before
  }
}

# To rotate: [2, 1], which accepts both and signs with 2; and [2] once no page has a signature by 1.
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
