"""How fast sweeps, pages, presses and imports are, each beside the least that a program could do.

`make bench`, or `python -m bench --help`. docs/speed.md says what is measured and what came out.
"""
