"""Who is answered (rule 24, and the access policies), and that a refusal touches no store."""

from __future__ import annotations

from typing import Any

import pytest
import pyvips

import resizer_core as core
from tests.doubles import Recording, picture
from tests.handler.site import BASE_URL, RECORDED_PATH, Site, event_for, message, recorded

OLD, NEW = "o" * 32, "n" * 32
KEY, FORMER_KEY, FOREIGN_KEY = b"k" * 32, b"f" * 32, b"x" * 32
PRESETS = {"thumb": core.parse_spec("30x20_f-png"), "any": core.parse_spec("30x20_f-auto")}


def strict(**settings: Any) -> tuple[Site, Recording]:
    """A site that remembers what is done to its derivatives as well."""
    derivatives = Recording()
    return Site.over(derivatives=derivatives, **settings), derivatives


def signed(text: str, key: bytes = KEY) -> str:
    return str(core.sign(core.parse_spec(text, site=core.Site(presets=PRESETS)), key))


# --- the secret of the distribution ------------------------------------------------------------------

SECRETS = {
    "absent": ({}, 403),
    "empty": ({"x_resizer_secret": ""}, 403),
    "wrong": ({"x_resizer_secret": "w" * 32}, 403),
    "cut short": ({"x_resizer_secret": NEW[:-1]}, 403),
    "both at once": ({"x_resizer_secret": f"{NEW},{OLD}"}, 403),
    "no text": ({"x_resizer_secret": None}, 403),
    "half a surrogate pair": ({"x_resizer_secret": "\ud800"}, 403),
    "beyond ASCII": ({"x_resizer_secret": "ü" * 32}, 403),
    "the new one": ({"x_resizer_secret": NEW}, 302),
    "the old one, while it is rotated": ({"x_resizer_secret": OLD}, 302),
}


@pytest.mark.parametrize(("headers", "status"), SECRETS.values(), ids=SECRETS)
def test_rule_24_a_secret_that_is(headers: dict[str, object], status: int) -> None:
    site, derivatives = strict(origin_secrets=(NEW, OLD))
    answer = site.get("/30x20/cat.jpg", **headers)
    assert answer["statusCode"] == status
    if status == 403:
        text = "this request did not come through the distribution"
        assert message(answer) == {"error": "NotAllowed", "message": text}
        assert (site.originals.calls, derivatives.calls) == ([], [])


def test_rule_24_the_secret_is_asked_for_before_the_path_is_read() -> None:
    site, _ = strict(origin_secrets=(NEW,))
    assert site.get("/no SPEC at all")["statusCode"] == 403


@pytest.mark.parametrize("name", ["http_api_v2_get", "http_api_v1_get", "rest_get", "function_url_get"])
def test_rule_24_every_kind_of_http_event_needs_the_secret(name: str) -> None:
    site, derivatives = strict(origin_secrets=(NEW,))
    event = recorded(name)
    assert site.function(event)["statusCode"] == 403
    assert derivatives.calls == []
    event["headers"]["X-Resizer-Secret"] = NEW
    assert site.function(event)["statusCode"] == 302


def test_rule_24_without_a_secret_in_the_configuration_none_is_asked_for() -> None:
    site, derivatives = strict()
    assert site.get(RECORDED_PATH)["statusCode"] == 302
    assert derivatives.put_keys == [RECORDED_PATH[1:]]


# --- the policies ------------------------------------------------------------------------------------

