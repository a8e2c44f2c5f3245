variable "alarm_actions" {
  description = "ARNs that alarms tell, such as that of an SNS topic."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "alarm_email" {
  description = "Address that alarms tell; SNS asks it first whether it wants to be told. Empty or null tells nobody."
  type        = string
}

variable "domain" {
  description = "The host of delivery, its certificate in us-east-1, and the Route 53 zone of its records."
  type = object({
    name            = string
    certificate_arn = string
    zone_id         = optional(string)
  })
}

variable "image_uri" {
  description = "An image that is in ECR already, by its digest; null pushes the one that `make image` built."
  type        = string
  default     = null
}

variable "log_key_arn" {
  description = "ARN of the KMS key of the logs; null is CloudWatch's own."
  type        = string
  default     = null
}

variable "name" {
  description = "Of this deployment, in the names of all its resources."
  type        = string
  nullable    = false
}

variable "originals_bucket" {
  description = "The bucket of the originals; their keys begin with pictures/."
  type        = string
  nullable    = false
}

variable "signing_keys" {
  description = "Keys of signatures, newest first."
  type        = list(string)
  nullable    = false
  sensitive   = true
}
