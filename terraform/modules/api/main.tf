locals {
  region = split(":", aws_apigatewayv2_api.this.arn)[3]
}

data "aws_partition" "current" {}

resource "aws_apigatewayv2_api" "this" {
  name          = var.name
  description   = "Calls the function that makes derivatives"
  protocol_type = "HTTP"
  tags          = var.tags
}

resource "aws_apigatewayv2_integration" "function" {
  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_method     = "POST" # Lambda is always called with POST, whatever the viewer's method
  integration_uri        = var.function.invoke_arn
  payload_format_version = "2.0" # the default, 1.0, has another form of event
  timeout_milliseconds   = 30000
}

resource "aws_apigatewayv2_route" "function" {
  for_each = toset(["GET", "HEAD"])

  api_id    = aws_apigatewayv2_api.this.id
  route_key = "${each.value} /{key+}"
  target    = "integrations/${aws_apigatewayv2_integration.function.id}"
}

# $default: any other stage puts its name into every path.
resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true
  tags        = var.tags

  # Set both limits or neither. For a missing one Terraform sends 0, and the API answers every call with 429.
  default_route_settings {
    throttling_rate_limit  = var.throttle.rate
    throttling_burst_limit = var.throttle.burst
  }

  # The path is left out, because it holds signatures. The function's log has it without them, and the run's id leads
  # there. The address is CloudFront's, or that of a caller who goes round CloudFront.
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format = jsonencode({
      request_id = "$context.requestId"
      run        = "$context.awsEndpointRequestId"
      time       = "$context.requestTime"
      ip         = "$context.identity.sourceIp"
      method     = "$context.httpMethod"
      status     = "$context.status"
      error      = "$context.error.message"
      function   = "$context.integration.status"
      ms         = "$context.responseLatency"
    })
  }
}

# Log groups with this prefix share one permission. Other names can fill up the account's policy for API Gateway.
resource "aws_cloudwatch_log_group" "access" {
  name              = "/aws/vendedlogs/apigateway/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_lambda_permission" "api" {
  statement_id  = "HttpApi"
  action        = "lambda:InvokeFunction"
  function_name = var.function.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*/*/{key+}"
}
