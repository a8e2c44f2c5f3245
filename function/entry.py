"""Start the runtime interface client. The process restarts itself after an error that may have broken it.

``container/entrypoint`` runs this, in the image and in the checkout.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import awslambdaric.__main__
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient


def main() -> None:
    """Do what ``python -m awslambdaric`` does, and check before each event that the function is sound."""
    environment = dict(os.environ)  # a copy: the client removes the variables that it has read
    take_next = LambdaRuntimeClient.wait_next_invocation

    def take_next_if_sound(client: LambdaRuntimeClient) -> Any:
        _begin_anew_unless_sound(environment)
        return take_next(client)

    LambdaRuntimeClient.wait_next_invocation = take_next_if_sound
    awslambdaric.__main__.main(sys.argv)


def _begin_anew_unless_sound(environment: Mapping[str, str]) -> None:
    """Replace this process by a fresh one after an error that was not ours. Its answer has been sent already.

    The process cannot simply end. The call lasts until the process asks for the next event. If the process
    ends before that, the call fails, and the emulator answers 502.
    """
    # The client has imported this module by now. A function without is_sound counts as sound.
    function = import_module(sys.argv[1].rpartition(".")[0])
    if not getattr(function, "is_sound", lambda: True)():
        os.execve(sys.executable, sys.orig_argv, environment)  # noqa: S606 - the same command again


if __name__ == "__main__":
    main()
