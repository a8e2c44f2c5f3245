output "image_uri" {
  description = "The pushed image, by its digest; that which runs where nothing is built; null when there is no record."
  value       = local.built == null ? try(local.runs.image_uri, null) : "${aws_ecr_repository.this.repository_url}@${data.aws_ecr_image.this[0].image_digest}"

  precondition {
    condition     = !local.asks_what_runs || local.runs != null
    error_message = "There is no image to deploy: ${coalesce(var.record, "the record")} is not what `make image` of this version leaves, and no function ${var.name} runs yet whose image could stay. Call `make image` first, or give image_uri."
  }
}

output "architecture" {
  description = "Lambda's word for the architecture of the image: arm64 or x86_64; null when there is no record."
  value       = local.built == null ? try(one(local.runs.architectures), null) : local.architecture
}

output "repository_url" {
  description = "Where images are pushed to."
  value       = aws_ecr_repository.this.repository_url
}
