output "job" {
  description = "What `make backfill` has to know."
  value = {
    region       = local.region
    function_arn = aws_lambda_function.this.arn
    role_arn     = aws_iam_role.job.arn
    originals    = var.originals.urls
    reports      = "s3://${aws_s3_bucket.reports.bucket}"
    memory_mb    = var.size.memory_mb
    architecture = var.size.architecture
  }
}

output "role_arn" {
  description = "ARN of the function's role, which policies of another account name."
  value       = aws_iam_role.function.arn
}
