"""The files of the project, and C++ text without its comments and strings."""
import os
import re
import subprocess
import sys

CODE = (".c", ".h", ".cpp", ".hpp")
TEXT = CODE + (".py", ".cmake", ".txt", ".md", ".yaml", ".yml", ".json", ".in", ".map", ".sh")


def _in_git(root):
    """What git knows or would add; None where git has nothing to say."""
    if not os.path.exists(os.path.join(root, ".git")):
        return None
    try:
        return subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"],
                              check=True, capture_output=True, text=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        return None


def _on_disk(root):
    for folder, below, names in os.walk(root):
        below[:] = [name for name in below if name not in (".git", "build", "__pycache__")]
        yield from (os.path.relpath(os.path.join(folder, name), root) for name in names)


def files(root, *endings):
    """Paths relative to root, sorted, without what the build made."""
    listed = _in_git(root)
    if listed is None:
        listed = _on_disk(root)
    return sorted(path for path in set(listed)
                  if path.endswith(endings or TEXT) and os.path.isfile(os.path.join(root, path)))


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


_NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|(?<![\w])\'(?:\\.|[^\'\\\n])+\'',
    re.DOTALL)


def code_only(text):
    """The same lines with comments, strings and character constants blanked."""
    return _NOT_CODE.sub(lambda found: '""' + "\n" * found.group().count("\n")
                         if not found.group().startswith("/") else "\n" * found.group().count("\n"), text)


def run_check(name, violations):
    """Entry of every check script: prints what is wrong with the tree given as argument."""
    root = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".")
    found = violations(root)
    for line in found:
        print(line)
    print(f"{name}: {len(found)} violations" if found else f"{name}: ok")
    sys.exit(1 if found else 0)
