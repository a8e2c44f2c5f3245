# A configuration that calls the root module as people do. The module depends on a resource of the configuration, which
# also makes a zone.

variable "before" {
  type = string
}

resource "terraform_data" "before" {
  input = var.before
}

resource "aws_route53_zone" "site" {
  name = "example.com"
}

module "resizer" {
  source     = "../.."
  depends_on = [terraform_data.before]

  name      = "img"
  access    = "open"
  originals = { bucket = "pictures" }
  image_uri = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/img@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  domain = {
    name            = "img.example.com"
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/abc"
    zone_id         = aws_route53_zone.site.zone_id
    records         = true
  }
}

output "bucket" {
  value = module.resizer.stack.derivatives_bucket
}
