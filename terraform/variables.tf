variable "access" {
  description = "Which SPECs are answered. `open`: all within the limits. `presets`: `p-NAME` alone. `signed`: presets, and SPECs with a signature. docs/cost.md says what each can cost."
  type        = string
  nullable    = false

  validation {
    condition     = contains(["open", "presets", "signed"], var.access)
    error_message = "access must be open, presets or signed."
  }

  validation {
    condition     = var.access != "presets" || length(var.presets) > 0
    error_message = "access = \"presets\" needs at least one of presets: without any, nothing could be asked for."
  }

  validation {
    condition     = var.access != "signed" || length(var.signing_keys) > 0 || var.secrets_object != null
    error_message = "access = \"signed\" needs at least one of signing_keys, or a secrets_object: without any, no signature would be right."
  }
}

variable "alarms" {
  description = "Alarms for suspected loops, failed runs (percent), throttles, runs near the time-out (percent of it), and derivatives made in an hour and in a day. `email`: an address that gets the alarms, by an SNS topic that is made for it. `actions`: ARNs that get the alarms, for example of SNS topics."
  type = object({
    enabled              = optional(bool, true)
    actions              = optional(list(string), [])
    email                = optional(string)
    error_percent        = optional(number, 5)
    duration_percent     = optional(number, 80)
    generations_per_hour = optional(number, 5000)
    generations_per_day  = optional(number, 20000)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for action in var.alarms.actions : can(regex("^arn:", action))])
    error_message = "alarms.actions must be ARNs, such as that of an SNS topic."
  }

  validation {
    condition     = var.alarms.error_percent > 0 && var.alarms.error_percent <= 100
    error_message = "alarms.error_percent must be above 0 and at most 100: at 0 the alarm would always be on."
  }

  validation {
    condition     = var.alarms.duration_percent > 0 && var.alarms.duration_percent <= 100
    error_message = "alarms.duration_percent must be above 0 and at most 100: no run is longer than its time-out."
  }

  validation {
    condition     = var.alarms.email == null ? true : can(regex("^[^@[:space:]]+@[^@[:space:]]+$", var.alarms.email))
    error_message = "alarms.email must be an address, such as ops@example.com: SNS writes there."
  }

  validation {
    condition     = var.alarms.generations_per_hour >= 1 && var.alarms.generations_per_day >= 1
    error_message = "alarms.generations_per_hour and alarms.generations_per_day must be at least 1: below, the alarm would always be on."
  }
}

