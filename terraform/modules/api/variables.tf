variable "name" {
  description = "Of the API, and in the name of its log group."
  type        = string
  nullable    = false
}

variable "function" {
  description = "The function that is called: its name and the ARN by which API Gateway invokes it."
  type = object({
    name       = string
    invoke_arn = string
  })
  nullable = false
}

variable "throttle" {
  description = "Calls a second, and how many of them at once."
  type = object({
    rate  = optional(number, 50)
    burst = optional(number, 100)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.throttle.rate >= 1 && var.throttle.burst >= 1
    error_message = "throttle.rate and throttle.burst must both be at least 1: with 0 API Gateway answers every call with 429."
  }
}

variable "log_retention_days" {
  description = "Days for which the access log is kept."
  type        = number
  nullable    = false
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "kms_key_arn" {
  description = "The key that encrypts the access log; null is AWS's own."
  type        = string
  default     = null
}
