output "base_url" {
  description = "Where pictures are: BASE_URL/SPEC/KEY."
  value       = module.resizer.base_url
}

output "curl" {
  description = "A line for a shell that makes a picture of an original KEY."
  value       = module.resizer.curl
}

output "img_src" {
  description = "Sources for the `img-src` of a page's Content Security Policy."
  value       = module.resizer.img_src
}

output "stack" {
  description = "Names of the pieces, for `make doctor`."
  value       = module.resizer.stack
}
