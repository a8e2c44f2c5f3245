# A secret has 64 hexadecimal digits with 244 random bits. It is made once: Terraform ignores the next plan's uuid().
# So a secret lives as long as the variable names its generation.
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
