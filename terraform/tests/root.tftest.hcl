# The wiring of the pieces.

mock_provider "aws" {
  source = "./tests/mocks"

  override_resource {
    target = module.cdn.aws_cloudfront_distribution.generator
    values = { domain_name = "dgen.cloudfront.net", id = "EGENERATOR" }
  }

  override_resource {
    target = module.cdn.aws_cloudfront_distribution.delivery
    values = { domain_name = "ddel.cloudfront.net", id = "EDELIVERY" }
  }
}

variables {
  name      = "img"
  access    = "open"
  originals = { bucket = "pictures" }
  image_uri = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/img@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

run "the_outputs_name_the_pieces" {
  variables {
    derivatives = { bucket = "made" }
  }

  assert {
    condition = jsonencode(output.stack) == jsonencode({
      api_id                    = "abc123"
      backfill                  = "off"
      base_url                  = "https://ddel.cloudfront.net"
      delivery                  = "redirect"
      delivery_distribution_id  = "EDELIVERY"
      derivatives_bucket        = "made"
      eager                     = "off"
      freshness                 = "off"
      function_name             = "img"
      generator_distribution_id = "EGENERATOR"
      name                      = "img"
      originals_bucket          = "pictures"
      region                    = "eu-central-1"
    })
    error_message = "What `make doctor` asks for."
  }

  assert {
    condition     = output.curl == "curl -sL -o out.webp -w '%%{http_code} %%{num_redirects} %%{content_type}\\n' \"https://ddel.cloudfront.net/300x200_f-webp/KEY\""
    error_message = "A line that a shell takes as it is."
  }

  assert {
    condition     = output.img_src == "https://ddel.cloudfront.net https://dgen.cloudfront.net"
    error_message = "A first view goes over both hosts."
  }

  assert {
    condition     = output.image_uri == var.image_uri && output.metrics_namespace == "Resizer/img"
    error_message = "What runs, and where its metrics are."
  }

  assert {
    condition     = output.role_arn == "arn:aws:iam::123456789012:role/img-function" && keys(output.policies.buckets) == ["pictures"] && output.policies.keys == {}
    error_message = "What another account has to let in."
  }
}

run "f_auto_is_answered_at_the_edge_unless_told_otherwise" {
  assert {
    condition     = var.negotiation && var.edge_function == null
    error_message = "A redirect of the function for every view of f-auto would never be cached."
  }
}

run "a_domain_becomes_the_base_url" {
  variables {
    domain = { name = "img.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/abc", zone_id = "Z123" }
  }

  assert {
    condition     = output.base_url == "https://img.example.com" && output.stack.base_url == output.base_url && startswith(output.img_src, "https://img.example.com ")
    error_message = "Redirects lead to the host of the site."
  }
}

run "derivatives_are_deleted_after_half_a_year_unless_told_otherwise" {
  assert {
    condition     = local.expire_after_days == 180
    error_message = "What somebody minted, and what nobody asks for any more, does not stay for ever."
  }
}

run "an_image_that_is_given_keeps_the_repository" {
  command = plan

  variables {
    image_record = "./tests/no-such-record.json"
  }

  assert {
    condition     = length(module.registry) == 1 && output.image_uri == var.image_uri
    error_message = "Back to an older image: it is still there, and no record is read."
  }
}

run "an_image_of_another_repository_wants_none" {
  command = plan

  variables {
    registry = false
  }

  assert {
    condition     = length(module.registry) == 0 && output.image_uri == var.image_uri
    error_message = "No repository and no push."
  }
}

run "an_image_may_be_made_in_the_same_apply" {
  command = plan

  module {
    source = "./tests/made_with_it"
  }
}

run "an_image_that_is_built_makes_one" {
  command = plan

  variables {
    image_uri    = null
    image_record = "./tests/record.json"
  }

  assert {
    condition     = module.registry[0].architecture == "x86_64"
    error_message = "The function is of the architecture that was built."
  }
}

run "the_line_for_a_shell_asks_for_what_is_answered" {
  command = plan

  variables {
    access  = "presets"
    presets = { thumb = "300x200_fit-cover", cover = "100x" }
  }

  assert {
    condition     = endswith(output.curl, "/p-cover_f-webp/KEY\"")
    error_message = "A preset, where nothing else is."
  }
}

run "the_line_for_a_shell_has_a_place_for_a_signature" {
  command = plan

  variables {
    access       = "signed"
    signing_keys = ["0123456789abcdef0123456789abcdef"]
  }

  assert {
    condition     = endswith(output.curl, "/300x200_f-webp_s-SIGNATURE/KEY\"")
    error_message = "Nothing is answered without one, and the line has no key in it."
  }
}

run "of_several_buckets_the_doctor_is_told_the_first" {
  variables {
    originals = { by_segment = { shop = { bucket = "wares" }, blog = { bucket = "media", prefix = "blog" } } }
  }

  assert {
    condition     = output.stack.originals_bucket == "media"
    error_message = "In the order of the alphabet of their segments."
  }
}
