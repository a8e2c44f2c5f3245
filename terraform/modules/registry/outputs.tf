output "image_uri" {
  description = "The pushed image, by its digest; where nothing is built, that which runs."
  value       = local.built == null ? try(local.runs.image_uri, local.nothing) : "${aws_ecr_repository.this.repository_url}@${data.aws_ecr_image.this[0].image_digest}"
}

output "architecture" {
  description = "Lambda's word for the architecture of the image: arm64 or x86_64; null when there is no record."
  value       = local.built == null ? try(one(local.runs.architectures), null) : local.architecture
}

output "repository_url" {
  description = "Where images are pushed to."
  value       = aws_ecr_repository.this.repository_url
}
