variable "destination_arn" {
  description = "Where the logs go: the ARN of a bucket, or of a log group in us-east-1. Whoever can read there can use the signatures in the paths."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[^:]+:(s3:::[a-z0-9.-]+(/.+)?|logs:us-east-1:[0-9]{12}:log-group:[^:*]+)$", var.destination_arn))
    error_message = "destination_arn must be the ARN of a bucket, with or without a prefix, or of a log group in us-east-1 without :* at its end: CloudFront's logs go to no other."
  }
}

variable "distributions" {
  description = "ARNs of the distributions by a name: distribution_arns of the root module, or one of them."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(var.distributions) > 0
    error_message = "distributions must be at least one: there would be nothing to log."
  }
}

variable "name" {
  description = "Of the deliveries; another stack in the same account, of whatever region, needs another."
  type        = string
  nullable    = false
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
  nullable    = false
}
