# The root module behind a depends_on. The apply reads its data sources, and a plan with a change does not know them.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "a_zone_of_the_same_apply_gets_its_records" {
  module {
    source = "./tests/caller"
  }

  variables {
    before = "first"
  }

  assert {
    condition     = output.bucket == "img-derived-123456789012-eu-central-1"
    error_message = "The account and the region are in the name of the bucket: buckets have one name space for all."
  }
}

run "the_bucket_of_derivatives_is_known_in_a_plan_with_a_change_before_the_module" {
  command = plan

  module {
    source = "./tests/caller"
  }

  variables {
    before = "second"
  }

  assert {
    condition     = output.bucket == "img-derived-123456789012-eu-central-1"
    error_message = "A name that is not known makes another bucket of it: this one would be emptied and deleted."
  }
}
