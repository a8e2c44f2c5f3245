# "Standard logging v2" of CloudFront: CloudWatch delivers the logs from us-east-1, whatever the region of the stack.
# Give this module a provider of us-east-1.
locals {
  # No cookies and no queries: no part of the loop uses them. cs-uri-stem holds signatures.
  fields = [
    "date", "time", "c-ip", "c-country", "x-edge-location", "x-edge-request-id", "cs-method", "cs(Host)", "cs-uri-stem",
    "cs(Referer)", "cs(User-Agent)", "sc-status", "sc-bytes", "time-taken", "x-edge-result-type", "x-edge-detailed-result-type",
  ]
}

resource "aws_cloudwatch_log_delivery_source" "this" {
  for_each = var.distributions

  name         = "${var.name}-${each.key}"
  log_type     = "ACCESS_LOGS"
  resource_arn = each.value
  tags         = var.tags

  lifecycle {
    postcondition {
      condition     = split(":", self.arn)[3] == "us-east-1"
      error_message = "The access logs must be set up in us-east-1: CloudFront's logs are delivered from there alone. Give the module a provider of that region."
    }
  }
}

# One for each source, though all name the same place: CloudWatch refuses two changes of one destination at once.
resource "aws_cloudwatch_log_delivery_destination" "this" {
  for_each = var.distributions

  name          = "${var.name}-${each.key}"
  output_format = "json"
  tags          = var.tags

  delivery_destination_configuration {
    destination_resource_arn = var.destination_arn
  }
}

resource "aws_cloudwatch_log_delivery" "this" {
  for_each = var.distributions

  delivery_source_name     = aws_cloudwatch_log_delivery_source.this[each.key].name
  delivery_destination_arn = aws_cloudwatch_log_delivery_destination.this[each.key].arn
  record_fields            = local.fields
  tags                     = var.tags
}
