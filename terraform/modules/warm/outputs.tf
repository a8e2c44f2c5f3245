output "name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "queue" {
  description = "The queue of originals: its URL and its ARN."
  value       = { url = aws_sqs_queue.this.url, arn = aws_sqs_queue.this.arn }
}

output "role_arn" {
  description = "ARN of its role, which policies of another account name."
  value       = aws_iam_role.this.arn
}
