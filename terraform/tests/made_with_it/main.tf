# A configuration that makes the image's name in the same apply as the loop. So a plan does not know the name.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

resource "terraform_data" "image" {
  input = "registry.test/own@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

module "resizer" {
  source = "../.."

  name      = "img"
  access    = "open"
  originals = { bucket = "pictures" }
  registry  = false
  image_uri = terraform_data.image.output
}

output "image_uri" {
  value = module.resizer.image_uri
}
