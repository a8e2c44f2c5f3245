locals {
  # What `make image` wrote down last; null where it was not called, as in CI or at a colleague's.
  record = try(jsondecode(file(var.record)), null)
  # Earlier versions wrote down other things.
  built = can(local.record.content) ? local.record : null
  # Named after what it does, so that the same tag is always the same image, whichever engine built it.
  tag = try(substr(trimprefix(local.built.content, "sha256:"), 0, 32), null)

  # Lambda has words of its own.
  architecture = try({ arm64 = "arm64", amd64 = "x86_64" }[local.built.architecture], null)

  # Where nothing is built, what runs goes on running.
  asks_what_runs = var.record != null && local.built == null
  runs           = one(data.aws_lambda_function.runs)
  # Nothing is made with it: the repository asks for an image before. A destroy that was broken off after the function
  # can be ended with it, where null would be refused.
  nothing = "${aws_ecr_repository.this.repository_url}@sha256:${format("%064d", 0)}"

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

  dynamic "encryption_configuration" {
    for_each = var.kms_key_arn[*]
    content {
      encryption_type = "KMS"
      kms_key         = encryption_configuration.value
    }
  }

  lifecycle {
    # Here and not at the output, where it would stop a destroy that was broken off from being ended.
    precondition {
      condition     = !local.asks_what_runs || local.runs != null
      error_message = "There is no image to deploy: ${coalesce(var.record, "the record")} is not what `make image` of this version leaves, and no function ${var.name} runs yet whose image could stay. Call `make image` first, or give image_uri."
    }
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
      # As a whole and each of its versions; and the functions beside it, which run the same image: NAME-warm.
      values = [local.function_arn, "${local.function_arn}:*", "${local.function_arn}-*"]
    }
  }
}

resource "aws_ecr_repository_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy     = data.aws_iam_policy_document.pull.json
}

# Asked for by a list, because a function that is not there yet would be an error.
data "aws_lambda_functions" "all" {
  count = local.asks_what_runs ? 1 : 0
}

data "aws_lambda_function" "runs" {
  count = contains(flatten(data.aws_lambda_functions.all[*].function_names), var.name) ? 1 : 0

  function_name = var.name
}

# Good for 12 hours, and for pushing alone; it comes from the provider, so no other AWS tool has to be set up.
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

  # `push/__main__.py` says what it does. The token is handed over in the environment, which is not printed, and
  # without being marked: Terraform would hide what the program says.
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

  # Whoever takes the image from here can pull it as well: Lambda would write a policy of its own otherwise.
  depends_on = [terraform_data.push, aws_ecr_repository_policy.this]
}
