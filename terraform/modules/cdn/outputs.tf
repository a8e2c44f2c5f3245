output "base_url" {
  description = "Where viewers begin: https and the host of delivery, without a slash at the end."
  value       = "https://${var.domain == null ? aws_cloudfront_distribution.delivery.domain_name : var.domain.name}"
}

output "delivery_arn" {
  description = "ARN of the delivery distribution."
  value       = aws_cloudfront_distribution.delivery.arn
}

output "delivery_distribution_id" {
  description = "Id of the delivery distribution."
  value       = aws_cloudfront_distribution.delivery.id
}

output "distribution_arns" {
  description = "ARNs of the distributions: delivery and, with redirects, generator."
  value = merge(
    { delivery = aws_cloudfront_distribution.delivery.arn },
    { for part in aws_cloudfront_distribution.generator : "generator" => part.arn },
  )
}

output "distribution_ids" {
  description = "Ids of the distributions: delivery and, with redirects, generator."
  value = merge(
    { delivery = aws_cloudfront_distribution.delivery.id },
    { for part in aws_cloudfront_distribution.generator : "generator" => part.id },
  )
}

output "generator_distribution_id" {
  description = "Id of the generator distribution; null in failover, which has none."
  value       = one(aws_cloudfront_distribution.generator[*].id)
}

output "generator_host" {
  description = "Host of the generator distribution, which is there before the delivery distribution is; null in failover."
  value       = one(aws_cloudfront_distribution.generator[*].domain_name)
}
