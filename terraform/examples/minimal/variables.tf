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

variable "reserved_concurrency" {
  description = "How many runs of the function at once; -1 in a new account, whose quota is too small to reserve from."
  type        = number
  default     = 10
  nullable    = false
}
