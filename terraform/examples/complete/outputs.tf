output "base_url" {
  description = "Where pictures are: BASE_URL/SPEC/KEY."
  value       = module.resizer.base_url
}

output "curl" {
  description = "A line for a shell that makes a picture of an original KEY."
  value       = module.resizer.curl
}

output "freshness" {
  description = "What is left to do so that derivatives follow their originals: a line for a shell for each bucket."
  value       = module.resizer.freshness
}

output "img_src" {
  description = "Sources for the `img-src` of a page's Content Security Policy."
  value       = module.resizer.img_src
}

output "policies" {
  description = "Policies, as JSON: what the role allows, and what buckets and keys of another account have to allow."
  value       = module.resizer.policies
}

output "role_arn" {
  description = "ARN of the function's role."
  value       = module.resizer.role_arn
}

output "stack" {
  description = "Names of the pieces, for `make doctor`."
  value       = module.resizer.stack
}
