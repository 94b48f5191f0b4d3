"""`python -m nbtrack`: the command line."""

from __future__ import annotations

from nbtrack.hosts.command_line import main

if __name__ == "__main__":
    main()
