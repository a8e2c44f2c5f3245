# Access logs with a provider of another region than us-east-1.

mock_provider "aws" {
  mock_resource "aws_cloudwatch_log_delivery_source" {
    defaults = { arn = "arn:aws:logs:eu-central-1:123456789012:delivery-source:img-delivery" }
  }

  mock_resource "aws_cloudwatch_log_delivery_destination" {
    defaults = { arn = "arn:aws:logs:eu-central-1:123456789012:delivery-destination:img-delivery" }
  }
}

variables {
  name            = "img"
  destination_arn = "arn:aws:s3:::logs-of-the-site"
  distributions   = { delivery = "arn:aws:cloudfront::123456789012:distribution/EDELIVERY" }
}

run "a_provider_of_another_region_is_refused" {
  module {
    source = "./modules/access_logs"
  }

  expect_failures = [aws_cloudwatch_log_delivery_source.this]
}
