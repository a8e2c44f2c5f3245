output "name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "invoke_arn" {
  description = "The ARN by which API Gateway invokes it."
  value       = aws_lambda_function.this.invoke_arn
}

output "region" {
  description = "The region of the function, and so of the buckets and the API."
  value       = local.region
}

output "metrics_namespace" {
  description = "The namespace of its metrics."
  value       = local.metrics_namespace
}