variable "backfill" {
  description = "Whether `make backfill` can send jobs over originals that are there already. `{}` makes the function NAME-batch, the role of jobs, and the bucket NAME-reports-ACCOUNT-REGION for samples, lists and reports. `concurrency`: how many runs are reserved for jobs; no more can run at once (-1: no reservation). `lists`: further buckets whose lists jobs may read. Null: none of it."
  type = object({
    concurrency = optional(number, 5)
    lists       = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.backfill == null ? true : var.backfill.concurrency == -1 || (var.backfill.concurrency >= 1 && floor(var.backfill.concurrency) == var.backfill.concurrency)
    error_message = "backfill.concurrency must be a whole number of at least 1, or -1 for no reservation: 0 would let nothing run."
  }

  validation {
    condition     = var.backfill == null ? true : alltrue([for bucket in var.backfill.lists : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", bucket))])
    error_message = "backfill.lists must be names of buckets, without s3:// and without a path: jobs read in all of each."
  }
}

variable "dashboard" {
  description = "Whether there is a CloudWatch dashboard; an account has three for nothing."
  type        = bool
  default     = false
  nullable    = false
}

variable "delivery" {
  description = "The way of delivery. `redirect`: viewers are redirected from the bucket's website to the function and back, and a secret opens the bucket's policy, which counts as public. `failover`: the bucket is private, and one distribution asks the API when S3 does not have a picture. docs/operating.md compares them, and says how to switch."
  type        = string
  default     = "redirect"
  nullable    = false

  validation {
    condition     = contains(["redirect", "failover"], var.delivery)
    error_message = "delivery must be redirect or failover."
  }
}

variable "derivatives" {
  description = "The bucket of derivatives. `bucket`: its name (null: NAME-derived-ACCOUNT-REGION); a bucket that exists keeps its name. `expire_after_days`: the age in days at which a derivative is deleted; it is made again when somebody asks for it. 0: never. Null: 180, or never with freshness that invalidates, because CloudFront could no longer be told to forget an expired derivative."
  type = object({
    bucket            = optional(string)
    expire_after_days = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for store in concat([var.originals], values(var.originals.by_segment)) : store.bucket == null || store.bucket != var.derivatives.bucket
    ])
    error_message = "derivatives.bucket must be another bucket than those of the originals: derivatives would be resized again, and can be read by everybody who can read the site."
  }

  validation {
    condition     = try(var.derivatives.expire_after_days >= 0 && floor(var.derivatives.expire_after_days) == var.derivatives.expire_after_days, var.derivatives.expire_after_days == null)
    error_message = "derivatives.expire_after_days must be a whole number of days, or 0 to keep derivatives: S3 expires by the day."
  }
}

variable "domain" {
  description = "A host of your own for delivery. `name`: the host, such as img.example.com. `certificate_arn`: the ARN of its certificate, in us-east-1. `zone_id`: the id of its Route 53 zone, if Route 53 has it. `records`: whether to make records there (null: if there is a zone_id); set it to true if the same apply makes the zone. Null: the name that CloudFront gives."
  type = object({
    name            = string
    certificate_arn = string
    zone_id         = optional(string)
    records         = optional(bool)
  })
  default = null

  validation {
    condition     = var.domain == null ? true : can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain.name))
    error_message = "domain.name must be a host in lower case, such as img.example.com: it becomes the beginning of every redirect."
  }

  validation {
    condition     = var.domain == null ? true : can(regex("^arn:aws:acm:us-east-1:[0-9]{12}:certificate/", var.domain.certificate_arn))
    error_message = "domain.certificate_arn must be a certificate of us-east-1: CloudFront takes them from there alone."
  }

  validation {
    condition     = try(var.domain.records, null) == true ? var.domain.zone_id != null : true
    error_message = "domain.records needs domain.zone_id: without a zone there is nowhere to make them."
  }
}

variable "eager" {
  description = "SPECs that the function NAME-warm makes of each new original before anybody asks: [\"p-thumb\", \"720x_f-avif\"]. It needs freshness, which sees new originals."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for spec in var.eager : can(regex("^[a-z0-9._-]{1,128}$", spec)) && !can(regex("(^|_)f-auto(_|$)", spec))])
    error_message = "eager must be SPECs: 1 to 128 characters of a-z 0-9 . _ -, and without f-auto, under which nothing is stored; name the formats that it leads to."
  }

  validation {
    condition     = length(var.eager) == 0 || var.freshness != null
    error_message = "eager needs freshness, such as freshness = {}: it is what sees new originals."
  }
}

variable "eager_concurrency" {
  description = "How many originals NAME-warm works on at once, at most. Viewers keep the runs that are reserved for them."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.eager_concurrency >= 2 && var.eager_concurrency <= 1000 && floor(var.eager_concurrency) == var.eager_concurrency
    error_message = "eager_concurrency must be a whole number of 2 to 1000: SQS calls Lambda with no others."
  }
}

variable "edge_function" {
  description = "Path of a CloudFront function (JavaScript runtime 2.0, at most 10 KB). It replaces modules/cdn/negotiate.js, and sees each request of viewers to delivery. If it contains `{/* presets */}`, it is told which presets are `auto` or `lossless`. In failover it declares `function handler(`, and sees only paths that begin like a SPEC: modules/cdn/failover.js answers the rest. Null: no other function."
  type        = string
  default     = null
}

