variable "alarms" {
  description = "Whether there are alarms, and the ARNs that they tell."
  type = object({
    enabled = bool
    actions = list(string)
  })
  nullable = false
}

variable "concurrency" {
  description = "How many runs there are at once, at most."
  type        = number
  nullable    = false
}

variable "environment" {
  description = "The variables of the generator."
  type        = map(string)
  nullable    = false
  sensitive   = true
}

variable "image_uri" {
  description = "The image, by its digest: that of the generator."
  type        = string
  nullable    = false
}

variable "kms_key_arn" {
  description = "The key that encrypts the log; null is CloudWatch's own."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "Days for which the log is kept."
  type        = number
  nullable    = false
}

variable "name" {
  description = "Of the deployment: NAME-warm is the function, and the queue."
  type        = string
  nullable    = false
}

variable "policy" {
  description = "What the generator may do, as JSON."
  type        = string
  nullable    = false
}

variable "role" {
  description = "Of the role that is made: its path, and the ARN of a permissions boundary."
  type = object({
    path                 = string
    permissions_boundary = string
  })
  nullable = false
}

variable "size" {
  description = "Memory, time-out and architecture, as the generator has them."
  type = object({
    memory_mb    = number
    timeout_s    = number
    architecture = string
  })
  nullable = false
}

variable "specs" {
  description = "The SPECs that are made of each new original."
  type        = list(string)
  nullable    = false
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  nullable    = false
}

variable "tracing" {
  description = "Whether X-Ray records runs."
  type        = bool
  nullable    = false
}
