"""`course validate` and `course.validate()`: what a student runs before handing in, with the base install alone.

A notebook is read (`cells`), compared with what was released (`record`), run in a fresh process (`process`, which
starts `child`), judged (`states` for exercises and questions, `handin` for the rest, in the words of `hints` and
`names`), and shown (`text`, `page`). The command is in `command`, the function for a cell in `here`.
"""
