"""Name what runs a command that is not run in this folder, and read the list of those that nothing runs."""

from __future__ import annotations

import re
from typing import Final

from tests.library.recipes import ROOT

_PAGES: Final = "tests/library/test_recipes.py::test_it_works_as_it_is_printed"
_LINES: Final = "tests/cli/test_the_page.py::test_the_lines_that_are_shown_work"
_SERVED: Final = "tests/examples/test_applications.py::test_the_page_shows_the_avatar"
_JAVASCRIPT: Final = (
    "tests/javascript/test_package.py::test_the_files_for_other_frameworks_do_what_is_documented"
)
_LOOP: Final = "tests/local_loop/test_main.py::test_a_signal_ends_it_without_an_error"
_IMAGE: Final = "tests/container/test_tools.py::test_the_record_names_the_image_that_the_engine_has"
_SEPIA: Final = "tests/examples/test_plugin_sepia.py::test_the_command_takes_its_option"
_NEXT: Final = "tests/next/test_from_nothing.py"
_OUTER: Final = (
    "tests/local_loop/test_existing_distribution.py::"
    "test_a_first_view_is_one_answer_and_the_second_comes_from_the_outer_cache"
)
_WHEEL: Final = "tools/check-wheel"
_CI: Final = ".ci/run"

#: The page, how its commands begin, and the test or the step of CI that runs them.
ELSEWHERE: Final[list[tuple[str, tuple[str, ...], str]]] = [
    ("CONTRIBUTING.md", ("make serve",), _LOOP),
    ("CONTRIBUTING.md", ("make test", "make check"), _CI),
    ("README.md", ("make serve",), _LOOP),
    ("README.md", ("python3 -m venv env", "env/bin/pip install", "from pathlib import Path"), _WHEEL),
    ("README.md", ("resizer 300x", "resizer 800x", "resizer explain", "resizer url"), _LINES),
    ("README.md", ("make image",), _IMAGE),
    ("docs/applications.md", ("from ", "import multiprocessing"), _PAGES),
    (
        "docs/command.md",
        ("resizer 300x", "resizer 800x", "resizer resize", "resizer explain", "resizer --print-completion"),
        _LINES,
    ),
    (
        "docs/django.md",
        ("INSTALLED_APPS",),
        "tests/django/test_documented.py::test_the_template_is_rendered_by_the_settings",
    ),
    ("docs/django.md", ("from ",), "tests/django/test_documented.py::test_the_names_are_there_for_python"),
    ("docs/existing-cloudfront.md", ("const PREFIX",), _OUTER),
    ("docs/frameworks.md", ("export default defineNuxtConfig",), "tests/nuxt/test_nuxt.py::app"),
    ("docs/frameworks.md", ("import { generate }", "import { picture }"), _JAVASCRIPT),
    (
        "docs/html.md",
        ("resizer ", "environment.globals", "import {", "export default", "terraform output"),
        _PAGES,
    ),
    ("docs/live-checks.md", ("make image",), _IMAGE),
    (
        "docs/nextjs.md",
        (
            *("make serve", "NEXT_PUBLIC_PICTURES=http:", "npx next dev", "RESIZER_ACCESS=signed"),
            *("import Image", "import { loader }", "import { picture }", "export default"),
        ),
        f"{_NEXT}::test_in_development_both_pages_show_pictures_of_the_loop",
    ),
    (
        "docs/nextjs.md",
        ("NEXT_PUBLIC_PICTURES=https:", "npx next build", "npx next start"),
        f"{_NEXT}::test_in_production_the_addresses_are_those_of_the_site",
    ),
    ("docs/nextjs.md", ("mkdir", "npm init", "npm pkg set", "npm install"), f"{_NEXT}::app"),
    ("docs/plugins.md", ("@pytest", "RAW", "pip install", "printf"), _PAGES),
    ("docs/server.md", ("pip install",), _WHEEL),
    (
        "docs/server.md",
        ("curl -o /dev/null -H 'X-Renew: 1'",),
        "tests/examples/test_compose.py::test_nginx_lets_nobody_see_the_metrics_and_renews_when_it_is_told",
    ),
    ("examples/django_app/README.md", ("gunicorn",), _SERVED),
    ("examples/fastapi_app/README.md", ("uvicorn",), _SERVED),
    ("examples/flask_app/README.md", ("gunicorn",), _SERVED),
    ("examples/plugin_sepia/README.md", ("pip install", "resizer "), _SEPIA),
    ("terraform/README.md", ("make image",), _IMAGE),
    *(
        (f"terraform/examples/{name}/README.md", ("make -C ../../.. image",), _IMAGE)
        for name in ("complete", "minimal", "private", "signed")
    ),
]


def listed() -> list[tuple[str, str]]:
    """Read how the commands begin that no test runs, each with the reason, from CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("\n## Commands that no test runs\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `(.+?)` \| (.+) \|$", section, re.MULTILINE)
