# The repository and the push. The tests only plan, because an apply would push.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name   = "img"
  record = "./tests/record.json"
}

run "rule_26_tags_are_immutable_and_pushes_are_scanned" {
  command = plan

  module {
    source = "./modules/registry"
  }

  assert {
    condition     = aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE" && aws_ecr_repository.this.image_scanning_configuration[0].scan_on_push
    error_message = "A tag is one image for ever, and each is looked at."
  }
}

run "the_key_of_the_repository_may_be_given" {
  command = plan

  module {
    source = "./modules/registry"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d"
  }

  assert {
    condition     = one(aws_ecr_repository.this.encryption_configuration) == { encryption_type = "KMS", kms_key = var.kms_key_arn }
    error_message = "That key encrypts what is pushed."
  }
}

run "rule_26_what_has_a_tag_is_never_expired" {
  command = plan

  module {
    source = "./modules/registry"
  }

  assert {
    condition     = [for rule in jsondecode(aws_ecr_lifecycle_policy.this.policy).rules : rule.selection.tagStatus] == ["untagged"]
    error_message = "Lambda fails once the digest that it runs is gone, and that has a tag."
  }
}

run "an_image_is_tagged_by_its_content_and_pushed_once" {
  command = plan

  module {
    source = "./modules/registry"
  }

  assert {
    condition     = data.aws_ecr_image.this[0].image_tag == "00112233445566778899aabbccddeeff"
    error_message = "The same image is the same tag."
  }

  assert {
    condition     = terraform_data.push[0].triggers_replace[1] == data.aws_ecr_image.this[0].image_tag
    error_message = "Another image is another push."
  }

  assert {
    condition     = output.architecture == "x86_64"
    error_message = "amd64 is x86_64 to Lambda."
  }
}

run "without_an_image_a_first_apply_says_what_to_do" {
  command = plan

  module {
    source = "./modules/registry"
  }

  variables {
    record = "./tests/no-such-record.json"
  }

  expect_failures = [aws_ecr_repository.this]
}

run "a_record_of_an_earlier_version_is_none" {
  command = plan

  module {
    source = "./modules/registry"
  }

  variables {
    record = "./tests/record_0_1.json"
  }

  expect_failures = [aws_ecr_repository.this]
}

run "without_a_record_the_image_that_runs_stays" {
  command = plan

  module {
    source = "./modules/registry"
  }

  variables {
    record = "./tests/no-such-record.json"
  }

  override_data {
    target = data.aws_lambda_functions.all
    values = { function_names = ["img-eu", "img", "another"] }
  }

  override_data {
    target = data.aws_lambda_function.runs
    values = {
      image_uri     = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/img@sha256:fedcba98"
      architectures = ["x86_64"]
    }
  }

  assert {
    condition     = output.image_uri == "123456789012.dkr.ecr.eu-central-1.amazonaws.com/img@sha256:fedcba98" && output.architecture == "x86_64"
    error_message = "A colleague, or CI, has no record."
  }

  assert {
    condition     = length(terraform_data.push) == 0 && data.aws_lambda_function.runs[0].function_name == "img"
    error_message = "There is nothing to push."
  }
}

run "with_a_record_nobody_asks_what_runs" {
  command = plan

  module {
    source = "./modules/registry"
  }

  assert {
    condition     = length(data.aws_lambda_functions.all) == 0
    error_message = "Whoever pushes needs no right to list functions."
  }
}

run "without_the_name_of_a_record_there_is_only_the_repository" {
  command = plan

  module {
    source = "./modules/registry"
  }

  variables {
    record = null
  }

  assert {
    condition     = length(terraform_data.push) == 0 && length(data.aws_ecr_image.this) == 0 && length(data.aws_lambda_functions.all) == 0
    error_message = "An image that is given is neither pushed nor looked for."
  }
}

run "the_function_and_those_beside_it_may_pull" {
  command = apply

  module {
    source = "./modules/registry"
  }

  variables {
    record = null
  }

  assert {
    condition     = data.aws_iam_policy_document.pull.statement[0].actions == toset(["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"])
    error_message = "Lambda pulls, and does nothing else."
  }

  assert {
    condition = one(data.aws_iam_policy_document.pull.statement[0].condition).values == tolist([
      "arn:aws:lambda:eu-central-1:123456789012:function:img",
      "arn:aws:lambda:eu-central-1:123456789012:function:img:*",
      "arn:aws:lambda:eu-central-1:123456789012:function:img-*",
    ])
    error_message = "For this function, its versions, and what is named after it: img-warm."
  }
}

run "an_image_for_another_architecture_is_refused" {
  command = plan

  module {
    source = "./modules/registry"
  }

  variables {
    architecture = "arm64"
  }

  expect_failures = [terraform_data.push[0]]
}
