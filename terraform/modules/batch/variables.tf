variable "alarms" {
  description = "Whether there are alarms, and the ARNs that they tell."
  type = object({
    enabled = bool
    actions = list(string)
  })
  nullable = false
}

variable "concurrency" {
  description = "How many runs are reserved for jobs, which is the most there can be; -1 is none."
  type        = number
  nullable    = false
}

variable "derivatives_arn" {
  description = "ARN of the bucket of derivatives."
  type        = string
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

variable "index_arn" {
  description = "ARN of the bucket of the index; null where there is none."
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = "The key that encrypts the log; null is CloudWatch's own."
  type        = string
  default     = null
}

variable "lists" {
  description = "Further buckets whose lists jobs may read."
  type        = list(string)
  nullable    = false
}

variable "log_retention_days" {
  description = "Days for which the log is kept."
  type        = number
  nullable    = false
}

variable "name" {
  description = "Of the deployment: NAME-batch is the function."
  type        = string
  nullable    = false
}

variable "originals" {
  description = "The originals: their URLs by how keys begin, and their stores."
  type = object({
    urls   = map(string)
    stores = list(object({ bucket = string }))
  })
  nullable = false
}

variable "policy" {
  description = "What the generator may do, as JSON."
  type        = string
  nullable    = false
}

variable "reports_bucket" {
  description = "Name of the bucket of samples, lists and reports."
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