POLICIES = {
    "open takes any SPEC": ("open", "30x20", 302),
    "open takes a preset": ("open", "p-thumb", 302),
    "open takes a signature that is right": ("open", signed("30x20"), 302),
    "open ignores no signature that is wrong": ("open", signed("30x20", FOREIGN_KEY), 403),
    "presets takes a preset": ("presets", "p-thumb", 302),
    "presets takes a preset in another format": ("presets", "p-thumb_f-webp", 302),
    "presets takes no other SPEC": ("presets", "30x20_f-png", 403),
    "presets takes no signed SPEC": ("presets", signed("30x20_f-png"), 403),
    "presets takes no version of a preset": ("presets", "p-thumb_v-2", 403),
    "presets takes a signed version of a preset": ("presets", signed("p-thumb_v-2"), 302),
    "presets takes no signature of another version": (
        "presets",
        signed("p-thumb_v-2").replace("v-2", "v-3"),
        403,
    ),
    "presets takes a signed version in a format": ("presets", signed("p-thumb_f-webp_v-2"), 302),
    "signed takes no version of a preset": ("signed", "p-thumb_v-2", 403),
    "signed takes a signed version of a preset": ("signed", signed("p-thumb_v-2"), 302),
    "signed takes a preset": ("signed", "p-thumb", 302),
    "signed takes a preset with a signature that is right": ("signed", signed("p-thumb"), 302),
    "signed takes no preset with one that is wrong": ("signed", signed("p-thumb", FOREIGN_KEY), 403),
    "signed takes a signed SPEC": ("signed", signed("30x20"), 302),
    "signed takes the former key": ("signed", signed("30x20", FORMER_KEY), 302),
    "signed takes no foreign key": ("signed", signed("30x20", FOREIGN_KEY), 403),
    "signed takes no SPEC without one": ("signed", "30x20", 403),
    "signed takes no signature of another SPEC": ("signed", signed("30x20").replace("30x", "60x"), 403),
    "signed takes no option more": ("signed", signed("30x20").replace("_s-", "_q-80_s-"), 403),
}


@pytest.mark.parametrize(("access", "spec", "status"), POLICIES.values(), ids=POLICIES)
def test_the_policy(access: str, spec: str, status: int) -> None:
    site, derivatives = strict(access=core.Access(access), presets=PRESETS, keys=(KEY, FORMER_KEY))
    answer = site.get(f"/{spec}/cat.jpg")
    assert answer["statusCode"] == status
    if status == 403:
        assert message(answer)["error"] == "NotAllowed"
        assert "signature" in message(answer)["message"] or "only presets" in message(answer)["message"]
        assert (site.originals.calls, derivatives.calls) == ([], [])
    else:
        assert derivatives.put_keys == [f"{spec}/cat.jpg"]


def test_a_signature_holds_for_every_spelling_of_what_was_signed() -> None:
    site, _ = strict(access=core.Access.SIGNED, keys=(KEY,))
    signature = signed("30x20_f-jpg").rpartition("-")[2].upper()
    answer = site.get(f"/30x20_signature-{signature}_FORMAT-JPEG/cat.jpg")
    assert answer["headers"]["location"] == f"{BASE_URL}/{signed('30x20_f-jpg')}/cat.jpg"


@pytest.mark.parametrize("key", [KEY, FORMER_KEY], ids=["newest", "former"])
def test_f_auto_is_signed_anew_with_the_newest_key_for_what_it_stands_for(key: bytes) -> None:
    site, derivatives = strict(access=core.Access.SIGNED, keys=(KEY, FORMER_KEY))
    answer = site.get(f"/{signed('30x20_f-auto', key)}/cat.jpg", accept="image/webp")
    location = answer["headers"]["location"].removeprefix(BASE_URL)
    assert location == f"/{signed('30x20_f-webp')}/cat.jpg"
    assert derivatives.calls == []
    assert site.get(location)["headers"]["location"] == BASE_URL + location
    assert derivatives.put_keys == [location[1:]]


def test_f_auto_needs_a_signature_as_any_other() -> None:
    site, _ = strict(access=core.Access.SIGNED, keys=(KEY,))
    assert site.get("/30x20_f-auto/cat.jpg")["statusCode"] == 403
    assert site.get(f"/{signed('30x20_f-auto', FOREIGN_KEY)}/cat.jpg")["statusCode"] == 403


def test_f_auto_of_a_preset_stays_a_preset() -> None:
    site, _ = strict(access=core.Access.PRESETS, presets=PRESETS)
    location = site.get("/p-any/cat.jpg", accept="image/avif")["headers"]["location"]
    assert location == f"{BASE_URL}/p-any_f-avif/cat.jpg"
    assert site.get(location.removeprefix(BASE_URL))["statusCode"] == 302