variable "encryption" {
  description = "ARNs of KMS keys. `logs`: for the logs of the function and of the API; its policy must let CloudWatch Logs use it. `repository`: for the images. Null: AWS's own keys."
  type = object({
    logs       = optional(string)
    repository = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for arn in values(var.encryption) : arn == null ? true : can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/", arn))])
    error_message = "encryption must be ARNs of KMS keys, not of their aliases: CloudWatch Logs takes no other."
  }
}

variable "fallback" {
  description = "The key of an original that stands in for missing ones, such as site/missing.png: it is the body of their 404. Write it without originals.prefix. Null: the 404 is in words."
  type        = string
  default     = null

  validation {
    condition = var.fallback == null ? true : (
      alltrue([for segment in split("/", var.fallback) : !contains(["", ".", ".."], segment)])
      && !can(regex("[\\\\[:cntrl:]]", var.fallback)) && trimspace(var.fallback) == var.fallback && length(var.fallback) <= 895
    )
    error_message = "fallback must be the key of an original: no slash at either end or two in a row, no segment . or .., no backslash or control character, no space at either end, at most 895 characters."
  }
}

variable "firewalls" {
  description = "ARNs of WAF web ACLs for `delivery` and `generator`; modules/firewall makes one with a rate rule. On the generator it sees only requests for pictures that are not stored yet. Failover has no generator."
  type = object({
    delivery  = optional(string)
    generator = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for arn in [var.firewalls.delivery, var.firewalls.generator] : arn == null ? true : can(regex(":wafv2:us-east-1:[0-9]{12}:global/webacl/", arn))
    ])
    error_message = "firewalls must be ARNs of WAFv2 web ACLs of scope CLOUDFRONT, which live in us-east-1: CloudFront takes no others."
  }

  validation {
    condition     = var.firewalls.generator == null || var.delivery == "redirect"
    error_message = "firewalls.generator needs delivery = \"redirect\": in failover there is one distribution, and firewalls.delivery guards it."
  }
}

variable "freshness" {
  description = "Whether derivatives follow their originals. `{}` makes the function NAME-freshness, which deletes and invalidates the derivatives of each original that is replaced or deleted. `specs`: how it finds the derivatives of a key. `listed`: by a list of all SPECs in use. `index`: by an object for each derivative in a bucket of its own, for sites with very many SPECs. `cdn`: whether it invalidates (`paths`), or CloudFront keeps pictures for only an hour (`ttl`). docs/freshness.md has the rest. Null: no function, derivatives stay as they are."
  type = object({
    specs = optional(string, "listed")
    cdn   = optional(string, "paths")
  })
  default = null

  validation {
    condition     = var.freshness == null ? true : contains(["listed", "index"], var.freshness.specs)
    error_message = "freshness.specs must be listed or index: these two the function knows."
  }

  validation {
    condition     = try(var.freshness.cdn, null) != "tags"
    error_message = "freshness.cdn must be paths or ttl: tags need the block cache_tag_config of aws_cloudfront_distribution, which hashicorp/aws 5.100 does not have."
  }

  validation {
    condition     = var.freshness == null ? true : contains(["paths", "ttl", "tags"], var.freshness.cdn)
    error_message = "freshness.cdn must be paths or ttl: CloudFront is told to let go, or lets go by itself."
  }
}

