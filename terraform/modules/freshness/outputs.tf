output "name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "role_arn" {
  description = "ARN of its role, which policies of another account name."
  value       = aws_iam_role.this.arn
}

output "index" {
  description = "The bucket of the index: its name and its ARN; null where there is none."
  value       = one([for bucket in aws_s3_bucket.index : { bucket = bucket.bucket, arn = bucket.arn }])
}

output "queues" {
  description = "URLs of the queue of changes and of that of the changes that failed."
  value       = { changes = aws_sqs_queue.changes.url, dead = aws_sqs_queue.dead.url }
}

output "notifications" {
  description = "For each bucket of originals whose notifications are theirs: a shell command that has S3 tell EventBridge, and keeps the other notifications."
  value = { for bucket in setsubtract(keys(local.prefixes), keys(aws_s3_bucket_notification.originals)) : bucket => join(" ", [
    "aws s3api get-bucket-notification-configuration --bucket ${bucket} |",
    "python3 -c 'import json, sys; print(json.dumps(json.loads(sys.stdin.read() or \"{}\") | {\"EventBridgeConfiguration\": {}}))' >notifications.json &&",
    "aws s3api put-bucket-notification-configuration --bucket ${bucket} --notification-configuration file://notifications.json",
  ]) }
}

output "elsewhere" {
  description = "For each bucket of another region or account, the means to report its changes here: the pattern of a rule there, the bus that is its target, and both policies of the role that the target takes."
  value = { for bucket in local.elsewhere : bucket => {
    event_pattern = local.patterns[bucket]
    target        = aws_cloudwatch_event_bus.originals[0].arn
    trust = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "events.amazonaws.com" } }]
    })
    policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "events:PutEvents", Resource = aws_cloudwatch_event_bus.originals[0].arn }]
    })
  } }
}