def test_a_preset_keeps_its_own_key_and_is_what_it_stands_for() -> None:
    site, derivatives = strict(access=core.Access.PRESETS, presets=PRESETS)
    site.get("/p-thumb/cat.jpg")
    found = derivatives.behind.get("p-thumb/cat.jpg")
    assert found is not None
    assert (found.media_type, found.metadata["spec"]) == ("image/png", "p-thumb")


@pytest.mark.parametrize("access", ["presets", "signed"])
@pytest.mark.parametrize("option", ["v-2", "q-60", "dpr-1.5", "f-webp_v-2"])
def test_what_multiplies_a_preset_is_refused_in_words_without_a_signature(option: str, access: str) -> None:
    presets = {"thumb": core.parse_spec("30x20")}
    site, derivatives = strict(access=core.Access(access), presets=presets, keys=(KEY,))
    answer = site.get(f"/p-thumb_{option}/cat.jpg")
    assert answer["statusCode"] == 403
    assert message(answer)["message"] == "v, q and dpr after a preset need a signature here"
    assert (site.originals.calls, derivatives.calls) == ([], [])


def test_presets_needs_no_key_and_takes_any_format_of_them() -> None:
    site, derivatives = strict(access=core.Access.PRESETS, presets=PRESETS)
    assert site.get("/p-thumb_f-webp/cat.jpg")["statusCode"] == 302
    assert site.get("/p-thumb_v-2/cat.jpg")["statusCode"] == 403
    assert site.get(f"/{signed('p-thumb_v-2')}/cat.jpg")["statusCode"] == 403
    assert derivatives.put_keys == ["p-thumb_f-webp/cat.jpg"]


def test_f_auto_of_a_signed_preset_is_signed_anew() -> None:
    site, _ = strict(access=core.Access.PRESETS, presets=PRESETS, keys=(KEY,))
    location = site.get(f"/{signed('p-any_v-2')}/cat.jpg", accept="image/avif")["headers"]["location"]
    assert location == f"{BASE_URL}/{signed('p-any_f-avif_v-2')}/cat.jpg"
    assert site.get(location.removeprefix(BASE_URL))["statusCode"] == 302


#: What may follow a preset, and what becomes of it: the size of the picture and its format.
AFTER_A_PRESET = {
    "nothing": ("p-thumb", "png 30x20"),
    "a format": ("p-thumb_f-webp", "webp 30x20"),
    "a quality": ("p-small_q-60", "jpg 30x20"),
    "a version": ("p-thumb_v-2", "png 30x20"),
    "a kind of screen": ("p-thumb_dpr-1.5", "png 45x30"),
    "all of them": ("p-thumb_f-webp_q-60_v-2_dpr-1.5", "webp 45x30"),
}


@pytest.mark.parametrize("access", ["open", "presets"])
@pytest.mark.parametrize(("spec", "made"), AFTER_A_PRESET.values(), ids=AFTER_A_PRESET)
def test_what_may_follow_a_preset_has_its_effect_under_a_key_of_its_own(
    spec: str, made: str, access: str
) -> None:
    presets = PRESETS | {"small": core.parse_spec("30x20")}
    site, derivatives = strict(access=core.Access(access), presets=presets, keys=(KEY,))
    if access == "presets":
        spec = str(core.sign(core.parse_spec(spec, site=core.Site(presets=presets)), KEY))
    assert site.get(f"/{spec}/cat.jpg")["headers"]["location"] == f"{BASE_URL}/{spec}/cat.jpg"
    assert derivatives.put_keys == [f"{spec}/cat.jpg"]
    found = derivatives.behind.get(f"{spec}/cat.jpg")
    assert found
    body = bytes(found.body)
    image = pyvips.Image.new_from_buffer(body, "")
    assert f"{core.detect(body)} {image.width}x{image.height}" == made