variable "function" {
  description = "Size of the function. `memory_mb`: memory, MB. `timeout_s`: time-out, s. `architecture`: `arm64` or `x86_64` (null: that of the image that was built, otherwise arm64). `reserved_concurrency`: how many runs are reserved; no more can run at once (-1: no reservation; null: 10, or what the account's quota leaves, or none)."
  type = object({
    memory_mb            = optional(number, 1536)
    timeout_s            = optional(number, 29)
    architecture         = optional(string)
    reserved_concurrency = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.function.memory_mb >= 512 && var.function.memory_mb <= 10240
    error_message = "function.memory_mb must be 512 to 10240: below, libvips and one large original do not fit; above, Lambda has none. The default limits want 1536."
  }

  validation {
    condition     = var.function.timeout_s >= 1 && var.function.timeout_s <= 29
    error_message = "function.timeout_s must be 1 to 29: API Gateway gives up after 30 s, and the function should have answered or been ended by then."
  }

  validation {
    condition     = var.function.architecture == null ? true : contains(["arm64", "x86_64"], var.function.architecture)
    error_message = "function.architecture must be arm64 or x86_64: Lambda knows no other."
  }

  validation {
    condition     = var.function.reserved_concurrency == null ? true : var.function.reserved_concurrency == -1 || var.function.reserved_concurrency >= 1
    error_message = "function.reserved_concurrency must be at least 1, or -1 for none: 0 would let nothing run. It is the hard limit of what a day can cost."
  }
}

variable "image_record" {
  description = "Path of the record that `make image` writes. Null: build/image.json of this checkout. If the file is missing, the image that runs stays. With image_uri it is not read."
  type        = string
  default     = null
}

variable "image_uri" {
  description = "An image that is in ECR already, in this region, by its digest. Null: the image that `make image` built is pushed into the repository that is made for it."
  type        = string
  default     = null

  validation {
    condition     = var.image_uri == null ? true : can(regex("@sha256:[0-9a-f]{64}$", var.image_uri))
    error_message = "image_uri must end in @sha256: and a digest: a tag may be another image tomorrow."
  }
}

variable "limits" {
  description = "Limits of originals and derivatives, if the function's defaults do not fit: bytes, pixels, pages, scans, frames, the longest side (px), seconds of a processor. Null: the default, which docs/settings.md states."
  type = object({
    input_bytes      = optional(number)
    input_pixels     = optional(number)
    in_memory_pixels = optional(number)
    pages            = optional(number)
    scans            = optional(number)
    frames           = optional(number)
    animation_pixels = optional(number)
    output_side      = optional(number)
    output_pixels    = optional(number)
    output_bytes     = optional(number)
    cpu_seconds      = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for limit in values(var.limits) : limit == null ? true : limit >= 1 && floor(limit) == limit])
    error_message = "Each of limits must be a whole number above 0: the function refuses to start with another."
  }
}

variable "log_retention_days" {
  description = "Days for which the logs of the function and of the API are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days
    )
    error_message = "log_retention_days must be one of the periods that CloudWatch knows, such as 7, 30, 90 or 365; for ever would be a bill that only grows."
  }
}

variable "name" {
  description = "Name of this deployment. It is in the names of all its resources. A second deployment in the same account and region needs another name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 24 characters of a-z 0-9 -, beginning with a letter: it becomes a part of names of buckets."
  }
}

variable "negotiation" {
  description = "Whether modules/cdn/negotiate.js answers `f-auto` at the edge, without a call of the function, and from the cache. Those answers have `Vary: Accept`. Each preset that stands for `f-auto` takes three behaviours of delivery. With more than 24 such presets, the answers of all presets have `Vary: Accept`. False: the function answers, with a redirect each time."
  type        = bool
  default     = true
  nullable    = false
}

