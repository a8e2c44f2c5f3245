variable "architecture" {
  description = "What the image has to be for, in Lambda's words: arm64 or x86_64. Null: whatever it is for."
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = "The KMS key that encrypts the repository; null: ECR's own. Another one makes the repository anew, without the images that it held."
  type        = string
  default     = null
}

variable "name" {
  description = "Of the repository, and of the function that may pull from it, as may those whose names go on after it with a dash."
  type        = string
  nullable    = false
}

variable "record" {
  description = "Path of the record that `make image` leaves: JSON with content, config and architecture; the image lies beside it as .tar. Where there is none, the image that runs stays. Null: nothing is pushed and nothing looked for."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
  nullable    = false
}
