output "bucket" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.this.bucket
}

output "arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn
}

output "website_host" {
  description = "Host of the website endpoint, in the spelling of its region; it speaks http only."
  value       = aws_s3_bucket_website_configuration.this.website_endpoint
}
