output "base_url" {
  description = "Where viewers begin: https and the host of delivery, without a slash at the end."
  value       = "https://${var.domain == null ? aws_cloudfront_distribution.delivery.domain_name : var.domain.name}"
}

output "delivery_distribution_id" {
  description = "Id of the delivery distribution."
  value       = aws_cloudfront_distribution.delivery.id
}

output "distribution_arns" {
  description = "ARNs of both distributions."
  value = {
    delivery  = aws_cloudfront_distribution.delivery.arn
    generator = aws_cloudfront_distribution.generator.arn
  }
}

output "generator_distribution_id" {
  description = "Id of the generator distribution."
  value       = aws_cloudfront_distribution.generator.id
}

output "generator_host" {
  description = "Host of the generator distribution; it is there before the delivery distribution is."
  value       = aws_cloudfront_distribution.generator.domain_name
}
