"""The catalogue: courses and quizzes, from the Markdown and YAML that people write.

Knowledge line → *series* → *course*; a course in one language is an *edition*, one published
text of it a *version*, its parts are *lessons*. A *quiz* holds *items* and is built alike.
Does not know who learns: that is to its right.
"""
