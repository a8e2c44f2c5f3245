# Access logs of the distributions.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name            = "img"
  destination_arn = "arn:aws:s3:::logs-of-the-site"
  distributions = {
    delivery  = "arn:aws:cloudfront::123456789012:distribution/EDELIVERY"
    generator = "arn:aws:cloudfront::123456789012:distribution/EGENERATOR"
  }
}

run "both_distributions_are_logged_to_one_place" {
  module {
    source = "./modules/access_logs"
  }

  assert {
    condition     = jsonencode({ for name, source in aws_cloudwatch_log_delivery_source.this : name => source.resource_arn }) == jsonencode(var.distributions)
    error_message = "Viewers ask both: delivery for what is there, the generator for the rest."
  }

  assert {
    condition     = alltrue([for source in aws_cloudwatch_log_delivery_source.this : source.log_type == "ACCESS_LOGS"])
    error_message = "CloudFront has other logs as well."
  }

  assert {
    condition     = alltrue([for place in aws_cloudwatch_log_delivery_destination.this : place.delivery_destination_configuration[0].destination_resource_arn == var.destination_arn])
    error_message = "Where it was told."
  }
}

run "the_viewers_address_is_logged_and_no_cookie_and_no_query" {
  module {
    source = "./modules/access_logs"
  }

  assert {
    condition     = alltrue([for delivery in aws_cloudwatch_log_delivery.this : contains(delivery.record_fields, "c-ip") && contains(delivery.record_fields, "cs-uri-stem")])
    error_message = "Who asked for what."
  }

  assert {
    condition     = !anytrue(flatten([for delivery in aws_cloudwatch_log_delivery.this : [for field in delivery.record_fields : can(regex("Cookie|query", field))]]))
    error_message = "A cookie of the site could be a session; by default CloudFront logs it."
  }
}

run "a_log_group_of_us_east_1_is_taken" {
  command = plan

  module {
    source = "./modules/access_logs"
  }

  variables {
    destination_arn = "arn:aws:logs:us-east-1:123456789012:log-group:/cloudfront/img"
  }
}

run "a_log_group_of_another_region_is_refused" {
  command = plan

  module {
    source = "./modules/access_logs"
  }

  variables {
    destination_arn = "arn:aws:logs:eu-central-1:123456789012:log-group:/cloudfront/img"
  }

  expect_failures = [var.destination_arn]
}

run "no_distribution_at_all_is_refused" {
  command = plan

  module {
    source = "./modules/access_logs"
  }

  variables {
    distributions = {}
  }

  expect_failures = [var.distributions]
}
