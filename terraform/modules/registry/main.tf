locals {
  # What `make image` built last; null when it has not been called.
  built = try(jsondecode(file(var.record)), null)
  # Named after its content, so that the same tag is always the same image, and a new image is a new tag.
  tag = local.built == null ? "none" : substr(trimprefix(local.built.id, "sha256:"), 0, 32)

  # Lambda has words of its own.
  architecture = local.built == null ? null : { arm64 = "arm64", amd64 = "x86_64" }[local.built.architecture]

  region       = split(":", aws_ecr_repository.this.arn)[3]
  function_arn = "arn:${data.aws_partition.current.partition}:lambda:${local.region}:${aws_ecr_repository.this.registry_id}:function:${var.name}"
}

resource "aws_ecr_repository" "this" {
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"
  force_delete         = true # it holds nothing that `make image` does not make again
  tags                 = var.tags

  image_scanning_configuration {
    scan_on_push = true
  }
}

# What is deployed has a tag, and what has one stays: Lambda fails once the digest that it runs is gone.
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
    # The name that Lambda gives this statement when it writes it itself.
    sid     = "LambdaECRImageRetrievalPolicy"
    actions = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [local.function_arn, "${local.function_arn}:*"] # as a whole, and each of its versions
    }
  }
}

resource "aws_ecr_repository_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy     = data.aws_iam_policy_document.pull.json
}

# Good for 12 hours, and for pushing alone; it comes from the provider, so no other AWS tool has to be set up.
data "aws_ecr_authorization_token" "this" {
  registry_id = aws_ecr_repository.this.registry_id
}

resource "terraform_data" "push" {
  triggers_replace = [aws_ecr_repository.this.repository_url, local.tag]

  lifecycle {
    precondition {
      condition     = local.built != null
      error_message = "There is no image to push: ${var.record} does not exist. Call `make image` first, or give image_uri."
    }

    precondition {
      condition     = local.built == null ? true : coalesce(var.architecture, local.architecture) == local.architecture
      error_message = "The image is for ${coalesce(local.architecture, "nothing")} and the function to be of ${coalesce(var.architecture, "any")}: build it with PLATFORM=linux/arm64 or linux/amd64, or change function.architecture."
    }
  }

  # The script says in its head what it does. The token is handed over in the environment, which is not printed, and
  # without being marked: Terraform would hide what the script says.
  provisioner "local-exec" {
    interpreter = ["sh"]
    command     = abspath("${path.module}/push")
    environment = {
      REPOSITORY_URL = aws_ecr_repository.this.repository_url
      TAG            = local.tag
      USERNAME       = data.aws_ecr_authorization_token.this.user_name
      PASSWORD       = nonsensitive(data.aws_ecr_authorization_token.this.password)
      IMAGE          = local.built == null ? "" : local.built.image
      IMAGE_ID       = local.built == null ? "" : local.built.id
      ENGINE         = local.built == null ? "" : local.built.engine
    }
  }
}

data "aws_ecr_image" "this" {
  repository_name = aws_ecr_repository.this.name
  image_tag       = local.tag

  # Whoever takes the image from here can pull it as well: Lambda would write a policy of its own otherwise.
  depends_on = [terraform_data.push, aws_ecr_repository_policy.this]
}
