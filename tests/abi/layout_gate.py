#!/usr/bin/env python3
"""Compares the layout of the SDK's headers with the recorded one.

    layout_gate.py SDK_FOLDER

While the recorded layout is open, differences are printed for the review and pass. After a change that was
meant:  sdk/tools/layout.py dump --open sdk/include > sdk/abi/1.0.json
"""
import json
import pathlib
import sys


def main():
    sdk = pathlib.Path(sys.argv[1])
    sys.path.insert(0, str(sdk / "tools"))
    import layout

    recorded = json.loads((sdk / "abi" / "1.0.json").read_text())
    breaks = layout.compare(recorded, layout.dump(sdk / "include"))
    for line in breaks:
        print(line)
    print(f"{len(recorded['structs'])} structs, {len(breaks)} difference(s), "
          f"{'open' if recorded['open'] else 'frozen'}")
    return 1 if breaks and not recorded["open"] else 0


if __name__ == "__main__":
    sys.exit(main())
