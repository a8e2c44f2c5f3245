# A firewall with a provider of another region than us-east-1.

mock_provider "aws" {
  mock_resource "aws_wafv2_web_acl" {
    defaults = { arn = "arn:aws:wafv2:eu-central-1:123456789012:global/webacl/img/a1b2c3" }
  }
}

variables {
  name = "img"
}

run "a_provider_of_another_region_is_refused" {
  module {
    source = "./modules/firewall"
  }

  expect_failures = [aws_wafv2_web_acl.this]
}
