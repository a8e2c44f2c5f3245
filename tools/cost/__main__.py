"""``python -m tools.cost``: print what the deployed loop costs, in USD."""

from __future__ import annotations

from tools.cost.model import main

if __name__ == "__main__":
    main()
