"""Images of characters, drawn from openly licensed fonts.

A tool of the repository: it makes the data that the root in the box is trained on, and the tasks of
the benchmark `scripts`. No font and no script belongs to both.
"""
