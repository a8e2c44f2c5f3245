# Secrets that Terraform makes, that the caller gives, and that rotate. Later runs see the state of earlier ones.

run "rule_7_one_is_made_without_being_asked_for" {
  module {
    source = "./modules/secret"
  }

  variables {
    generations = [1]
  }

  assert {
    condition     = length(output.values) == 1 && can(regex("^[0-9a-f]{64}$", nonsensitive(output.values[0])))
    error_message = "64 hexadecimal digits."
  }
}

run "it_stays_when_it_is_applied_again" {
  module {
    source = "./modules/secret"
  }

  variables {
    generations = [1]
  }

  assert {
    condition     = nonsensitive(output.values) == nonsensitive(run.rule_7_one_is_made_without_being_asked_for.values)
    error_message = "Another secret would lock delivery out until it is deployed."
  }
}

run "rule_7_a_second_one_is_accepted_before_it_is_sent" {
  module {
    source = "./modules/secret"
  }

  variables {
    generations = [1, 2]
  }

  assert {
    condition     = nonsensitive(output.values[0]) == nonsensitive(run.it_stays_when_it_is_applied_again.values[0]) && nonsensitive(output.values[1]) != nonsensitive(output.values[0])
    error_message = "The first is sent, so the old one is, until both are known everywhere."
  }
}

run "then_the_new_one_is_sent_and_the_old_one_still_accepted" {
  module {
    source = "./modules/secret"
  }

  variables {
    generations = [2, 1]
  }

  assert {
    condition     = nonsensitive(output.values) == reverse(nonsensitive(run.rule_7_a_second_one_is_accepted_before_it_is_sent.values))
    error_message = "The same two, the other way round."
  }
}

run "then_the_old_one_is_gone" {
  module {
    source = "./modules/secret"
  }

  variables {
    generations = [2]
  }

  assert {
    condition     = length(output.values) == 1 && nonsensitive(output.values[0]) == nonsensitive(run.then_the_new_one_is_sent_and_the_old_one_still_accepted.values[0])
    error_message = "The new one alone."
  }
}

run "given_ones_take_the_place_of_the_generated" {
  module {
    source = "./modules/secret"
  }

  variables {
    generations = [2]
    given       = ["0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"]
  }

  assert {
    condition     = nonsensitive(output.values) == tolist(["0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"])
    error_message = "In the order that was given."
  }
}

run "a_short_one_is_refused" {
  command = plan

  module {
    source = "./modules/secret"
  }

  variables {
    generations = [1]
    given       = ["0123456789abcdef"]
  }

  expect_failures = [var.given]
}

run "three_are_refused" {
  command = plan

  module {
    source = "./modules/secret"
  }

  variables {
    generations = [1]
    given       = ["0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210", "00112233445566770011223344556677"]
  }

  expect_failures = [var.given]
}

run "three_generations_are_refused" {
  command = plan

  module {
    source = "./modules/secret"
  }

  variables {
    generations = [1, 2, 3]
  }

  expect_failures = [var.generations]
}
