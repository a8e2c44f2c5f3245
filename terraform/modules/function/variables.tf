variable "access" {
  description = "Which SPECs are answered: open, presets or signed."
  type        = string
  nullable    = false
}

variable "alarms" {
  description = "Alarms on errors, throttles, duration, suspected loops and generations, and the ARNs and the address that get them."
  type = object({
    enabled              = bool
    actions              = list(string)
    email                = string
    error_percent        = number
    duration_percent     = number
    generations_per_hour = number
    generations_per_day  = number
  })
  nullable = false
}

variable "base_url" {
  description = "URL of the delivery distribution, without a slash at the end. The function redirects there. Null in failover, if it should redirect on the host that was asked."
  type        = string
  default     = null

  validation {
    condition     = var.base_url == null ? var.delivery == "failover" : can(regex("^https://[a-z0-9.-]+$", var.base_url))
    error_message = "base_url must be https:// and a host: the path of a request is the key of a derivative."
  }
}

variable "dashboard" {
  description = "Whether there is a dashboard."
  type        = bool
  nullable    = false
}

variable "delivery" {
  description = "The way of delivery: redirect or failover."
  type        = string
  nullable    = false
}

variable "derivatives" {
  description = "The bucket that is written."
  type = object({
    bucket = string
    arn    = string
  })
  nullable = false

  validation {
    condition     = alltrue([for store in concat([var.originals], values(var.originals.by_segment)) : store.bucket != var.derivatives.bucket])
    error_message = "Originals and derivatives must be different buckets: derivatives would be resized again, and can be read by everybody who can read the site."
  }
}

variable "distributions" {
  description = "Ids of the distributions, by part, for the dashboard."
  type        = map(string)
  nullable    = false
}

variable "fallback" {
  description = "The key of the original that stands in for a missing one; null is none."
  type        = string
}

variable "image_uri" {
  description = "The image, by its digest."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image_uri))
    error_message = "image_uri must end in @sha256: and a digest: a tag may be another image tomorrow."
  }
}

variable "index" {
  description = "The bucket in which an empty object says which derivatives there are of a key; null is none."
  type = object({
    bucket = string
    arn    = string
  })
  default = null
}

variable "kms_key_arn" {
  description = "The key that encrypts the log; null is CloudWatch's own."
  type        = string
  default     = null
}

variable "limits" {
  description = "How large originals and derivatives may be; what is null has the function's own default."
  type        = map(number)
  nullable    = false
}

variable "log_retention_days" {
  description = "Days for which the log is kept."
  type        = number
  nullable    = false
}

variable "name" {
  description = "Of the function, and in the names of its role, log group, alarms and dashboard."
  type        = string
  nullable    = false
}

variable "origin_secrets" {
  description = "What the generator distribution may send as x-resizer-secret, one or two."
  type        = list(string)
  nullable    = false
  sensitive   = true

  validation {
    condition     = contains([1, 2], length(var.origin_secrets))
    error_message = "origin_secrets must be one or two: without any, everybody could call the function past the distribution."
  }
}

variable "originals" {
  description = "The bucket of originals: its name, the prefix of the keys, its region and account if they are others, and the KMS key if one encrypts it. With bucket null: a bucket for each first segment of the keys."
  type = object({
    bucket      = string
    prefix      = string
    region      = string
    kms_key_arn = string
    account     = optional(string)
    by_segment = map(object({
      bucket      = string
      prefix      = string
      region      = string
      kms_key_arn = string
      account     = optional(string)
    }))
  })
  nullable = false
}

variable "own_role" {
  description = "A role to take in the place of the one that is made; null makes one."
  type = object({
    arn = string
  })
  default = null
}

variable "pictures" {
  description = "What derivatives are where a SPEC says nothing, and whether HEIC and SVG are read."
  type = object({
    heic          = bool
    svg           = bool
    format        = string
    quality       = map(number)
    cache_control = string
  })
  nullable = false
}

variable "plugins" {
  description = "Names of the plugins in the image that are taken; null takes all of them."
  type        = list(string)
  default     = null
}

variable "presets" {
  description = "SPECs by the name after p-."
  type        = map(string)
  nullable    = false
}

variable "readers" {
  description = "ARNs of further roles that buckets and keys of another account have to let in."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "role" {
  description = "Of the role that is made: its path, and the ARN of a permissions boundary."
  type = object({
    path                 = string
    permissions_boundary = string
  })
  nullable = false
}

variable "secrets_object" {
  description = "The bucket, and the keys of one or two objects of secrets. The function reads the first, and its role may read both. Null: none."
  type = object({
    bucket = string
    keys   = list(string)
  })
  default = null
}

variable "signing_keys" {
  description = "Keys of signatures, newest first."
  type        = list(string)
  nullable    = false
  sensitive   = true
}

variable "size" {
  description = "Memory, time-out, architecture and reserved concurrency (-1: none is reserved; null: up to 10, what the account's quota leaves)."
  type = object({
    memory_mb            = number
    timeout_s            = number
    architecture         = string
    reserved_concurrency = number
  })
  nullable = false
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  nullable    = false
}

variable "tracing" {
  description = "Whether X-Ray records runs."
  type        = bool
  nullable    = false
}

variable "watermarks" {
  description = "Keys of the watermarks' files by name, and their bucket and its region, if these are not those of the originals."
  type = object({
    keys   = map(string)
    bucket = string
    region = string
  })
  nullable = false
}
