variable "architecture" {
  description = "What the image has to be for, in Lambda's words: arm64 or x86_64. Null: whatever it is for."
  type        = string
  default     = null
}

variable "name" {
  description = "Of the repository, and of the function that may pull from it."
  type        = string
  nullable    = false
}

variable "record" {
  description = "Path of the record that `make image` leaves: JSON with image, id, engine and architecture."
  type        = string
  nullable    = false
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
  nullable    = false
}
