"""What is taken out of a graded notebook before a student sees it."""

from __future__ import annotations

import pytest
from courses import HIDDEN_DOUBLE, test_cell

from course.grading.hiding import hide_hidden_cell


@pytest.mark.parametrize("hashes", ["#", "##", "###", "####"])
def test_hidden_tests_go_however_their_marker_is_written(hashes: str) -> None:
    cell = test_cell(HIDDEN_DOUBLE.replace("###", hashes), "hidden", "double", 2)
    hide_hidden_cell(cell)
    assert cell.source == "# Tested here: other numbers."
