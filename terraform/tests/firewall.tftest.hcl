# The rate rule.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name = "img"
}

run "an_address_that_asks_for_too_much_is_blocked" {
  module {
    source = "./modules/firewall"
  }

  assert {
    condition     = aws_wafv2_web_acl.this.scope == "CLOUDFRONT" && length(one(aws_wafv2_web_acl.this.default_action).allow) == 1
    error_message = "Everybody else is let through."
  }

  assert {
    condition     = [for rule in aws_wafv2_web_acl.this.rule : [rule.statement[0].rate_based_statement[0].limit, rule.statement[0].rate_based_statement[0].aggregate_key_type, length(rule.action[0].block)]] == [[1000, "IP", 1]]
    error_message = "1000 requests of an address in five minutes."
  }
}

run "a_name_stays_as_it_was_made" {
  command = plan

  module {
    source = "./modules/firewall"
  }

  variables {
    name = "img-eu-central-1"
  }

  assert {
    condition     = aws_wafv2_web_acl.this.name == "img"
    error_message = "A firewall that a distribution uses cannot be replaced."
  }
}

run "a_window_that_waf_does_not_know_is_refused" {
  command = plan

  module {
    source = "./modules/firewall"
  }

  variables {
    window_s = 30
  }

  expect_failures = [var.window_s]
}

run "a_limit_below_wafs_is_refused" {
  command = plan

  module {
    source = "./modules/firewall"
  }

  variables {
    requests_per_address = 5
  }

  expect_failures = [var.requests_per_address]
}
