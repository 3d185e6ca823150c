"""Comparing two answers in shared words."""

MISSING = "(nothing)"


def differences(ours, theirs, path=""):
    """Every place where two answers differ: (path, ours, theirs)."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        found = []
        for key in sorted(ours.keys() | theirs.keys()):
            inner = f"{path}.{key}" if path else key
            found += differences(ours.get(key, MISSING), theirs.get(key, MISSING), inner)
        return found
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [
            difference
            for index, pair in enumerate(zip(ours, theirs, strict=True))
            for difference in differences(*pair, f"{path}[{index}]")
        ]
    # JSON's true is not 1.
    same = ours == theirs and isinstance(ours, bool) == isinstance(theirs, bool)
    return [] if same else [(path, ours, theirs)]
