output "values" {
  description = "The secrets, one or two. The first is the one to send, all are to be accepted."
  value       = length(var.given) > 0 ? var.given : local.generated
  sensitive   = true
}
