output "id" {
  description = "Id of the API."
  value       = aws_apigatewayv2_api.this.id
}

output "execution_arn" {
  description = "ARN of the API for those who call it; the region and the account stand in it."
  value       = aws_apigatewayv2_api.this.execution_arn
}

output "host" {
  description = "Host of the API; it is there before the function is."
  value       = "${aws_apigatewayv2_api.this.id}.execute-api.${local.region}.${data.aws_partition.current.dns_suffix}"
}
