output "image_uri" {
  description = "The pushed image, by its digest."
  value       = "${aws_ecr_repository.this.repository_url}@${data.aws_ecr_image.this.image_digest}"
}

output "architecture" {
  description = "Lambda's word for the architecture of the image: arm64 or x86_64; null when there is no image."
  value       = local.architecture
}

output "repository_url" {
  description = "Where images are pushed to."
  value       = aws_ecr_repository.this.repository_url
}
