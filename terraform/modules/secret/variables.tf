variable "generations" {
  description = "Numbers of the generated secrets, one or two: the first is sent, all are accepted. Another number is another secret."
  type        = list(number)
  nullable    = false

  validation {
    condition     = contains([1, 2], length(var.generations)) && length(distinct(var.generations)) == length(var.generations)
    error_message = "generations must be one or two different numbers: a second one is accepted while a rotation is on its way."
  }
}

variable "given" {
  description = "Secrets to use instead of the generated ones, one or two: the first is sent, all are accepted. Empty: the generated ones."
  type        = list(string)
  default     = []
  nullable    = false
  sensitive   = true

  validation {
    condition     = length(var.given) <= 2
    error_message = "given must be at most two secrets: a second one is accepted while a rotation is on its way."
  }

  validation {
    condition     = alltrue([for secret in var.given : can(regex("^[A-Za-z0-9_-]{32,128}$", secret))])
    error_message = "Each secret must be 32 to 128 characters of A-Z a-z 0-9 _ -: it travels in a header and must not be guessed."
  }
}
