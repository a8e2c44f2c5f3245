# Most optional parts. The originals exist already. Derivatives follow them, and some are made before anybody asks. The
# stack has a host name, a firewall, presets, signatures, alarms by mail, and tighter limits than the defaults.

provider "aws" {
  default_tags {
    tags = { project = "pictures" }
  }
}

# CloudFront takes some resources only from this region.
provider "aws" {
  alias  = "us_east_1"
  region = "us-east-1"
}

data "aws_region" "current" {}

# Each firewall for CloudFront is in us-east-1, whatever the region of its stack.
module "firewall" {
  source = "../../modules/firewall"
  providers = {
    aws = aws.us_east_1
  }

  name                 = "${var.name}-${data.aws_region.current.name}"
  requests_per_address = 600
}

module "resizer" {
  source = "../.."

  name      = var.name
  image_uri = var.image_uri
  originals = { bucket = var.originals_bucket, prefix = "pictures" }

  access       = "signed"
  presets      = { thumb = "300x200_fit-cover", "hero.wide" = "1600x600_fit-cover_g-sm" }
  signing_keys = var.signing_keys
  watermarks   = { keys = { logo = "marks/logo.png" } }
  limits       = { input_bytes = 20000000, output_side = 4096 }
  pictures     = { quality = { jpg = 78, webp = 78 } }

  domain      = var.domain
  price_class = "PriceClass_100"
  firewalls   = { generator = module.firewall.web_acl_arn }

  freshness = {} # the output of the same name says how the originals' bucket reports its changes
  eager     = ["p-thumb", "720x_f-avif"]
  function  = { memory_mb = 1769, timeout_s = 25, reserved_concurrency = 20 }
  throttle  = { rate = 20, burst = 40 }

  alarms             = { actions = var.alarm_actions, email = var.alarm_email == "" ? null : var.alarm_email, generations_per_hour = 2000 }
  dashboard          = true
  log_retention_days = 90
  encryption         = { logs = var.log_key_arn }
  tracing            = true
  tags               = { service = "resizer" }
}
