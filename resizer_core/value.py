"""Make classes of values. A value never changes, and it equals a value of its class with the same fields.

``class Size(Value)`` gives what ``@dataclass(frozen=True)`` gives, also to type checkers and to the functions
of ``dataclasses``. But it makes the class much faster, and so the function starts sooner
(docs/adr/0009-values-of-our-own.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, dataclass_transform

if TYPE_CHECKING:
    import dataclasses
    from dataclasses import field, replace  # type checkers know what these return

__all__ = ["LONGEST", "Value", "field", "replace"]

#: The most characters of a value inside another one. ``repr`` cuts a longer text.
LONGEST: Final = 60

_NOTHING: Final = object()


class _Field:
    """Describe a field in the body of a class, with the arguments of ``dataclasses.field``."""

    def __init__(self, **options: Any) -> None:
        self.options = options

    def __repr__(self) -> str:
        return "<factory>"  # help() shows this as the default


if not TYPE_CHECKING:
    field = _Field

    def replace(value: Value, /, **changes: object) -> Value:
        """Make the same value with other fields."""
        return value.__replace__(**changes)


class _DataclassFields:
    """Describe the fields to the functions of ``dataclasses``, if one of them asks."""

    def __init__(self) -> None:
        self._described: dict[type[Value], dict[str, dataclasses.Field[Any]]] = {}

    def __get__(self, value: object, kind: type[Value]) -> dict[str, dataclasses.Field[Any]]:
        if kind not in self._described:
            from dataclasses import field, make_dataclass

            types = getattr(kind.__init__, "__annotations__", {})
            fields = [(name, types.get(name), field(**options)) for name, options in kind._fields.items()]
            same: Any = make_dataclass(kind.__name__, fields, kw_only=True)
            self._described[kind] = same.__dataclass_fields__
        return self._described[kind]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Value:
    """Make each subclass a class of values. Its annotations are its fields, except those of ``ClassVar``.

    A module with such a class needs ``from __future__ import annotations``. Its ``__post_init__`` may refuse
    a wrong value.
    """

    #: What ``field`` was given, by the name of each field.
    _fields: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    #: Reads what two values have in common if they are equal.
    _compared: ClassVar[attrgetter[Any]] = attrgetter("__class__")
    __dataclass_fields__ = _DataclassFields()
    __match_args__: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, kw_only: bool = False) -> None:
        types = {name: kind for name, kind in cls.__annotations__.items() if not kind.startswith("ClassVar")}
        if not types:
            return  # it inherits the right __init__
        own = {}
        for name in types:
            options = {"default": vars(cls)[name]} if name in vars(cls) else {}
            if isinstance(options.get("default"), _Field):
                options = options["default"].options
                delattr(cls, name)
            own[name] = options
        cls._fields = {**cls._fields, **own}
        compared = (name for name, options in cls._fields.items() if options.get("compare", True))
        cls._compared = attrgetter("__class__", *compared)
        cls.__match_args__ = () if kw_only else tuple(cls._given())  # type: ignore[misc]
        cls.__init__ = _compile_init(cls, types, kw_only=kw_only)  # type: ignore[method-assign]

    @classmethod
    def _given(cls) -> list[str]:
        """Name the fields that are parameters of ``__init__``."""
        return [name for name, options in cls._fields.items() if options.get("init", True)]

    def __setattr__(self, name: str, value: object) -> None:
        raise _frozen(name)

    def __delattr__(self, name: str) -> None:
        raise _frozen(name)

    def __replace__(self, /, **changes: Any) -> Self:
        """Make the same value with other fields."""
        return type(self)(**{**{name: getattr(self, name) for name in self._given()}, **changes})

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return bool(self._compared(self) == self._compared(other))

    def __hash__(self) -> int:
        return hash(self._compared(self))

    def __repr__(self) -> str:
        """Show the fields that differ from their defaults, unless ``field`` was given ``repr=False``."""
        told = (
            f"{name}={_brief(getattr(self, name))}"
            for name, options in self._fields.items()
            if options.get("repr", True) and not _is_usual(getattr(self, name), options)
        )
        return f"{type(self).__name__}({', '.join(told)})"


def _frozen(name: str) -> AttributeError:
    from dataclasses import FrozenInstanceError

    return FrozenInstanceError(f"cannot change the field {name!r}")


def _compile_init(kind: type[Value], types: Mapping[str, str], *, kw_only: bool) -> Callable[..., None]:
    """Compile ``__init__`` as dataclasses does, with the fields as its parameters."""
    scope: dict[str, Any] = {"_set": object.__setattr__, "_factory": _Field()}
    parameters = ["self", "*"] if kw_only else ["self"]
    steps: list[str] = []
    for name, options in kind._fields.items():
        value, parameter, default = name, name, f"_default_of_{name}"
        if "default_factory" in options:
            scope[default] = options["default_factory"]
            parameter = f"{name}=_factory"
            value = f"{default}() if {name} is _factory else {name}"
        elif "default" in options:
            scope[default] = options["default"]
            parameter = f"{name}={default}"
        # Without init it is a variable, which no argument can set.
        (parameters if options.get("init", True) else steps).append(parameter)
        steps.append(f"_set(self, {name!r}, {value})")
    if hasattr(kind, "__post_init__"):
        steps.append("self.__post_init__()")
    exec(f"def __init__({', '.join(parameters)}): {'; '.join(steps)}", scope)  # noqa: S102  our own text
    init: Callable[..., None] = scope["__init__"]
    init.__annotations__ = dict(types)
    init.__module__ = kind.__module__
    init.__qualname__ = f"{kind.__qualname__}.__init__"
    return init


def _is_usual(value: object, options: Mapping[str, Any]) -> bool:
    if isinstance(value, Mapping):
        return not value
    made = options["default_factory"]() if "default_factory" in options else options.get("default", _NOTHING)
    return bool(value == made)


def _brief(value: object) -> str:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"<{len(value)} bytes>"
    # Show only the names of a mapping: to read its values, it may have to ask a store.
    text = f"<{' '.join(map(str, value))}>" if isinstance(value, Mapping) else repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
