"""How fast the weekly rule is swept and lists are imported, beside the least a program could do; how dear pages are.

`make bench`, or `python -m bench --help`. docs/speed.md says what is measured and what came out.
"""
