"""Settings of this course, for `course` and for nbgrader's own commands and formgrader."""

from course.grading.pipeline import configure

c = get_config()  # noqa: F821 (traitlets puts it there)
configure(c)

# Where students get the course: address of the student repository, an @, branch or tag.
# Colab badges, set-up cells and `course publish` follow it; run `make release` after a change.
c.Course.student_repository = "https://github.com/gradient-course/student@main"

# A form at the end of each section asks students how hard and how clear it was; answers are in `course report`.
# Run `make release` after a change. What students are told about it, and where it is kept: docs/privacy.md.
c.Course.section_feedback = True

# What a submission may use, in seconds; memory, processes, files and output have limits, too: docs/grading.md.
c.Course.cell_seconds = 30
c.Course.notebook_seconds = 300

# What a late submission loses of its points; when assignments are due stands in due.toml: docs/grades.md.
c.Course.late_policy = "none"

# Data that only tests read, made when they are first needed from a seed that is drawn once: docs/grading.md.
c.Course.private_files = {"10_coursework/mnist1d_test.npz": "course.grading.mnist1d.make_test_set"}

c.CourseDirectory.course_id = "gradient-course"
