output "web_acl_arn" {
  description = "For firewalls.generator or firewalls.delivery of the root module."
  value       = aws_wafv2_web_acl.this.arn
}
