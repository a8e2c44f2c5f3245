# Values that the provider would compute, in the shapes that other resources and the tests need.

mock_data "aws_caller_identity" {
  defaults = { account_id = "123456789012" }
}

mock_data "aws_partition" {
  defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
}

mock_data "aws_iam_policy_document" {
  defaults = { json = "{\"Version\": \"2012-10-17\", \"Statement\": []}" }
}

mock_data "aws_ecr_image" {
  defaults = { image_digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
}

mock_data "aws_servicequotas_service_quota" {
  defaults = { value = 1000 }
}

mock_resource "aws_ecr_repository" {
  defaults = {
    arn            = "arn:aws:ecr:eu-central-1:123456789012:repository/img"
    registry_id    = "123456789012"
    repository_url = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/img"
  }
}

mock_resource "aws_s3_bucket" {
  defaults = {
    arn                         = "arn:aws:s3:::img-derivatives-123456789012"
    bucket_regional_domain_name = "img-derivatives-123456789012.s3.eu-central-1.amazonaws.com"
  }
}

mock_resource "aws_s3_bucket_website_configuration" {
  defaults = { website_endpoint = "img-derivatives-123456789012.s3-website.eu-central-1.amazonaws.com" }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/img" }
}

mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::123456789012:role/img-function" }
}

mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:eu-central-1:123456789012:img-alarms" }
}

mock_resource "aws_lambda_function" {
  defaults = {
    arn        = "arn:aws:lambda:eu-central-1:123456789012:function:img"
    invoke_arn = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:img/invocations"
  }
}

mock_resource "aws_sqs_queue" {
  defaults = {
    arn = "arn:aws:sqs:eu-central-1:123456789012:img-changes"
    url = "https://sqs.eu-central-1.amazonaws.com/123456789012/img-changes"
  }
}

mock_resource "aws_cloudwatch_event_rule" {
  defaults = { arn = "arn:aws:events:eu-central-1:123456789012:rule/img-changes" }
}

mock_resource "aws_cloudwatch_event_bus" {
  defaults = { arn = "arn:aws:events:eu-central-1:123456789012:event-bus/img-originals" }
}

mock_resource "aws_apigatewayv2_api" {
  defaults = {
    id            = "abc123"
    arn           = "arn:aws:apigateway:eu-central-1::/apis/abc123"
    execution_arn = "arn:aws:execute-api:eu-central-1:123456789012:abc123"
  }
}

mock_resource "aws_cloudwatch_log_delivery_source" {
  defaults = { arn = "arn:aws:logs:us-east-1:123456789012:delivery-source:img-delivery" }
}

mock_resource "aws_cloudwatch_log_delivery_destination" {
  defaults = { arn = "arn:aws:logs:us-east-1:123456789012:delivery-destination:img-delivery" }
}

mock_resource "aws_cloudfront_distribution" {
  defaults = {
    arn            = "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"
    domain_name    = "d111111abcdef8.cloudfront.net"
    hosted_zone_id = "Z2FDTNDATAQYW2"
  }
}

mock_resource "aws_cloudfront_origin_access_control" {
  defaults = { id = "E327GJI25M56DG" }
}

mock_resource "aws_cloudfront_function" {
  defaults = { arn = "arn:aws:cloudfront::123456789012:function/img-edge" }
}

mock_resource "aws_wafv2_web_acl" {
  defaults = { arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/img/a1b2c3" }
}
