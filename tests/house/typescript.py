"""The records of the sidebar, made from the shapes of `nbtrack.rest`.

python tests/house/typescript.py            write them anew (`make codegen`)
python tests/house/typescript.py --check    fail on a difference, change nothing
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nbtrack.rest.schema import typescript

RECORDS = Path(__file__).parents[2] / "labextension" / "src" / "records.ts"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    parser.add_argument("--records", type=Path, default=RECORDS, help="the file to write")
    options = parser.parse_args()
    made = typescript()
    if options.records.exists() and options.records.read_text() == made:
        return 0
    if options.check:
        print(f"{options.records.name} differs from what the shapes say: make codegen")
        return 1
    options.records.write_text(made)
    print(f"wrote {options.records.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
