"""A model with pictures, and a storage that nobody may ask for anything."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import Storage
from django.db import models


class Untouched(Storage):  # type: ignore[misc]  # Django has no types
    """Fail at whatever a storage is asked."""

    def __getattribute__(self, name: str) -> Any:
        if name in {"open", "_open", "url", "size", "exists", "path"}:
            raise AssertionError(f"the storage was asked for {name}")
        return super().__getattribute__(name)


class Photo(models.Model):  # type: ignore[misc]
    """A photograph whose size is in its row, one whose size is not, and a file."""

    title = models.CharField(max_length=100)
    image = models.ImageField(storage=Untouched(), width_field="width", height_field="height")
    width = models.IntegerField()
    height = models.IntegerField()
    plain = models.ImageField(storage=Untouched())
    file = models.FileField(storage=Untouched())

    class Meta:
        app_label = "tests"


def photo(**fields: Any) -> Photo:
    return Photo(
        **{
            "title": 'Ann & "Bob"',
            "image": "people/ann & bob.jpg",
            "width": 451,
            "height": 300,
            "plain": "people/plain.jpg",
            "file": "people/file.jpg",
            **fields,
        }
    )
