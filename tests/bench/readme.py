"""Where the figures go: tests/README.md, between two comments that name them."""
import os

README = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "README.md")


def write_table(name, text):
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
    with open(README, encoding="utf-8") as file:
        before, _, rest = file.read().partition(begin)
    with open(README, "w", encoding="utf-8") as file:
        file.write(before + begin + text + end + rest.partition(end)[2])
