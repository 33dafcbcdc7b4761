"""The instructor's side: release, grade, give back. No notebook imports it.

Arrows point one way: ``course.cli`` -> ``course.grading`` -> ``course.grading.engine``. The engine runs
notebooks and knows nothing of grades; :mod:`course.grading.gradebook` is the only writer of the gradebook.
"""
