"""Give the smallest set of variables that the environment has to have."""

from __future__ import annotations

LEAST = {
    "RESIZER_ORIGINALS": "s3://originals",
    "RESIZER_DERIVATIVES": "s3://derivatives",
    "RESIZER_BASE_URL": "https://img.example.com",
}
