locals {
  # The last record of `make image`. It is null if nobody ran that here, as in CI or on a colleague's machine.
  record = try(jsondecode(file(var.record)), null)
  # The record of an earlier version has no content.
  built = can(local.record.content) ? local.record : null
  # The tag comes from the image's content. So the same tag is always the same image, whichever engine built it.
  tag = try(substr(trimprefix(local.built.content, "sha256:"), 0, 32), null)

  # Lambda has its own names for architectures.
  architecture = try({ arm64 = "arm64", amd64 = "x86_64" }[local.built.architecture], null)

  # If no image was built here, the function keeps its image.
  asks_what_runs = var.record != null && local.built == null
  runs           = one(data.aws_lambda_function.runs)
  # No function is ever made with this URI, because a precondition of the repository asks for an image. It lets
  # Terraform finish a destroy that stopped after the function was gone: null would be refused.
  nothing = "${aws_ecr_repository.this.repository_url}@sha256:${format("%064d", 0)}"

  region       = split(":", aws_ecr_repository.this.arn)[3]
  function_arn = "arn:${data.aws_partition.current.partition}:lambda:${local.region}:${aws_ecr_repository.this.registry_id}:function:${var.name}"
}

resource "aws_ecr_repository" "this" {
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"
  force_delete         = true # `make image` makes every image again
  tags                 = var.tags

  image_scanning_configuration {
    scan_on_push = true
  }

  dynamic "encryption_configuration" {
    for_each = var.kms_key_arn[*]
    content {
      encryption_type = "KMS"
      kms_key         = encryption_configuration.value
    }
  }

  lifecycle {
    # Here and not at the output: there it would block the rest of a destroy that was interrupted.
    precondition {
      condition     = !local.asks_what_runs || local.runs != null
      error_message = "There is no image to deploy: ${coalesce(var.record, "the record")} is not what `make image` of this version leaves, and no function ${var.name} runs yet whose image could stay. Call `make image` first, or give image_uri."
    }
  }
}

# Images with a tag stay, and each deployed image has one. Lambda fails if the digest that it runs is gone.
resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Parts of pushes that were broken off"
      selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7 }
      action       = { type = "expire" }
    }]
  })
}

data "aws_partition" "current" {}

data "aws_iam_policy_document" "pull" {
  statement {
    # Lambda gives this name to the statement if it writes it itself.
    sid     = "LambdaECRImageRetrievalPolicy"
    actions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      # The function, its versions, and the functions with the same image: NAME-warm and so on.
      values = [local.function_arn, "${local.function_arn}:*", "${local.function_arn}-*"]
    }
  }
}

resource "aws_ecr_repository_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy     = data.aws_iam_policy_document.pull.json
}

# The list is asked first, because asking for a function that does not exist is an error.
data "aws_lambda_functions" "all" {
  count = local.asks_what_runs ? 1 : 0
}

data "aws_lambda_function" "runs" {
  count = contains(flatten(data.aws_lambda_functions.all[*].function_names), var.name) ? 1 : 0

  function_name = var.name
}

# The token is valid for 12 hours. It comes from the provider, so nobody has to set up another AWS tool.
data "aws_ecr_authorization_token" "this" {
  count = local.built == null ? 0 : 1

  registry_id = aws_ecr_repository.this.registry_id
}

resource "terraform_data" "push" {
  count = local.built == null ? 0 : 1

  triggers_replace = [aws_ecr_repository.this.repository_url, local.tag]

  lifecycle {
    precondition {
      condition     = coalesce(var.architecture, local.architecture) == local.architecture
      error_message = "The image is for ${local.architecture} and the function to be of ${coalesce(var.architecture, "any")}: build it with PLATFORM=linux/arm64 or linux/amd64, or change function.architecture."
    }
  }

  # `push/__main__.py` explains the program. The token goes into the environment, which Terraform does not print. It is
  # not marked as sensitive, because Terraform would then hide the program's output.
  provisioner "local-exec" {
    interpreter = ["python3", "-B", "-m"]
    command     = "push"
    working_dir = path.module
    environment = {
      REPOSITORY_URL = aws_ecr_repository.this.repository_url
      TAG            = local.tag
      USERNAME       = data.aws_ecr_authorization_token.this[0].user_name
      PASSWORD       = nonsensitive(data.aws_ecr_authorization_token.this[0].password)
      ARCHIVE        = abspath("${trimsuffix(var.record, ".json")}.tar")
      CONFIG         = local.built.config
    }
  }
}

data "aws_ecr_image" "this" {
  count = local.built == null ? 0 : 1

  repository_name = aws_ecr_repository.this.name
  image_tag       = local.tag

  # The output waits for the policy that lets Lambda pull. Otherwise Lambda would write its own policy.
  depends_on = [terraform_data.push, aws_ecr_repository_policy.this]
}