NOT_AFTER_A_PRESET = {
    "an effect": "p-thumb_gray",
    "a size": "p-thumb_300x200",
    "a fit": "p-thumb_fit-cover",
    "another preset": "p-thumb_p-any",
    "a download": "p-thumb_dl",
    "metadata": "p-thumb_meta-keep",
    "a quality that its format has not": "p-thumb_q-60",
    "a name that nobody gave": "p-nope",
}


@pytest.mark.parametrize("access", ["open", "presets"])
@pytest.mark.parametrize("spec", NOT_AFTER_A_PRESET.values(), ids=NOT_AFTER_A_PRESET)
def test_whatever_else_follows_a_preset_is_refused(spec: str, access: str) -> None:
    site, derivatives = strict(access=core.Access(access), presets=PRESETS)
    answer = site.get(f"/{spec}/cat.jpg")
    assert (answer["statusCode"], message(answer)["error"]) == (400, "InvalidSpec")
    assert (site.originals.calls, derivatives.calls) == ([], [])


def test_a_preset_in_another_spelling_is_sent_to_its_own() -> None:
    site, _ = strict(access=core.Access.PRESETS, presets=PRESETS)
    location = site.get("/p-thumb_dpr-1_FORMAT-JPEG/cat.jpg")["headers"]["location"]
    assert location == f"{BASE_URL}/p-thumb_f-jpg/cat.jpg"


def test_a_preset_that_could_never_be_made_stops_the_function() -> None:
    text = "^RESIZER_PRESETS: the preset 'huge' could never be made: expected a side of at most 8192 px"
    with pytest.raises(ValueError, match=text):
        strict(presets=PRESETS | {"huge": core.parse_spec("9000x")})


def test_a_preset_may_have_a_watermark_that_is_configured_and_no_other() -> None:
    presets = PRESETS | {"own": core.parse_spec("300x_wm-logo")}
    strict(presets=presets, watermarks={"logo": "logo.png"})
    with pytest.raises(ValueError, match="the preset 'own' could never be made: unknown watermark 'logo'"):
        strict(presets=presets)


def test_the_direct_event_is_bound_by_the_policy() -> None:
    site, derivatives = strict(access=core.Access.PRESETS, presets=PRESETS)
    assert site.function({"size": "30x20", "image": "cat.jpg"})["error"] == "NotAllowed"
    assert derivatives.calls == []


# --- refused before any storage is touched (rule 13) -------------------------------------------------

REFUSED = {
    "no key": "/30x20",
    "an empty key": "/30x20/",
    "a double slash": "/30x20/a//b.jpg",
    "a leading slash": "/30x20//a.jpg",
    "a trailing slash": "/30x20/a/",
    "a dot segment": "/30x20/./a.jpg",
    "a dot dot segment": "/30x20/a/../b.jpg",
    "a backslash": "/30x20/a\\b.jpg",
    "a control character": "/30x20/a\nb.jpg",
    "a zero byte": "/30x20/a\x00.jpg",
    "a C1 control character": "/30x20/a\x85.jpg",
    "half a surrogate pair": "/30x20/a\udfff.jpg",
    "896 bytes": f"/30x20/{'a' * 896}",
    "896 bytes of two each": f"/30x20/{'ü' * 448}",
    "no SPEC": "/cat.jpg",
    "an unknown option": "/30x20_blr-2/cat.jpg",
    "an unknown watermark": "/30x20_wm-logo/cat.jpg",
    "a size over the limits": "/9000x/cat.jpg",
    "an unknown preset": "/p-big/cat.jpg",
    "the root": "/",
    "nothing": "",
}


@pytest.mark.parametrize("path", REFUSED.values(), ids=REFUSED)
def test_rule_13_what_is_refused_touches_no_store(path: str) -> None:
    site, derivatives = strict()
    assert site.function(event_for(path))["statusCode"] in (400, 422)
    assert (site.originals.calls, derivatives.calls) == ([], [])


@pytest.mark.parametrize("key", ["a" * 895, "%2e%2e/a", "...", "a b+c(d).jpg", "ü" * 447])
def test_rule_13_what_only_looks_strange_is_taken(key: str) -> None:
    assert Site.over({key: picture()}).get(f"/30x20/{key}")["statusCode"] == 302
