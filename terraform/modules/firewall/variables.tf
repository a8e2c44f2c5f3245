variable "name" {
  description = "Of the web ACL, and of its metrics; another stack in the same account, of whatever region, needs another."
  type        = string
  nullable    = false
}

variable "requests_per_address" {
  description = "How many requests one address may make within the window before it is blocked, until it makes fewer."
  type        = number
  default     = 1000
  nullable    = false

  validation {
    condition     = var.requests_per_address >= 10 && var.requests_per_address <= 2000000000
    error_message = "requests_per_address must be 10 to 2,000,000,000: that is what WAF takes."
  }
}

variable "window_s" {
  description = "The window, seconds."
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = contains([60, 120, 300, 600], var.window_s)
    error_message = "window_s must be 60, 120, 300 or 600: WAF knows these windows."
  }
}

variable "tags" {
  description = "Tags of the web ACL."
  type        = map(string)
  default     = {}
  nullable    = false
}
