# An ACL for CloudFront is in us-east-1, whatever the region of the stack. Give this module a provider of us-east-1.
resource "aws_wafv2_web_acl" "this" {
  name        = var.name
  description = "Blocks addresses that ask for too much in a short time"
  scope       = "CLOUDFRONT"
  tags        = var.tags

  default_action {
    allow {}
  }

  rule {
    name     = "rate"
    priority = 1

    action {
      block {}
    }

    statement {
      rate_based_statement {
        aggregate_key_type    = "IP"
        limit                 = var.requests_per_address
        evaluation_window_sec = var.window_s
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-rate"
      sampled_requests_enabled   = true
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.name
    sampled_requests_enabled   = true
  }

  lifecycle {
    ignore_changes = [name] # an ACL in use cannot be replaced

    postcondition {
      condition     = split(":", self.arn)[3] == "us-east-1"
      error_message = "The firewall must be made in us-east-1: CloudFront takes ACLs from there alone. Give the module a provider of that region."
    }
  }
}
