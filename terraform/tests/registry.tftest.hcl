# The repository and what is pushed into it. Planned only: an apply would push.

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
    condition     = data.aws_ecr_image.this.image_tag == "00112233445566778899aabbccddeeff"
    error_message = "The same image is the same tag."
  }

  assert {
    condition     = output.architecture == "x86_64"
    error_message = "amd64 is x86_64 to Lambda."
  }
}

run "without_an_image_the_error_says_what_to_do" {
  command = plan

  module {
    source = "./modules/registry"
  }

  variables {
    record = "./tests/no-such-record.json"
  }

  expect_failures = [terraform_data.push]
}

run "the_one_function_may_pull" {
  command = plan

  module {
    source = "./modules/registry"
  }

  assert {
    condition     = data.aws_iam_policy_document.pull.statement[0].actions == toset(["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"])
    error_message = "Lambda pulls, and does nothing else."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.pull.statement[0].condition).variable == "aws:SourceArn"
    error_message = "For this function."
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

  expect_failures = [terraform_data.push]
}
