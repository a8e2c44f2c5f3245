"""Start the runtime interface client in a process that begins anew once it may be broken.

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
    """Do what ``python -m awslambdaric`` does, and look before each event whether the function is sound."""
    environment = dict(os.environ)  # the client takes out what it has read
    take_next = LambdaRuntimeClient.wait_next_invocation

    def take_next_if_sound(client: LambdaRuntimeClient) -> Any:
        _begin_anew_unless_sound(environment)
        return take_next(client)

    LambdaRuntimeClient.wait_next_invocation = take_next_if_sound
    awslambdaric.__main__.main(sys.argv)


def _begin_anew_unless_sound(environment: Mapping[str, str]) -> None:
    """Replace this process by a fresh one where an error was not ours. The answer to it has been sent.

    Ending it would be simpler, but the call lasts until the next event is asked for: with a process that ends
    before that, the call has failed, and the emulator answers 502.
    """
    # The client has loaded it by now, and told Lambda about a wrong setting. Some are sound whatever happens.
    function = import_module(sys.argv[1].rpartition(".")[0])
    if not getattr(function, "is_sound", lambda: True)():
        os.execve(sys.executable, sys.orig_argv, environment)  # noqa: S606 - what runs already


if __name__ == "__main__":
    main()