variable "originals" {
  description = "The bucket of the originals; it stays as it is. `prefix`: the prefix of the keys, if only a part of the bucket is meant. `region`: the region of the bucket, if it is another one. `kms_key_arn`: the key, if one encrypts the bucket. `by_segment`, in the place of `bucket`: such a bucket for each first segment of the keys; { shop = { bucket = \"wares\" } } finds shop/a/b.jpg in wares, as a/b.jpg. For freshness: `account`, if the bucket is in another account; and `notifications`. With `ours` Terraform writes S3's notifications of these buckets and replaces what was there. With `theirs` they stay, and the output `freshness` says what to set."
  type = object({
    bucket        = optional(string)
    prefix        = optional(string, "")
    region        = optional(string)
    kms_key_arn   = optional(string)
    account       = optional(string)
    notifications = optional(string, "theirs")
    by_segment = optional(map(object({
      bucket      = string
      prefix      = optional(string, "")
      region      = optional(string)
      kms_key_arn = optional(string)
      account     = optional(string)
    })), {})
  })
  nullable = false

  validation {
    condition = (var.originals.bucket == null) != (length(var.originals.by_segment) == 0) && (
      var.originals.bucket != null || (var.originals.prefix == "" && var.originals.region == null && var.originals.kms_key_arn == null && var.originals.account == null)
    )
    error_message = "originals must have either bucket, with what belongs to it, or by_segment: a key is looked for in one place."
  }

  validation {
    condition = alltrue([
      for segment in keys(var.originals.by_segment) : can(regex("^[^/\\\\[:cntrl:]]+$", segment)) && !contains([".", ".."], segment)
    ])
    error_message = "originals.by_segment must be by first segments of keys, such as shop, without a slash: the next slash of a key ends them."
  }

  validation {
    condition = alltrue([
      for store in concat([var.originals], values(var.originals.by_segment)) :
      store.bucket == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", store.bucket))
    ])
    error_message = "originals.bucket must be the name of a bucket, without s3:// and without a path; the path goes into originals.prefix."
  }

  validation {
    condition = alltrue([
      for store in concat([var.originals], values(var.originals.by_segment)) :
      can(regex("^[^/]", "${store.prefix}x")) && !strcontains(store.prefix, "//") && !can(regex("[*?#]|\\$\\{", store.prefix))
    ])
    error_message = "originals.prefix must not begin with a slash or hold two in a row, nor * ? # or $ and a brace: keys are taken as they are, and policies take these for patterns."
  }

  validation {
    condition = alltrue([
      for store in concat([var.originals], values(var.originals.by_segment)) :
      store.region == null ? true : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", store.region))
    ])
    error_message = "originals.region must be a region of AWS in its short form: the one that the bucket is in."
  }

  validation {
    condition = alltrue([
      for store in concat([var.originals], values(var.originals.by_segment)) :
      store.kms_key_arn == null ? true : can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/", store.kms_key_arn))
    ])
    error_message = "originals.kms_key_arn must be the ARN of a KMS key, not of its alias: policies name keys alone."
  }

  validation {
    condition = alltrue([
      for store in concat([var.originals], values(var.originals.by_segment)) :
      store.account == null ? true : can(regex("^[0-9]{12}$", store.account))
    ])
    error_message = "originals.account must be the 12 digits of an account of AWS: the one that the bucket is in, where it is another."
  }

  validation {
    condition     = contains(["ours", "theirs"], var.originals.notifications)
    error_message = "originals.notifications must be ours or theirs: a bucket has one configuration of them, which somebody else may write."
  }
}

variable "own_role" {
  description = "The ARN of a role of yours for the function. It must let Lambda assume it, and allow what the output `policies` has as `role`. Null: a role is made."
  type = object({
    arn = string
  })
  default = null

  validation {
    condition     = var.own_role == null ? true : can(regex("^arn:[^:]+:iam::[0-9]{12}:role/", var.own_role.arn))
    error_message = "own_role.arn must be the ARN of an IAM role: Lambda takes no name."
  }

  validation {
    condition     = var.own_role == null || (var.role.path == "/" && var.role.permissions_boundary == null)
    error_message = "own_role needs role.path and role.permissions_boundary left out: they are of the role that is made, and then none is."
  }
}

