variable "architecture" {
  description = "What the image has to be for, in Lambda's words: arm64 or x86_64. Null: whatever it is for."
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = "The KMS key that encrypts the repository. Null: ECR's own. A change makes the repository anew, without its images."
  type        = string
  default     = null
}

variable "name" {
  description = "Name of the repository, and of the function that may pull from it. Functions whose names go on after it with a dash may pull too."
  type        = string
  nullable    = false
}

variable "record" {
  description = "Path of the record that `make image` writes: JSON with content, config and architecture. The image is beside it as .tar. If there is no file, the image that runs stays. Null: nothing is pushed and nothing is looked for."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
  nullable    = false
}
