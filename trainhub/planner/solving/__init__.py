"""Finding a plan: split into parts, constructed, improved, exactly where that is possible.

`solve` is the way in.
"""
