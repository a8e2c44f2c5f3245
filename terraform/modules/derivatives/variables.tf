variable "bucket" {
  description = "Name of the bucket. Null: default_bucket, or the name that the bucket has already."
  type        = string
  default     = null

  validation {
    condition     = var.bucket == null ? true : can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket must be 3 to 63 characters of a-z 0-9 and -: a dot in it would be a part of the website's host name."
  }
}

variable "default_bucket" {
  description = "Name that a new bucket gets, where bucket gives none."
  type        = string
  nullable    = false
}

variable "delivery" {
  description = "The way of delivery: redirect or failover."
  type        = string
  nullable    = false
}

variable "delivery_arn" {
  description = "In failover the ARN of the delivery distribution, which alone reads; null with redirects."
  type        = string
  default     = null

  validation {
    condition     = (var.delivery == "failover") == (var.delivery_arn != null)
    error_message = "delivery_arn needs delivery = \"failover\", and that needs it: without a distribution that may read, every picture would be 403."
  }
}

variable "generator_host" {
  description = "Where S3 sends what is missing: the host of the generator distribution; null in failover."
  type        = string
  default     = null

  validation {
    condition     = var.generator_host == null ? var.delivery == "failover" : can(regex("^[a-z0-9.-]+$", var.generator_host))
    error_message = "generator_host must be a host without scheme, port or path: S3 puts it into Location as it is."
  }
}

variable "referers" {
  description = "One or two values of Referer that open the bucket: the secret of the delivery distribution, and the one before it. None in failover."
  type        = list(string)
  default     = []
  nullable    = false
  sensitive   = true

  validation {
    condition     = var.delivery == "failover" || contains([1, 2], length(var.referers))
    error_message = "referers must be one or two: without any, everybody could read the website past the distribution."
  }
}

variable "expire_after_days" {
  description = "Days after which a derivative is deleted, and made again when it is asked for; 0 keeps it."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.expire_after_days >= 0 && floor(var.expire_after_days) == var.expire_after_days
    error_message = "expire_after_days must be a whole number of days, or 0 to keep derivatives: S3 expires by the day."
  }
}

variable "tags" {
  description = "Tags of the bucket."
  type        = map(string)
  default     = {}
  nullable    = false
}
