# Backfill in the root: it is off by default, and its variable refuses wrong values.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name      = "img"
  access    = "open"
  originals = { bucket = "pictures" }
  image_uri = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/img@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

run "no_jobs_unless_asked_for" {
  command = plan

  assert {
    condition     = length(module.batch) == 0 && output.backfill == null
    error_message = "Nothing of it is made."
  }
}

run "backfill_says_what_the_command_needs" {
  variables {
    backfill = {}
  }

  assert {
    condition     = output.backfill.originals == tomap({ "" = "s3://pictures" }) && output.backfill.memory_mb == 1536
    error_message = "The originals of this stack."
  }

  assert {
    condition     = output.stack.backfill == "on" && output.stack.eager == "off"
    error_message = "`make doctor` looks at it."
  }
}

run "a_job_has_at_least_one_run" {
  command = plan

  variables {
    backfill = { concurrency = 0 }
  }

  expect_failures = [var.backfill]
}

run "lists_are_in_buckets" {
  command = plan

  variables {
    backfill = { lists = ["s3://lists"] }
  }

  expect_failures = [var.backfill]
}
