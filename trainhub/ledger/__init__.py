"""The ledger: dated facts about what people have done, appended and never changed.

A *learning record* is actor, verb, object and result. Subjects to the left of a reader
write them; subjects to the right (certification, reports) draw their conclusions from them.
"""
