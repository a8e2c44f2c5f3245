# 64 hexadecimal digits, 244 of their bits random. They are made once: the next plan's uuid() is ignored, so a secret
# lives as long as its generation is named.
resource "terraform_data" "generated" {
  for_each = toset([for generation in var.generations : tostring(generation)])

  input = sensitive(replace("${uuid()}${uuid()}", "-", ""))

  lifecycle {
    ignore_changes = [input]
  }
}

locals {
  generated = [for generation in var.generations : sensitive(terraform_data.generated[tostring(generation)].output)]
}
