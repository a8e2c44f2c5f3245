output "base_url" {
  description = "Where pictures are: BASE_URL/SPEC/KEY."
  value       = module.resizer.base_url
}

# The printed command signs with Python's standard library and reads the key from the state. Terraform has no HMAC,
# and the command must not show the key.
output "curl" {
  description = "A line for a shell, in this folder, that makes a picture of an original KEY."
  value = replace(module.resizer.curl, "SIGNATURE", join("", [
    "$(terraform output -raw signing_key | python3 -c 'import base64, hmac, sys; ",
    "print(base64.b32encode(hmac.digest(sys.stdin.buffer.read(), b\"300x200_f-webp\", \"sha256\"))[:16].decode().lower())')",
  ]))
}

output "signing_key" {
  description = "The key that pages sign with: `terraform output -raw signing_key`."
  value       = module.signing_key.values[0]
  sensitive   = true
}

output "stack" {
  description = "Names of the pieces, for `make doctor`."
  value       = module.resizer.stack
}
