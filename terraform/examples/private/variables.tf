variable "alarm_email" {
  description = "Address that alarms tell; SNS asks it first whether it wants to be told. Empty or null tells nobody."
  type        = string
}

variable "image_uri" {
  description = "An image that is in ECR already, by its digest; null pushes the one that `make image` built."
  type        = string
  default     = null
}

variable "name" {
  description = "Of this deployment, in the names of all its resources."
  type        = string
  nullable    = false
}
