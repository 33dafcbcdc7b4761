"""The coursework of topic 10: the training that everybody's network gets, and how an answer is judged.

Notebooks use :func:`train` and :func:`error`. Test cells use the functions ``check_…``, which say whether an answer
is one, and ``score_…``, which train it on their own and count its points: a student's copy of the training is never
run.
"""

from course.coursework.points import (
    check_model,
    check_regularized,
    check_training,
    score_model,
    score_regularized,
    score_training,
)
from course.coursework.training import (
    BATCH,
    EPOCHS,
    Run,
    baseline_model,
    error,
    halve_every_ten_epochs,
    he_uniform,
    sgd,
    train,
)

__all__ = [
    "BATCH",
    "EPOCHS",
    "Run",
    "baseline_model",
    "check_model",
    "check_regularized",
    "check_training",
    "error",
    "halve_every_ten_epochs",
    "he_uniform",
    "score_model",
    "score_regularized",
    "score_training",
    "sgd",
    "train",
]
