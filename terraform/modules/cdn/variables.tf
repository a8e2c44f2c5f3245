variable "api_host" {
  description = "The host of the API: origin of the generator distribution, in failover the second origin of delivery."
  type        = string
  nullable    = false
}

variable "delivery" {
  description = "The way of delivery: redirect or failover."
  type        = string
  nullable    = false
}

variable "derivatives_host" {
  description = "Origin of the delivery distribution: the host of the website endpoint, in failover that of the bucket."
  type        = string
  nullable    = false
}

variable "domain" {
  description = "A host of your own for delivery, its certificate in us-east-1, and the Route 53 zone of its records. records: whether to make them (null: if there is a zone)."
  type = object({
    name            = string
    certificate_arn = string
    zone_id         = optional(string)
    records         = optional(bool)
  })
}

variable "edge_function" {
  description = "Path of a CloudFront function (JavaScript runtime 2.0) that replaces negotiate.js. It sees each request of viewers to delivery."
  type        = string
  default     = null

  validation {
    condition     = var.edge_function == null ? true : try(length(file(var.edge_function)) <= 10240, false)
    error_message = "edge_function must be a file of at most 10 KB: CloudFront takes no larger function."
  }

  validation {
    condition     = var.edge_function == null || var.delivery != "failover" ? true : try(strcontains(file(var.edge_function), "function handler("), true)
    error_message = "edge_function must have `function handler(` in it, in failover: what answers 404 for what begins with no SPEC stands before it, and calls it by another name."
  }
}

variable "firewalls" {
  description = "ARNs of web ACLs, by distribution."
  type = object({
    delivery  = optional(string)
    generator = optional(string)
  })
  default  = {}
  nullable = false
}

variable "name" {
  description = "In the names of the policies and the comments of the distributions."
  type        = string
  nullable    = false
}

variable "negotiation" {
  description = "Whether f-auto is answered at the edge."
  type        = bool
  nullable    = false
}

variable "origin_secret" {
  description = "Sent to the API as x-resizer-secret."
  type        = string
  nullable    = false
  sensitive   = true
}

variable "presets" {
  description = "SPECs by name: negotiate.js has to know which of them are f-auto."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "price_class" {
  description = "Which of CloudFront's locations are used."
  type        = string
  nullable    = false
}

variable "referer" {
  description = "Sent to the website as Referer; null in failover."
  type        = string
  default     = null
  sensitive   = true
}

variable "region" {
  description = "Of the stack, in the names of what has no region."
  type        = string
  nullable    = false
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  nullable    = false
}
