# Eager in the root: it is off by default, and its variables refuse wrong values.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name      = "img"
  access    = "open"
  originals = { bucket = "pictures" }
  freshness = {}
  image_uri = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/img@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

run "nothing_is_made_beforehand_unless_asked_for" {
  command = plan

  assert {
    condition     = length(module.warm) == 0
    error_message = "Nothing of it is made."
  }
}

run "eager_makes_a_function_whose_role_others_let_in" {
  variables {
    eager = ["p-thumb", "720x_f-avif"]
  }

  assert {
    condition     = module.warm[0].name == "img-warm" && length(jsondecode(output.policies.buckets["pictures"]).Statement[0].Principal.AWS) == 3
    error_message = "A bucket of another account has to let in three roles."
  }

  assert {
    condition     = output.stack.eager == "on" && output.stack.backfill == "off"
    error_message = "`make doctor` looks at it."
  }
}

run "eager_without_freshness_sees_nothing" {
  command = plan

  variables {
    freshness = null
    eager     = ["p-thumb"]
  }

  expect_failures = [var.eager]
}

run "nothing_is_stored_under_f_auto" {
  command = plan

  variables {
    eager = ["720x_f-auto"]
  }

  expect_failures = [var.eager]
}

run "sqs_calls_with_two_runs_at_least" {
  command = plan

  variables {
    eager_concurrency = 1
  }

  expect_failures = [var.eager_concurrency]
}