variable "pictures" {
  description = "Defaults for a SPEC that does not say them: `format`, `quality` by format, `cache_control` of derivatives without `v-`. `heic`: whether HEIC originals are read. `svg`: whether SVG originals are read, which may be hostile. Null and empty: the function's defaults."
  type = object({
    heic          = optional(bool, true)
    svg           = optional(bool, false)
    format        = optional(string)
    quality       = optional(map(number), {})
    cache_control = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.pictures.format == null ? true : contains(["jpg", "png", "webp", "avif", "gif", "tif"], var.pictures.format)
    error_message = "pictures.format must be jpg, png, webp, avif, gif or tif: the function writes no other."
  }

  validation {
    condition = alltrue([
      for format, quality in var.pictures.quality : contains(["jpg", "webp", "avif"], format) && quality >= 1 && quality <= 100 && floor(quality) == quality
    ])
    error_message = "pictures.quality must be whole numbers of 1 to 100 by jpg, webp or avif: the others are lossless."
  }
}

variable "plugins" {
  description = "Names of the plugins in the image that the function takes, such as `acme.sepia`; an empty list takes none. Null: all of them."
  type        = list(string)
  default     = null

  validation {
    condition     = alltrue([for name in coalesce(var.plugins, []) : can(regex("^([a-z][a-z0-9]{0,15}[.])?[a-z][a-z0-9]{0,15}$", name))])
    error_message = "Names of plugins must be VENDOR.NAME, or the name of a format: they are what stands in a URL."
  }
}

variable "presets" {
  description = "SPECs by name; a URL writes `p-NAME`: { thumb = \"300x200_fit-cover\" }."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.presets) : can(regex("^[a-z][a-z0-9.]{0,31}$", name))])
    error_message = "Names of presets must be 1 to 32 characters of a-z 0-9 ., beginning with a letter: they stand in URLs between - and _."
  }

  validation {
    condition     = alltrue([for spec in values(var.presets) : can(regex("^[a-z0-9._-]{1,128}$", spec)) && !startswith(spec, "p-")])
    error_message = "Presets must be SPECs: 1 to 128 characters of a-z 0-9 . _ -, and not presets themselves. `python -m resizer_core --explain SPEC FILE` says whether one is right."
  }
}

variable "price_class" {
  description = "The locations that CloudFront uses: `PriceClass_All`, `PriceClass_200` or `PriceClass_100`."
  type        = string
  default     = "PriceClass_All"
  nullable    = false

  validation {
    condition     = contains(["PriceClass_All", "PriceClass_200", "PriceClass_100"], var.price_class)
    error_message = "price_class must be PriceClass_All, PriceClass_200 or PriceClass_100: CloudFront has no other."
  }
}

variable "registry" {
  description = "Whether to make a repository for images. Leave it true if image_uri names an image of that repository. False: image_uri is of another repository, and the same apply may make that one."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.registry || var.image_uri != null
    error_message = "registry = false needs image_uri: there would be no image."
  }
}

