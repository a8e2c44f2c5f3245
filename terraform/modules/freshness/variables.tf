variable "alarms" {
  description = "Whether there are alarms, and the ARNs that they tell."
  type = object({
    enabled = bool
    actions = list(string)
  })
  nullable = false
}

variable "architecture" {
  description = "Of the image: arm64 or x86_64."
  type        = string
  nullable    = false
}

variable "cdn" {
  description = "How CloudFront lets go of a derivative: paths invalidates it, ttl waits until it expires."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["paths", "ttl"], var.cdn)
    error_message = "cdn must be paths or ttl: for tags, the distribution would have to say which header holds them."
  }
}

variable "derivatives" {
  description = "The bucket in which is deleted."
  type = object({
    bucket = string
    arn    = string
  })
  nullable = false
}

variable "distribution" {
  description = "The delivery distribution, which is invalidated."
  type = object({
    id  = string
    arn = string
  })
  nullable = false
}

variable "generator_timeout_s" {
  description = "Time-out of the function that makes derivatives, s. After this time, no run that began before a change is still running."
  type        = number
  nullable    = false
}

variable "image_uri" {
  description = "The image, by its digest: that of the function that makes derivatives."
  type        = string
  nullable    = false
}

variable "index_bucket" {
  description = "Name of the bucket of the index, where specs asks for one."
  type        = string
  nullable    = false
}

variable "kms_key_arn" {
  description = "The key that encrypts the log; null is CloudWatch's own."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "Days for which the log is kept."
  type        = number
  nullable    = false
}

variable "metrics_namespace" {
  description = "Of the metrics that it counts."
  type        = string
  nullable    = false
}

variable "name" {
  description = "Of the deployment: NAME-freshness is the function, NAME-changes the queue and its rule."
  type        = string
  nullable    = false
}

variable "notifications" {
  description = "Who owns the notifications of the buckets of originals. ours: Terraform writes them. theirs: they stay as they are."
  type        = string
  nullable    = false
}

variable "originals" {
  description = "The originals: the value of RESIZER_ORIGINALS, and the stores. region and account are null if they are those of the function."
  type = object({
    setting = string
    stores = list(object({
      bucket      = string
      prefix      = string
      region      = string
      kms_key_arn = string
      account     = string
    }))
  })
  nullable = false
}

variable "role" {
  description = "Of the role that is made: its path, and the ARN of a permissions boundary."
  type = object({
    path                 = string
    permissions_boundary = string
  })
  nullable = false
}

variable "specs" {
  description = "How to find the SPECs of a key. listed: all SPECs in use. index: the SPECs of an object for each derivative."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["listed", "index"], var.specs)
    error_message = "specs must be listed or index: these two the function knows."
  }
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

variable "warm_queue" {
  description = "The queue of originals of which derivatives are made beforehand; null is none."
  type = object({
    url = string
    arn = string
  })
  default = null
}
