"""Give the parts of a stack as values. A missing part raises, and ends the check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from doctor.facts import (
    Behavior,
    Bucket,
    CachePolicy,
    Distribution,
    Facts,
    Function,
    HttpApi,
    Origin,
    ResponseHeader,
    Route,
    Stage,
    Website,
    known,
)
from doctor.findings import Observation, settled
from doctor.policies import NotUnderstood
from resizer_core import Delivery, Settings


def bucket(facts: Facts) -> Bucket:
    """Give the bucket of derivatives."""
    return known(facts.derivatives, f"the bucket {facts.names.derivatives_bucket}")


def website(facts: Facts) -> Website:
    """Give the website of the bucket of derivatives."""
    return known(bucket(facts).website, "the website of the bucket of derivatives")


def delivery(facts: Facts) -> Distribution:
    """Give the delivery distribution."""
    return known(facts.delivery, f"the delivery distribution {facts.names.delivery_distribution_id}")


def generator(facts: Facts) -> Distribution:
    """Give the generator distribution."""
    return known(facts.generator, f"the generator distribution {facts.names.generator_distribution_id}")


def fails_over(facts: Facts) -> bool:
    """Say whether delivery itself asks the API."""
    return facts.names.delivery is Delivery.FAILOVER


def distributions(facts: Facts) -> tuple[Callable[[Facts], Distribution], ...]:
    """List the functions that give the stack's distributions."""
    return (delivery,) if fails_over(facts) else (delivery, generator)


def asker(facts: Facts) -> Distribution:
    """Find the distribution that asks the API."""
    return delivery(facts) if fails_over(facts) else generator(facts)


def api_origin(facts: Facts) -> Origin:
    """Find the API's origin in the distribution that asks the API."""
    if fails_over(facts):
        return known(delivery(facts).secondary, "the second origin of delivery")
    return origin(generator(facts))


def origin(distribution: Distribution) -> Origin:
    """Find the first origin of a distribution's default behaviour."""
    return known(distribution.origin, f"the origin of {distribution.id}")


def cache_policy(distribution: Distribution) -> CachePolicy:
    """Give the cache policy of a distribution's default behaviour."""
    return known(distribution.behavior.cache_policy, f"the cache policy of {distribution.id}")


def added(behavior: Behavior) -> Mapping[str, ResponseHeader]:
    """Give the headers that a behaviour adds."""
    return known(behavior.response_headers_policy, "a response headers policy").added


def api(facts: Facts) -> HttpApi:
    """Give the API."""
    return known(facts.api, f"the API {facts.names.api_id}")


def routes(facts: Facts) -> tuple[Route, ...]:
    """Give the routes of the API."""
    return known(api(facts).routes, "the routes of the API")


def stages(facts: Facts) -> dict[str, Stage]:
    """Give the stages of the API, by name."""
    return {stage.name: stage for stage in known(api(facts).stages, "the stages of the API")}


def function(facts: Facts) -> Function:
    """Give the function."""
    return known(facts.function, f"the function {facts.names.function_name}")


def settings(facts: Facts) -> Settings:
    """Read the function's settings as the function does, with the object of its secrets.

    Raises:
        NotThere, NotRead: the object does not exist, or the doctor could not read it.
        NotUnderstood: the function would refuse the settings. Another check says so. Checks that need them do
            not know their result.
    """
    environment = known(function(facts).environment, "the environment of the function")
    try:
        return Settings.from_environment(
            environment, read_object=lambda _url: known(facts.secrets, "the object of RESIZER_SECRETS")
        )
    except ValueError as error:
        raise NotUnderstood(f"the settings are not accepted: {error}") from error


def originals(facts: Facts) -> Mapping[str, tuple[str, str]]:
    """Name the buckets that the function reads and their prefixes, by the beginning of keys in addresses."""
    stores = {beginning: urlsplit(url) for beginning, url in settings(facts).originals_by_beginning.items()}
    return {
        beginning: (store.netloc, f"{prefix}/" if (prefix := store.path.strip("/")) else "")
        for beginning, store in stores.items()
    }


def each(look: Callable[[Distribution], Iterable[Observation]]) -> Callable[[Facts], Iterator[Observation]]:
    """Look at every distribution of the stack in the same way. Each observation names its distribution."""

    def observations(part: Callable[[Facts], Distribution], facts: Facts) -> Iterator[Observation]:
        yield from look(part(facts))

    def look_at_each(facts: Facts) -> Iterator[Observation]:
        for part in distributions(facts):
            for right, text in settled(observations(part, facts)):
                yield right, f"{part.__name__}: {text}"

    return look_at_each
