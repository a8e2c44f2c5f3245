# The pieces and their wiring. The modules form a ring, but their resources do not: an API has its host before it has a
# function, and a distribution has its domain before its origin answers. So no module may depend on another as a whole
# (depends_on), and each output names the narrowest resource.

locals {
  failover = var.delivery == "failover"

  image_uri = var.image_uri == null ? one(module.registry[*].image_uri) : var.image_uri

  # Read from an ARN, which the state knows. If the caller uses depends_on, a data source is unknown in each plan that
  # changes something before this module.
  region  = split(":", module.api.execution_arn)[3]
  account = split(":", module.api.execution_arn)[4]

  # A browser's copy cannot be purged, so it lives for minutes. CloudFront's copy is purged, or lives for an hour.
  cache_control = try(coalesce(
    var.pictures.cache_control,
    try("public, max-age=300, s-maxage=${var.freshness.cdn == "ttl" ? 3600 : 31536000}", null),
  ), null)

  # Freshness deletes a derivative after its original. If the derivative expires before, nobody purges its copy in
  # CloudFront.
  expire_after_days = coalesce(var.derivatives.expire_after_days, try(var.freshness.cdn, "ttl") == "ttl" ? 180 : 0)
}

# The secret that delivery sends to the website. In failover delivery signs its requests instead.
module "referer" {
  source = "./modules/secret"
  count  = local.failover ? 0 : 1

  generations = var.secret_generations
  given       = var.secrets.referer
}

moved {
  from = module.referer
  to   = module.referer[0]
}

# The secret that the generator distribution sends to the function. In failover delivery sends it.
module "origin_secret" {
  source = "./modules/secret"

  generations = var.secret_generations
  given       = var.secrets.origin
}

module "registry" {
  source = "./modules/registry"
  count  = var.registry ? 1 : 0

  name         = var.name
  record       = var.image_uri == null ? coalesce(var.image_record, "${path.module}/../build/image.json") : null
  architecture = var.function.architecture
  kms_key_arn  = var.encryption.repository
  tags         = var.tags
}

module "derivatives" {
  source = "./modules/derivatives"

  bucket            = var.derivatives.bucket
  default_bucket    = "${var.name}-derived-${local.account}-${local.region}"
  expire_after_days = local.expire_after_days
  delivery          = var.delivery
  delivery_arn      = local.failover ? module.cdn.delivery_arn : null
  generator_host    = module.cdn.generator_host
  referers          = flatten(module.referer[*].values)
  tags              = var.tags
}

module "function" {
  source = "./modules/function"

  name      = var.name
  image_uri = local.image_uri
  size = merge(var.function, {
    architecture = coalesce(var.function.architecture, one(module.registry[*].architecture), "arm64")
  })

  originals      = var.originals
  derivatives    = { bucket = module.derivatives.bucket, arn = module.derivatives.arn }
  delivery       = var.delivery
  base_url       = local.failover && var.domain == null ? null : module.cdn.base_url
  origin_secrets = module.origin_secret.values

  access       = var.access
  plugins      = var.plugins
  presets      = var.presets
  signing_keys = var.signing_keys
  limits       = var.limits
  pictures     = merge(var.pictures, { cache_control = local.cache_control })
  watermarks   = var.watermarks
  fallback     = var.fallback

  secrets_object = var.secrets_object
  index          = var.freshness == null ? null : module.freshness[0].index
  readers = concat(
    var.freshness == null ? [] : [module.freshness[0].role_arn],
    length(var.eager) == 0 ? [] : [module.warm[0].role_arn],
    var.backfill == null ? [] : [module.batch[0].role_arn],
  )

  alarms             = var.alarms
  dashboard          = var.dashboard
  distributions      = module.cdn.distribution_ids
  log_retention_days = var.log_retention_days
  kms_key_arn        = var.encryption.logs
  role               = var.role
  own_role           = var.own_role
  tracing            = var.tracing
  tags               = var.tags
}

module "freshness" {
  source = "./modules/freshness"
  count  = var.freshness == null ? 0 : 1

  name         = var.name
  image_uri    = local.image_uri
  architecture = module.function.size.architecture

  originals           = module.function.originals
  notifications       = var.originals.notifications
  derivatives         = { bucket = module.derivatives.bucket, arn = module.derivatives.arn }
  distribution        = { id = module.cdn.delivery_distribution_id, arn = module.cdn.distribution_arns.delivery }
  generator_timeout_s = var.function.timeout_s

  specs        = var.freshness.specs
  cdn          = var.freshness.cdn
  warm_queue   = length(var.eager) == 0 ? null : module.warm[0].queue
  index_bucket = "${var.name}-index-${local.account}-${local.region}"

  alarms             = { enabled = var.alarms.enabled, actions = module.function.alarm_actions }
  metrics_namespace  = module.function.metrics_namespace
  log_retention_days = var.log_retention_days
  kms_key_arn        = var.encryption.logs
  role               = var.role
  tracing            = var.tracing
  tags               = var.tags
}

module "warm" {
  source = "./modules/warm"
  count  = length(var.eager) == 0 ? 0 : 1

  name        = var.name
  image_uri   = local.image_uri
  specs       = var.eager
  concurrency = var.eager_concurrency
  size        = module.function.size
  environment = module.function.environment
  policy      = module.function.policies.role

  alarms             = { enabled = var.alarms.enabled, actions = module.function.alarm_actions }
  log_retention_days = var.log_retention_days
  kms_key_arn        = var.encryption.logs
  role               = var.role
  tracing            = var.tracing
  tags               = var.tags
}

module "batch" {
  source = "./modules/batch"
  count  = var.backfill == null ? 0 : 1

  name            = var.name
  image_uri       = local.image_uri
  concurrency     = var.backfill.concurrency
  size            = module.function.size
  environment     = module.function.environment
  policy          = module.function.policies.role
  originals       = module.function.originals
  derivatives_arn = module.derivatives.arn
  index_arn       = var.freshness == null ? null : try(module.freshness[0].index.arn, null)
  lists           = var.backfill.lists
  reports_bucket  = "${var.name}-reports-${local.account}-${local.region}"

  alarms             = { enabled = var.alarms.enabled, actions = module.function.alarm_actions }
  log_retention_days = var.log_retention_days
  kms_key_arn        = var.encryption.logs
  role               = var.role
  tracing            = var.tracing
  tags               = var.tags
}

module "api" {
  source = "./modules/api"

  name               = var.name
  function           = { name = module.function.name, invoke_arn = module.function.invoke_arn }
  throttle           = var.throttle
  log_retention_days = var.log_retention_days
  kms_key_arn        = var.encryption.logs
  tags               = var.tags
}

module "cdn" {
  source = "./modules/cdn"

  name             = var.name
  region           = local.region
  delivery         = var.delivery
  derivatives_host = module.derivatives.host
  api_host         = module.api.host
  referer          = one(module.referer[*].values[0])
  origin_secret    = module.origin_secret.values[0]
  domain           = var.domain
  negotiation      = var.negotiation
  edge_function    = var.edge_function
  presets          = var.presets
  firewalls        = var.firewalls
  price_class      = var.price_class
  tags             = var.tags
}
