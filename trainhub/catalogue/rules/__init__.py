"""The pure core of the catalogue: texts in, values or named errors out.

`course_text` and `quiz_text` read the files of docs/content-format.md, `blocks` the marked
blocks of a lesson; `marking` marks answers, `views_of_items` shows an item without its key;
`lint` and `estimates` advise authors; `search_terms` prepares text for both search engines.
No clock, no database, no web framework.
"""
