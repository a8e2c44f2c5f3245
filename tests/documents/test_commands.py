"""Every command of every page is run by a test, or stands in the one list of those that no test runs."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Callable
from typing import Final

import pytest

from tests.cli.command import run
from tests.documents.accounts import ELSEWHERE, listed
from tests.documents.commands import PROGRAMS, SHELL, SHOWN, Command, commands, pages, split
from tests.documents.recipes import RECIPES
from tests.library.recipes import ROOT, Folder, blocks

EVERY: Final = [one for page in pages() for one in commands(page)]


def of_recipe(page: str, beginnings: tuple[str, ...]) -> list[Command]:
    return [one for one in EVERY if one.page == page and one.text.startswith(beginnings)]


@pytest.mark.parametrize(
    ("page", "beginnings", "recipe"),
    [pytest.param(*row, id=f"{row[0]}-{row[1][0]}") for row in RECIPES],
)
def test_it_works_as_it_is_printed(
    page: str, beginnings: tuple[str, ...], recipe: Callable[[str, Folder], None], folder: Folder
) -> None:
    recipe("\n".join(one.script for one in of_recipe(page, beginnings)), folder)


def accounts(one: Command) -> list[str]:
    """Name what runs a command, or the line of the list that says that nothing does."""
    runs = [*ELSEWHERE, *((page, begins, recipe.__name__) for page, begins, recipe in RECIPES)]
    return [
        *(who for page, begins, who in runs if page == one.page and one.text.startswith(begins)),
        *(f"the list: {begins}" for begins, _ in listed() if one.text.startswith(begins)),
    ]


def test_every_command_is_run_or_in_the_list_and_not_twice() -> None:
    for one in EVERY:
        found = accounts(one)
        assert len(found) == 1, (
            f"{one.page}: expected one test, or one line of the list, for\n  {one.text}\ngot {found}. "
            "Run it by a recipe in tests/documents/recipes.py. Or name the test that runs it in "
            "tests/documents/accounts.py. Or say why none can in CONTRIBUTING.md, below "
            "'Commands that no test runs'"
        )


def test_the_list_gives_a_reason_for_commands_that_there_are() -> None:
    assert len(listed()) > 10
    for begins, reason in listed():
        assert any(one.text.startswith(begins) for one in EVERY), begins
        assert re.match("it needs |the same$", reason), begins


def test_what_is_named_is_there() -> None:
    for page, beginnings, where in ELSEWHERE:
        assert all(of_recipe(page, (begins,)) for begins in beginnings), (page, beginnings)
        path, _, name = where.partition("::")
        assert (
            f"def {name}(" in (ROOT / path).read_text(encoding="utf-8") if name else (ROOT / path).is_file()
        )


def test_no_command_hides_in_a_block_of_another_language() -> None:
    """Pytest runs the examples at a prompt, in docs/ alone."""
    begins = re.compile(r"^(\$|(make|resizer|curl|python3?|terraform|pip|aws)) ", re.MULTILINE)
    for page, language, text in itertools.chain.from_iterable(map(blocks, pages())):
        assert language in (SHELL, *PROGRAMS, *SHOWN), f"{page}: expected {SHELL}, got {language}"
        if not language and text.startswith(">>>"):
            assert page.startswith("docs/")
        elif not language:
            assert not begins.search(text), f"{page}: expected {SHELL} for\n{text}"


@pytest.mark.parametrize(
    "one",
    [
        "curl http://localhost   # it's a comment",
        "sbatch --wrap \\\n  'a \\\n b'",
        "aws --overrides '{\n  \"a\": 1\n}'",
        "python - <<'END'\nprint('it has no end')\n\nEND",
    ],
    ids=["a line", "goes on", "in quotes", "a document"],
)
def test_a_command_has_all_of_its_lines(one: str) -> None:
    assert split(f"# before\nfirst\n{one}\n\nlast\n") == ["first", one, "last"]


def inline(page: str) -> list[str]:
    """List the code that stands in the sentences of a page."""
    sentences = re.sub(r"```.*?```", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.findall(r"`([^`\n]+)`", sentences)


INLINE: Final = [(page, text) for page in pages() for text in inline(page)]


def test_every_target_that_a_sentence_names_is_there_and_takes_its_variables() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = [
        (page, found) for page, text in INLINE if (found := re.search(r"\bmake ([a-z][a-z-]*)(.*)", text))
    ]
    assert len(named) > 50
    for page, found in named:
        assert f"\n{found[1]}: " in makefile, (page, found[0])
        for variable in re.findall(r"\b([A-Z]+)=", found[2]):
            assert f"{variable}=" in makefile, (page, found[0])


def test_every_module_that_a_sentence_runs_is_there() -> None:
    named = [(page, found[1]) for page, text in INLINE if (found := re.search(r"python3? -m ([\w.]+)", text))]
    assert len(named) > 20
    for page, module in named:
        path = ROOT / module.replace(".", "/")
        ours = path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()
        assert ours or module in {"pytest", "venv", "bench.NAME"}, (page, module)


def test_every_command_and_option_of_resizer_that_a_sentence_names_is_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    named = [(page, text.split()[1:]) for page, text in INLINE if re.match("resizer [a-z]", text)]
    assert len(named) > 10
    for page, (name, *words) in named:
        with pytest.raises(SystemExit) as ended:
            run(name, "--help")
        said = capsys.readouterr().out
        assert said.startswith(f"usage: resizer {name} "), (page, name)
        assert ended.value.code == 0
        assert all(word in said for word in words if word.startswith("--")), (page, name, words)


def test_every_extra_that_a_page_installs_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for page in pages():
        named = re.findall(
            r"install '(?:\.|resizer-core)\[(.+?)\]'", (ROOT / page).read_text(encoding="utf-8")
        )
        extras = {extra for text in named for extra in text.split(",")}
        assert extras <= project["optional-dependencies"].keys(), page
