"""autograded/ to feedback/: for each submission a page that a student reads, and nbgrader's own of each notebook.

The first is one file that needs no other, and goes back by Moodle or Canvas (:mod:`course.grading.feedback.lms`).
The notebooks' pages come from the same preprocessors that nbgrader's generate_feedback and formgrader's button run
(:mod:`course.grading.pipeline`). Hidden tests and mark schemes are in none of them.
"""

from course.grading.feedback.writing import INDEX, feedback, write_index_after_nbgrader

__all__ = ["INDEX", "feedback", "write_index_after_nbgrader"]