variable "role" {
  description = "The role that is made for the function. `path`: its path. `permissions_boundary`: the ARN of its permissions boundary."
  type = object({
    path                 = optional(string, "/")
    permissions_boundary = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = can(regex("^/([!-~]+/)?$", var.role.path))
    error_message = "role.path must begin and end with a slash, such as /applications/: IAM takes no other."
  }

  validation {
    condition     = var.role.permissions_boundary == null ? true : can(regex("^arn:[^:]+:iam::([0-9]{12}|aws):policy/", var.role.permissions_boundary))
    error_message = "role.permissions_boundary must be the ARN of an IAM policy: a boundary is one."
  }
}

variable "secret_generations" {
  description = "Numbers of the secrets between the hops, one or two: the first is sent, all are accepted. To rotate, apply [1], [1, 2], [2, 1] and [2], one after the other."
  type        = list(number)
  default     = [1]
  nullable    = false

  validation {
    condition     = contains([1, 2], length(var.secret_generations)) && length(distinct(var.secret_generations)) == length(var.secret_generations)
    error_message = "secret_generations must be one or two different numbers: a second one is accepted while a rotation is on its way."
  }
}

variable "secrets" {
  description = "Secrets of your own in place of the generated ones, one or two each: the first is sent, all are accepted. `referer`: between delivery and the website; failover has none. `origin`: between the generator (in failover: delivery) and the function. 32 to 128 characters of A-Z a-z 0-9 _ -."
  type = object({
    referer = optional(list(string), [])
    origin  = optional(list(string), [])
  })
  default   = {}
  nullable  = false
  sensitive = true

  validation {
    condition     = length(var.secrets.referer) == 0 || var.delivery == "redirect"
    error_message = "secrets.referer needs delivery = \"redirect\": in failover delivery signs what it asks of the bucket, and there is no such secret."
  }
}

variable "secrets_object" {
  description = "An object of a private bucket that holds the signing keys in place of signing_keys, as JSON: { \"signing_keys\": [\"...\"] }. You write it by hand. So the keys are neither in the function's configuration nor in Terraform's state. The function reads the first of one or two keys, and its role may read both. A changed object needs another key: apply [\"1.json\"], [\"1.json\", \"2.json\"], [\"2.json\", \"1.json\"] and [\"2.json\"], one after the other."
  type = object({
    bucket = string
    keys   = list(string)
  })
  default = null

  validation {
    condition = var.secrets_object == null ? true : (
      contains([1, 2], length(var.secrets_object.keys)) && length(distinct(var.secrets_object.keys)) == length(var.secrets_object.keys)
    )
    error_message = "secrets_object.keys must be one or two different keys: a second one is for the time while the function is told another."
  }

  validation {
    condition     = var.secrets_object == null ? true : alltrue([for key in var.secrets_object.keys : can(regex("^[^/*?]([^*?]*[^/*?])?$", key))])
    error_message = "secrets_object.keys must be keys of objects, without a slash at either end and without * or ?: the function's role names each of them."
  }

  validation {
    condition     = var.secrets_object == null || length(var.signing_keys) == 0
    error_message = "secrets_object needs signing_keys left out: the function does not start if both say them."
  }

  validation {
    condition     = try(!contains([var.originals.bucket, var.derivatives.bucket], var.secrets_object.bucket), true)
    error_message = "secrets_object.bucket must be another bucket than those of originals and derivatives, which are read by whoever asks for a picture."
  }
}

variable "signing_keys" {
  description = "Keys of signatures, newest first, 32 characters or more each. All are accepted. They are in the function's configuration, where many may read them: see secrets_object. With access = \"presets\" they sign `v`, `q` and `dpr` behind a preset."
  type        = list(string)
  default     = []
  nullable    = false
  sensitive   = true

  validation {
    condition     = alltrue([for key in var.signing_keys : length(key) >= 32])
    error_message = "Each of signing_keys must have 32 characters or more: a shorter one can be found by trying."
  }
}

variable "tags" {
  description = "Tags of every resource that can have some."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "throttle" {
  description = "What the API lets through. `rate`: calls a second. `burst`: calls at once."
  type = object({
    rate  = optional(number, 50)
    burst = optional(number, 100)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.throttle.rate >= 1 && var.throttle.burst >= 1
    error_message = "throttle.rate and throttle.burst must both be at least 1: with 0 API Gateway answers every call with 429."
  }
}

variable "tracing" {
  description = "Whether X-Ray records the runs of the function."
  type        = bool
  default     = false
  nullable    = false
}

variable "watermarks" {
  description = "Watermarks, which SPECs call `wm-NAME`. `keys`: the keys of their files by name, { logo = \"marks/logo.png\" }. `bucket` and `region`: their bucket, if it is not that of the originals."
  type = object({
    keys   = optional(map(string), {})
    bucket = optional(string)
    region = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.watermarks.keys) : can(regex("^[a-z0-9.]{1,64}$", name))])
    error_message = "Names of watermarks must be 1 to 64 characters of a-z 0-9 .: they stand in URLs between - and _."
  }

  validation {
    condition     = alltrue([for key in values(var.watermarks.keys) : can(regex("^[^/*?]([^*?]*[^/*?])?$", key))])
    error_message = "watermarks.keys must be keys of files, without a slash at either end and without * or ?: the function's role names each of them."
  }

  validation {
    condition     = var.watermarks.bucket == null || length(var.watermarks.keys) > 0
    error_message = "watermarks.bucket needs at least one of watermarks.keys: there would be nothing to read in it."
  }

  validation {
    condition     = var.watermarks.region == null || var.watermarks.bucket != null
    error_message = "watermarks.region needs watermarks.bucket: without it watermarks are among the originals, which have a region of their own."
  }
}
