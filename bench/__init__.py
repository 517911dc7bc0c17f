"""How fast the weekly rule is swept, beside the least a program could do, and how dear the pages are.

`make bench`, or `python -m bench --help`. docs/speed.md says what is measured and what came out.
"""
