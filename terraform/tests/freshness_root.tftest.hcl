# Freshness in the root: it is off by default, it changes other parts, and its variables refuse wrong values.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name      = "img"
  access    = "open"
  originals = { bucket = "pictures" }
  image_uri = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/img@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

run "freshness_is_off_unless_asked_for" {
  command = plan

  assert {
    condition     = length(module.freshness) == 0 && output.freshness == null
    error_message = "Nothing of it is made."
  }
}

run "freshness_that_is_on_says_what_is_left_to_do" {
  variables {
    freshness = {}
  }

  assert {
    condition     = module.freshness[0].name == "img-freshness" && keys(output.freshness.notifications) == ["pictures"] && output.freshness.elsewhere == {}
    error_message = "The bucket is somebody else's, and stays as it is."
  }

  assert {
    condition     = length(jsondecode(output.policies.buckets["pictures"]).Statement[0].Principal.AWS) == 2
    error_message = "A bucket of another account has to let in both roles."
  }
}

run "what_is_invalidated_stays_until_its_original_changes" {
  command = plan

  variables {
    freshness = {}
  }

  assert {
    condition     = local.expire_after_days == 0 && local.cache_control == "public, max-age=300, s-maxage=31536000"
    error_message = "What has expired can be invalidated no more, and browsers keep for 5 minutes."
  }
}

run "what_is_kept_for_an_hour_may_expire" {
  command = plan

  variables {
    freshness = { cdn = "ttl" }
  }

  assert {
    condition     = local.expire_after_days == 180 && local.cache_control == "public, max-age=300, s-maxage=3600"
    error_message = "CloudFront keeps nothing for long."
  }
}

run "what_is_said_of_derivatives_counts_with_freshness_too" {
  command = plan

  variables {
    freshness   = {}
    derivatives = { expire_after_days = 30 }
    pictures    = { cache_control = "public, max-age=60" }
  }

  assert {
    condition     = local.expire_after_days == 30 && local.cache_control == "public, max-age=60"
    error_message = "Whoever says it, decides."
  }
}

run "notifications_that_are_ours_leave_nothing_to_do" {
  variables {
    freshness = {}
    originals = { bucket = "pictures", notifications = "ours" }
  }

  assert {
    condition     = output.freshness.notifications == {}
    error_message = "They are written."
  }
}

run "freshness_finds_specs_in_two_ways" {
  command = plan

  variables {
    freshness = { specs = "all" }
  }

  expect_failures = [var.freshness]
}

run "freshness_by_tags_wants_a_newer_provider" {
  command = plan

  variables {
    freshness = { cdn = "tags" }
  }

  expect_failures = [var.freshness]
}

run "freshness_knows_no_other_way_of_cloudfront" {
  command = plan

  variables {
    freshness = { cdn = "never" }
  }

  expect_failures = [var.freshness]
}

run "an_account_has_12_digits" {
  command = plan

  variables {
    originals = { bucket = "pictures", account = "ours" }
  }

  expect_failures = [var.originals]
}

run "notifications_are_ours_or_theirs" {
  command = plan

  variables {
    originals = { bucket = "pictures", notifications = "mine" }
  }

  expect_failures = [var.originals]
}

run "an_account_beside_segments_belongs_to_none" {
  command = plan

  variables {
    originals = { account = "210987654321", by_segment = { shop = { bucket = "wares" } } }
  }

  expect_failures = [var.originals]
}
