output "bucket" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.this.bucket
}

output "arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn
}

output "host" {
  description = "The host that delivery asks: the website endpoint, in the spelling of its region, which speaks http only. In failover it is the bucket."
  value       = local.failover ? aws_s3_bucket.this.bucket_regional_domain_name : aws_s3_bucket_website_configuration.this[0].website_endpoint
}
