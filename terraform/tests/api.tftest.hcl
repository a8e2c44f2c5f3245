# The HTTP API. A run's name begins with the rules of docs/loop.md that it checks.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name               = "img"
  function           = { name = "img", invoke_arn = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:img/invocations" }
  log_retention_days = 30
}

run "rule_16_get_and_head_of_any_path_and_nothing_else" {
  module {
    source = "./modules/api"
  }

  assert {
    condition     = toset([for route in aws_apigatewayv2_route.function : route.route_key]) == toset(["GET /{key+}", "HEAD /{key+}"])
    error_message = "Other methods never reach the function."
  }
}

run "rule_12_the_event_is_that_of_payload_2_and_the_stage_no_part_of_the_path" {
  module {
    source = "./modules/api"
  }

  assert {
    condition     = aws_apigatewayv2_integration.function.payload_format_version == "2.0"
    error_message = "Terraform's default is 1.0."
  }

  assert {
    condition     = aws_apigatewayv2_stage.default.name == "$default" && aws_apigatewayv2_stage.default.auto_deploy
    error_message = "The name of another stage stands before every path."
  }
}

run "rule_25_both_throttles_are_set" {
  module {
    source = "./modules/api"
  }

  assert {
    condition     = aws_apigatewayv2_stage.default.default_route_settings[0].throttling_rate_limit == 50 && aws_apigatewayv2_stage.default.default_route_settings[0].throttling_burst_limit == 100
    error_message = "One that is missing is sent as 0, and every call is 429."
  }
}

run "rule_25_a_throttle_of_zero_is_refused" {
  command = plan

  module {
    source = "./modules/api"
  }

  variables {
    throttle = { rate = 0, burst = 100 }
  }

  expect_failures = [var.throttle]
}

run "rule_24_this_api_alone_may_invoke_the_function" {
  module {
    source = "./modules/api"
  }

  assert {
    condition     = aws_lambda_permission.api.principal == "apigateway.amazonaws.com" && aws_lambda_permission.api.action == "lambda:InvokeFunction"
    error_message = "API Gateway invokes, and does nothing else."
  }

  assert {
    condition     = aws_lambda_permission.api.source_arn == "arn:aws:execute-api:eu-central-1:123456789012:abc123/*/*/{key+}"
    error_message = "From the routes of this API."
  }
}

run "the_access_log_names_the_request_and_stays_within_its_limit" {
  module {
    source = "./modules/api"
  }

  assert {
    condition     = strcontains(aws_apigatewayv2_stage.default.access_log_settings[0].format, "$context.requestId")
    error_message = "API Gateway takes no format without it."
  }

  assert {
    condition     = length(aws_apigatewayv2_stage.default.access_log_settings[0].format) <= 1024
    error_message = "API Gateway takes 1024 characters."
  }

  assert {
    condition     = aws_cloudwatch_log_group.access.retention_in_days == 30
    error_message = "No log is kept for ever."
  }

  assert {
    condition     = aws_cloudwatch_log_group.access.kms_key_id == null
    error_message = "CloudWatch Logs encrypts with its own key unless one is given."
  }
}

run "rule_28_the_access_log_has_no_path_and_so_no_signature" {
  module {
    source = "./modules/api"
  }

  assert {
    condition     = !can(regex("[pP]ath|routeKey", aws_apigatewayv2_stage.default.access_log_settings[0].format))
    error_message = "A signature is a part of the path, and whoever reads the log could use it."
  }
}

run "a_key_encrypts_the_access_log" {
  module {
    source = "./modules/api"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/abc"
  }

  assert {
    condition     = aws_cloudwatch_log_group.access.kms_key_id == var.kms_key_arn
    error_message = "With the key that was given."
  }
}

run "its_host_is_known_before_it_has_a_function" {
  module {
    source = "./modules/api"
  }

  assert {
    condition     = output.host == "abc123.execute-api.eu-central-1.amazonaws.com"
    error_message = "So that the ring of the loop is none of resources."
  }
}
