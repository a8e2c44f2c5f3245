output "backfill" {
  description = "What `make backfill` needs to know of NAME-batch. Null without `backfill`."
  value       = one([for batch in module.batch : batch.job])
}

output "base_url" {
  description = "The address of the pictures: BASE_URL/SPEC/KEY."
  value       = module.cdn.base_url
}

output "cache_tags" {
  description = "Whether CloudFront sees the tags of derivatives (`x-amz-meta-tags`). By a tag it can drop everything that was made of one original. A bucket sends the tags; its website is not known to send them."
  value       = local.failover
}

output "curl" {
  description = "A shell command that makes a picture and says how. The first time it prints 200 2 image/webp (in failover 200 0 image/webp), then 200 0 image/webp. Replace KEY with that of an original. If not every SPEC is answered, it asks for a preset. If there is no preset, replace SIGNATURE with that of 300x200_f-webp."
  value = join("", [
    "curl -sL -o out.webp -w '%%{http_code} %%{num_redirects} %%{content_type}\\n' \"${module.cdn.base_url}/",
    var.access == "open" ? "300x200" : length(var.presets) > 0 ? "p-${keys(var.presets)[0]}" : "300x200",
    "_f-webp", var.access == "signed" && length(var.presets) == 0 ? "_s-SIGNATURE" : "", "/KEY\"",
  ])
}

output "distribution_arns" {
  description = "ARNs of the distributions, `delivery` and, with redirects, `generator`, for modules/access_logs."
  value       = module.cdn.distribution_arns
}

output "freshness" {
  description = "With freshness, for each bucket of originals whose changes nobody reports yet. `notifications`: a shell command that has S3 tell EventBridge, and keeps the other notifications. `elsewhere`, for buckets of another region or account: the pattern of a rule there, its target, and the two policies of its role. `queues`: the URLs of the queue of changes and of the queue of failed changes. Null without."
  value = one([for freshness in module.freshness : {
    notifications = freshness.notifications
    elsewhere     = freshness.elsewhere
    queues        = freshness.queues
  }])
}

output "image_uri" {
  description = "The image that runs, by its digest."
  value       = local.image_uri
}

output "img_src" {
  description = "Sources for the `img-src` of a page's Content Security Policy: delivery and, with redirects, the generator, because a first view goes over it."
  value       = join(" ", concat([module.cdn.base_url], formatlist("https://%s", module.cdn.generator_host[*])))
}

output "metrics_namespace" {
  description = "Where the function's metrics are in CloudWatch."
  value       = module.function.metrics_namespace
}

output "policies" {
  description = "Policies, as JSON. `role`: what the function's role allows; a role of yours must allow it. `buckets` and `keys`: the statements that another account adds to the policies of the originals' buckets and keys."
  value       = module.function.policies
}

output "role_arn" {
  description = "ARN of the function's role. Policies of another account name it."
  value       = module.function.role_arn
}

output "stack" {
  description = "Names of the parts, for `make doctor` and for people: the region, the way of delivery, the ids of the distributions, the buckets, the API and the function. It also says whether there are freshness, eager and backfill."
  value = {
    name                      = var.name
    region                    = module.function.region
    base_url                  = module.cdn.base_url
    delivery                  = var.delivery
    delivery_distribution_id  = module.cdn.delivery_distribution_id
    generator_distribution_id = module.cdn.generator_distribution_id
    derivatives_bucket        = module.derivatives.bucket
    originals_bucket          = var.originals.bucket != null ? var.originals.bucket : values(var.originals.by_segment)[0].bucket
    api_id                    = module.api.id
    function_name             = module.function.name
    freshness                 = var.freshness == null ? "off" : "on"
    eager                     = length(var.eager) == 0 ? "off" : "on"
    backfill                  = var.backfill == null ? "off" : "on"
  }
}
