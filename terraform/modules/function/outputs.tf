output "name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "environment" {
  description = "Its variables, for the functions beside it that make derivatives too."
  value       = local.environment
  sensitive   = true
}

output "size" {
  description = "Memory, time-out and architecture."
  value       = { memory_mb = var.size.memory_mb, timeout_s = var.size.timeout_s, architecture = var.size.architecture }
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

output "originals" {
  description = "The originals, for the other functions: the value of RESIZER_ORIGINALS, their URLs by the beginning of a key, and their stores."
  value = {
    setting = local.originals_setting
    urls    = local.originals_urls
    stores  = values(local.originals)
  }
}

output "alarm_actions" {
  description = "ARNs that its alarms tell."
  value       = local.actions
}

output "role_arn" {
  description = "ARN of the role that the function has."
  value       = local.role_arn
}

output "policies" {
  description = "Policies, as JSON: the permissions that the role needs, and those that buckets and keys of another account must give to the role."
  value = {
    role    = data.aws_iam_policy_document.this.json
    buckets = local.bucket_policies
    keys    = local.key_policies
  }
}
